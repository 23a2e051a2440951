-- +goose Up

-- A table of declarations that was taken in: whose it was, the SHA-256 of its file, and the rows (a JSON list of their
-- numbers) whose commands are "<id>.<row>". It is written in the transaction of their intents, and never again.
CREATE TABLE imports (
    id                 text NOT NULL PRIMARY KEY,
    digest             text NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    rows               text NOT NULL,
    stored_at          datetime NOT NULL
);

-- +goose Down

DROP TABLE imports;
