-- +goose Up

-- SQLite compresses nothing; the step is there so that both databases count alike.
SELECT 1;

-- +goose Down

SELECT 1;
