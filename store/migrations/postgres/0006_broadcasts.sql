-- +goose Up

-- One command for every open entity of a kind, and how far it has come.
CREATE TABLE broadcasts (
    id           text NOT NULL PRIMARY KEY,
    what         text NOT NULL CHECK (what IN ('calendar')),
    subject      text NOT NULL,
    content      text NOT NULL,
    basis        text NOT NULL,
    title_zh     text NOT NULL,
    title_en     text NOT NULL,
    state        text NOT NULL CHECK (state IN ('preparing', 'previewed', 'running', 'paused', 'done', 'failed')),
    per_second   bigint NOT NULL,
    total        bigint NOT NULL,
    asked        bigint NOT NULL,
    closed       bigint NOT NULL,
    last         text NOT NULL,
    foreseen     bigint NOT NULL,
    affected     bigint NOT NULL,
    moved        bigint NOT NULL,
    impossible   bigint NOT NULL,
    error        text NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    previewed_at timestamptz,
    started_at   timestamptz,
    started_by   text NOT NULL,
    ended_at     timestamptz,
    tell_from    timestamptz,
    holder       text NOT NULL,
    held_until   timestamptz
);
CREATE UNIQUE INDEX broadcasts_open ON broadcasts (what, subject) WHERE state <> 'done';
CREATE INDEX broadcasts_created ON broadcasts (created_at, id);

-- What a broadcast would move, foreseen before it is started; n is 0 where it would be refused.
CREATE TABLE broadcast_moves (
    broadcast  text NOT NULL REFERENCES broadcasts (id),
    entity     text NOT NULL,
    n          bigint NOT NULL,
    task       text NOT NULL,
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    party_kind text NOT NULL,
    party_code text NOT NULL,
    from_at    timestamptz,
    to_at      timestamptz,
    refusal    text,
    PRIMARY KEY (broadcast, entity, n)
);

-- Entities that did not simply do what they were told: their commands tell why not, or not yet.
CREATE TABLE broadcast_exceptions (
    broadcast text NOT NULL REFERENCES broadcasts (id),
    entity    text NOT NULL,
    command   text NOT NULL,
    PRIMARY KEY (broadcast, entity)
);

-- Which change of the whole record an entity's last was, so that live updates find what is new since another. On
-- PostgreSQL it is the transaction, on SQLite, which writes one after the other, a number.
ALTER TABLE entities ADD COLUMN changed bigint NOT NULL DEFAULT 0;
CREATE INDEX entities_changed ON entities (changed);

-- +goose Down

DROP INDEX entities_changed;
ALTER TABLE entities DROP COLUMN changed;
DROP TABLE broadcast_exceptions;
DROP TABLE broadcast_moves;
DROP TABLE broadcasts;
