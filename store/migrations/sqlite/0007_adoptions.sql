-- +goose Up

-- A broadcast may move the open projects of a jurisdiction to a new version of their policy pack. SQLite changes no CHECK:
-- the tables are made anew.
CREATE TABLE broadcasts_new (
    id           text NOT NULL PRIMARY KEY,
    what         text NOT NULL CHECK (what IN ('calendar', 'pack')),
    subject      text NOT NULL,
    content      text NOT NULL,
    basis        text NOT NULL,
    title_zh     text NOT NULL,
    title_en     text NOT NULL,
    state        text NOT NULL CHECK (state IN ('preparing', 'previewed', 'running', 'paused', 'done', 'failed')),
    per_second   integer NOT NULL,
    total        integer NOT NULL,
    asked        integer NOT NULL,
    closed       integer NOT NULL,
    last         text NOT NULL,
    foreseen     integer NOT NULL,
    affected     integer NOT NULL,
    moved        integer NOT NULL,
    impossible   integer NOT NULL,
    error        text NOT NULL,
    created_at   datetime NOT NULL,
    created_by   text NOT NULL,
    previewed_at datetime,
    started_at   datetime,
    started_by   text NOT NULL,
    ended_at     datetime,
    tell_from    datetime,
    holder       text NOT NULL,
    held_until   datetime,
    jurisdiction text NOT NULL DEFAULT ''
);

CREATE TABLE broadcast_moves_new (
    broadcast  text NOT NULL REFERENCES broadcasts_new (id),
    entity     text NOT NULL,
    n          integer NOT NULL,
    task       text NOT NULL,
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    party_kind text NOT NULL,
    party_code text NOT NULL,
    from_at    datetime,
    to_at      datetime,
    refusal    text,
    kind       text NOT NULL DEFAULT 'deadline' CHECK (kind IN ('deadline', 'added', 'dropped')),
    PRIMARY KEY (broadcast, entity, n)
);

CREATE TABLE broadcast_exceptions_new (
    broadcast text NOT NULL REFERENCES broadcasts_new (id),
    entity    text NOT NULL,
    command   text NOT NULL,
    PRIMARY KEY (broadcast, entity)
);

INSERT INTO broadcasts_new (id, what, subject, content, basis, title_zh, title_en, state, per_second, total, asked, closed, last, foreseen, affected, moved, impossible, error, created_at, created_by, previewed_at, started_at, started_by, ended_at, tell_from, holder, held_until) SELECT id, what, subject, content, basis, title_zh, title_en, state, per_second, total, asked, closed, last, foreseen, affected, moved, impossible, error, created_at, created_by, previewed_at, started_at, started_by, ended_at, tell_from, holder, held_until FROM broadcasts;
INSERT INTO broadcast_moves_new (broadcast, entity, n, task, name_zh, name_en, party_kind, party_code, from_at, to_at, refusal) SELECT broadcast, entity, n, task, name_zh, name_en, party_kind, party_code, from_at, to_at, refusal FROM broadcast_moves;
INSERT INTO broadcast_exceptions_new (broadcast, entity, command) SELECT broadcast, entity, command FROM broadcast_exceptions;

DROP TABLE broadcast_exceptions;
DROP TABLE broadcast_moves;
DROP TABLE broadcasts;
ALTER TABLE broadcasts_new RENAME TO broadcasts;
ALTER TABLE broadcast_moves_new RENAME TO broadcast_moves;
ALTER TABLE broadcast_exceptions_new RENAME TO broadcast_exceptions;

CREATE UNIQUE INDEX broadcasts_open ON broadcasts (what, subject, jurisdiction) WHERE state <> 'done';
CREATE INDEX broadcasts_created ON broadcasts (created_at, id);

-- +goose Down

CREATE TABLE broadcasts_new (
    id           text NOT NULL PRIMARY KEY,
    what         text NOT NULL CHECK (what IN ('calendar')),
    subject      text NOT NULL,
    content      text NOT NULL,
    basis        text NOT NULL,
    title_zh     text NOT NULL,
    title_en     text NOT NULL,
    state        text NOT NULL CHECK (state IN ('preparing', 'previewed', 'running', 'paused', 'done', 'failed')),
    per_second   integer NOT NULL,
    total        integer NOT NULL,
    asked        integer NOT NULL,
    closed       integer NOT NULL,
    last         text NOT NULL,
    foreseen     integer NOT NULL,
    affected     integer NOT NULL,
    moved        integer NOT NULL,
    impossible   integer NOT NULL,
    error        text NOT NULL,
    created_at   datetime NOT NULL,
    created_by   text NOT NULL,
    previewed_at datetime,
    started_at   datetime,
    started_by   text NOT NULL,
    ended_at     datetime,
    tell_from    datetime,
    holder       text NOT NULL,
    held_until   datetime
);

CREATE TABLE broadcast_moves_new (
    broadcast  text NOT NULL REFERENCES broadcasts_new (id),
    entity     text NOT NULL,
    n          integer NOT NULL,
    task       text NOT NULL,
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    party_kind text NOT NULL,
    party_code text NOT NULL,
    from_at    datetime,
    to_at      datetime,
    refusal    text,
    PRIMARY KEY (broadcast, entity, n)
);

CREATE TABLE broadcast_exceptions_new (
    broadcast text NOT NULL REFERENCES broadcasts_new (id),
    entity    text NOT NULL,
    command   text NOT NULL,
    PRIMARY KEY (broadcast, entity)
);

INSERT INTO broadcasts_new (id, what, subject, content, basis, title_zh, title_en, state, per_second, total, asked, closed, last, foreseen, affected, moved, impossible, error, created_at, created_by, previewed_at, started_at, started_by, ended_at, tell_from, holder, held_until) SELECT id, what, subject, content, basis, title_zh, title_en, state, per_second, total, asked, closed, last, foreseen, affected, moved, impossible, error, created_at, created_by, previewed_at, started_at, started_by, ended_at, tell_from, holder, held_until FROM broadcasts WHERE what = 'calendar';
INSERT INTO broadcast_moves_new (broadcast, entity, n, task, name_zh, name_en, party_kind, party_code, from_at, to_at, refusal) SELECT broadcast, entity, n, task, name_zh, name_en, party_kind, party_code, from_at, to_at, refusal FROM broadcast_moves WHERE broadcast IN (SELECT id FROM broadcasts_new);
INSERT INTO broadcast_exceptions_new (broadcast, entity, command) SELECT broadcast, entity, command FROM broadcast_exceptions WHERE broadcast IN (SELECT id FROM broadcasts_new);

DROP TABLE broadcast_exceptions;
DROP TABLE broadcast_moves;
DROP TABLE broadcasts;
ALTER TABLE broadcasts_new RENAME TO broadcasts;
ALTER TABLE broadcast_moves_new RENAME TO broadcast_moves;
ALTER TABLE broadcast_exceptions_new RENAME TO broadcast_exceptions;

CREATE UNIQUE INDEX broadcasts_open ON broadcasts (what, subject) WHERE state <> 'done';
CREATE INDEX broadcasts_created ON broadcasts (created_at, id);
