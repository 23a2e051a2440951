-- +goose Up

-- A broadcast may move the open projects of a jurisdiction to a new version of their policy pack.
ALTER TABLE broadcasts DROP CONSTRAINT broadcasts_what_check;
ALTER TABLE broadcasts ADD CONSTRAINT broadcasts_what_check CHECK (what IN ('calendar', 'pack'));
ALTER TABLE broadcasts ADD COLUMN jurisdiction text NOT NULL DEFAULT '';
DROP INDEX broadcasts_open;
CREATE UNIQUE INDEX broadcasts_open ON broadcasts (what, subject, jurisdiction) WHERE state <> 'done';
ALTER TABLE broadcast_moves ADD COLUMN kind text NOT NULL DEFAULT 'deadline' CHECK (kind IN ('deadline', 'added', 'dropped'));

-- +goose Down

DELETE FROM broadcast_exceptions WHERE broadcast IN (SELECT id FROM broadcasts WHERE what = 'pack');
DELETE FROM broadcast_moves WHERE broadcast IN (SELECT id FROM broadcasts WHERE what = 'pack');
DELETE FROM broadcasts WHERE what = 'pack';
ALTER TABLE broadcast_moves DROP COLUMN kind;
DROP INDEX broadcasts_open;
CREATE UNIQUE INDEX broadcasts_open ON broadcasts (what, subject) WHERE state <> 'done';
ALTER TABLE broadcasts DROP COLUMN jurisdiction;
ALTER TABLE broadcasts DROP CONSTRAINT broadcasts_what_check;
ALTER TABLE broadcasts ADD CONSTRAINT broadcasts_what_check CHECK (what IN ('calendar'));
