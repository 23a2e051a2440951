-- +goose Up

-- The audit record has several chains, so that no two acts wait for each other that have nothing to do with each other.
-- What was written before is the beginning of chain 0.
CREATE TABLE audit_with_chains (
    chain              bigint NOT NULL CHECK (chain >= 0),
    seq                bigint NOT NULL CHECK (seq > 0),
    at                 datetime NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    address            text NOT NULL,
    act                text NOT NULL,
    subject            text NOT NULL,
    detail             text NOT NULL,
    hash               text NOT NULL,
    PRIMARY KEY (chain, seq)
);
INSERT INTO audit_with_chains SELECT 0, seq, at, actor_user, actor_role, actor_party, actor_jurisdiction, actor_on_behalf_of,
    address, act, subject, detail, hash FROM audit;
DROP TABLE audit;
ALTER TABLE audit_with_chains RENAME TO audit;
CREATE INDEX audit_at ON audit (at, chain, seq);
CREATE INDEX audit_actor ON audit (actor_user, at, chain, seq);
CREATE INDEX audit_subject ON audit (subject, at, chain, seq);
CREATE INDEX audit_act ON audit (act, at, chain, seq);
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is only ever appended to');
END;
-- +goose StatementEnd

-- The end of each chain, and the lock under which its next line is added.
CREATE TABLE audit_ends (
    chain bigint NOT NULL PRIMARY KEY,
    seq   bigint NOT NULL,
    hash  text NOT NULL
);
INSERT INTO audit_ends WITH RECURSIVE n (chain) AS (SELECT 0 UNION ALL SELECT chain + 1 FROM n WHERE chain < 15) SELECT chain, 0, '' FROM n;
UPDATE audit_ends SET seq = CAST(substr(s.value, 1, instr(s.value, ' ') - 1) AS bigint), hash = substr(s.value, instr(s.value, ' ') + 1)
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
    id        integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    at        datetime NOT NULL,
    statement text NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER audit_heads_keeps_update BEFORE UPDATE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'audit_heads is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_heads_keeps_delete BEFORE DELETE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'audit_heads is only ever appended to');
END;
-- +goose StatementEnd

-- +goose Down

DROP TABLE audit_heads;
DROP TABLE seals;
ALTER TABLE entities DROP COLUMN commands_hash;
ALTER TABLE entities DROP COLUMN commands;
ALTER TABLE commands DROP COLUMN nth;

-- The lines of the other chains have no place in the older form and are lost.
CREATE TABLE audit_of_one_chain (
    seq                bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    at                 datetime NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    address            text NOT NULL,
    act                text NOT NULL,
    subject            text NOT NULL,
    detail             text NOT NULL,
    hash               text NOT NULL
);
INSERT INTO audit_of_one_chain SELECT seq, at, actor_user, actor_role, actor_party, actor_jurisdiction, actor_on_behalf_of,
    address, act, subject, detail, hash FROM audit WHERE chain = 0;
DROP TABLE audit;
ALTER TABLE audit_of_one_chain RENAME TO audit;
CREATE INDEX audit_actor ON audit (actor_user, seq);
CREATE INDEX audit_subject ON audit (subject, seq);
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is only ever appended to');
END;
-- +goose StatementEnd
INSERT INTO settings SELECT 'audit', seq || ' ' || hash FROM audit_ends WHERE chain = 0 AND seq > 0;
DROP TABLE audit_ends;
