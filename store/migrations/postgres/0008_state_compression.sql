-- +goose Up

-- The state of an entity is written anew with every command, and LZ4 takes half the time of PostgreSQL's own compression
-- for it. A server that was built without LZ4 keeps its own; what is stored already is read either way.
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE entities ALTER COLUMN snapshot SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported THEN
        RAISE NOTICE 'this server has no LZ4';
END
$$;
-- +goose StatementEnd

-- +goose Down

ALTER TABLE entities ALTER COLUMN snapshot SET COMPRESSION default;
