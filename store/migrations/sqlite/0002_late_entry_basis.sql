-- +goose Up

-- What proves a late entry (补录): '' for whatever was entered when it happened.
ALTER TABLE commands ADD COLUMN basis text NOT NULL DEFAULT '';
ALTER TABLE timeline ADD COLUMN basis text NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE timeline DROP COLUMN basis;
ALTER TABLE commands DROP COLUMN basis;
