-- +goose Up

-- Content that was uploaded, by its SHA-256: quarantined | clean | refused | gone. A row is never removed; what is
-- gone from the shelf comes back with the next upload of the same.
CREATE TABLE blobs (
    digest   text NOT NULL PRIMARY KEY,
    size     bigint NOT NULL CHECK (size > 0),
    state    text NOT NULL CHECK (state IN ('quarantined', 'clean', 'refused', 'gone')),
    found    text NOT NULL,
    attempts integer NOT NULL,
    try_at   timestamptz NOT NULL,
    error    text NOT NULL
);
CREATE INDEX blobs_queue ON blobs (try_at) WHERE state = 'quarantined';

-- Files of projects: a name for content. at is civil; stored_at, named_at and removed_at are real.
CREATE TABLE files (
    id                 text NOT NULL PRIMARY KEY,
    project            text NOT NULL,
    digest             text NOT NULL REFERENCES blobs (digest),
    name               text NOT NULL,
    type               text NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    at                 timestamptz NOT NULL,
    stored_at          timestamptz NOT NULL,
    named_at           timestamptz,
    removed_at         timestamptz,
    told               boolean NOT NULL
);
CREATE INDEX files_project ON files (project, stored_at);
CREATE INDEX files_digest ON files (digest);
CREATE INDEX files_user ON files (actor_user, stored_at);

-- What files were handed in with: derived from the timeline.
CREATE TABLE file_uses (
    project text NOT NULL,
    seq     bigint NOT NULL,
    n       integer NOT NULL,
    file    text NOT NULL,
    act     text NOT NULL,
    item    text NOT NULL,
    round   integer NOT NULL,
    paper   text NOT NULL,
    period  text NOT NULL,
    phase   text NOT NULL,
    PRIMARY KEY (project, seq, n)
);
CREATE INDEX file_uses_file ON file_uses (file);

-- +goose Down

DROP TABLE file_uses;
DROP TABLE files;
DROP TABLE blobs;
