-- +goose Up

-- The audit record has several chains, so that no two acts wait for each other that have nothing to do with each other.
-- What was written before is the beginning of chain 0.
ALTER TABLE audit ADD COLUMN chain bigint NOT NULL DEFAULT 0 CHECK (chain >= 0);
ALTER TABLE audit ALTER COLUMN chain DROP DEFAULT;
ALTER TABLE audit DROP CONSTRAINT audit_pkey;
ALTER TABLE audit ADD PRIMARY KEY (chain, seq);
DROP INDEX audit_actor;
DROP INDEX audit_subject;
CREATE INDEX audit_at ON audit (at, chain, seq);
CREATE INDEX audit_actor ON audit (actor_user, at, chain, seq);
CREATE INDEX audit_subject ON audit (subject, at, chain, seq);
CREATE INDEX audit_act ON audit (act, at, chain, seq);

-- The end of each chain, and the lock under which its next line is added.
CREATE TABLE audit_ends (
    chain bigint NOT NULL PRIMARY KEY,
    seq   bigint NOT NULL,
    hash  text NOT NULL
);
INSERT INTO audit_ends SELECT n, 0, '' FROM generate_series(0, 15) AS n;
UPDATE audit_ends SET seq = CAST(split_part(s.value, ' ', 1) AS bigint), hash = split_part(s.value, ' ', 2)
    FROM settings s WHERE s.name = 'audit' AND chain = 0;
DELETE FROM settings WHERE name = 'audit';

-- The commands that an entity carried out are a chain too, whose end stands beside the end of its timeline. nth is the
-- place of a command on it; those of before stand on none.
ALTER TABLE commands ADD COLUMN nth bigint NOT NULL DEFAULT 0;
ALTER TABLE entities ADD COLUMN commands bigint NOT NULL DEFAULT 0;
ALTER TABLE entities ADD COLUMN commands_hash text NOT NULL DEFAULT '';

-- How far each entity has been sealed: its ends at that time stand in a line of the audit record.
CREATE TABLE seals (
    entity   text NOT NULL PRIMARY KEY REFERENCES entities (name),
    seq      bigint NOT NULL,
    commands bigint NOT NULL
);

-- The ends of the audit record's chains as they were signed.
CREATE TABLE audit_heads (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    statement text NOT NULL
);
CREATE TRIGGER audit_heads_keeps BEFORE UPDATE OR DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_heads_keeps_all BEFORE TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down

DROP TABLE audit_heads;
DROP TABLE seals;
ALTER TABLE entities DROP COLUMN commands_hash;
ALTER TABLE entities DROP COLUMN commands;
ALTER TABLE commands DROP COLUMN nth;

-- The lines of the other chains have no place in the older form and are lost.
DROP INDEX audit_at;
DROP INDEX audit_actor;
DROP INDEX audit_subject;
DROP INDEX audit_act;
ALTER TABLE audit DISABLE TRIGGER audit_keeps;
DELETE FROM audit WHERE chain > 0;
ALTER TABLE audit ENABLE TRIGGER audit_keeps;
ALTER TABLE audit DROP CONSTRAINT audit_pkey;
ALTER TABLE audit DROP COLUMN chain;
ALTER TABLE audit ADD PRIMARY KEY (seq);
CREATE INDEX audit_actor ON audit (actor_user, seq);
CREATE INDEX audit_subject ON audit (subject, seq);
INSERT INTO settings SELECT 'audit', seq || ' ' || hash FROM audit_ends WHERE chain = 0 AND seq > 0;
DROP TABLE audit_ends;
