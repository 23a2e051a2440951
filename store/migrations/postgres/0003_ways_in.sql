-- +goose Up

-- Since when an account has its password, and when it was last used: by a sign-in or a token, or made or enabled. What
-- there is already counts from the upgrade, so that nobody is shut out by it.
ALTER TABLE users ADD COLUMN password_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00:00';
ALTER TABLE users ADD COLUMN used_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00:00';
UPDATE users SET password_at = CURRENT_TIMESTAMP, used_at = CURRENT_TIMESTAMP;

-- The passwords that an account had, as far as they must not come back.
CREATE TABLE old_passwords (
    user_id     text NOT NULL REFERENCES users (id),
    hash        text NOT NULL,
    replaced_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- What a token may do, and in which post ('' in any); none is for ever.
ALTER TABLE tokens ADD COLUMN scope text NOT NULL DEFAULT 'act';
ALTER TABLE tokens ADD COLUMN post text NOT NULL DEFAULT '';
UPDATE tokens SET expires_at = CURRENT_TIMESTAMP + INTERVAL '366 days' WHERE expires_at IS NULL;

-- Who is signed in, how and where from; whoever is must sign in again.
DROP TABLE sessions;
CREATE TABLE sessions (
    token        text NOT NULL PRIMARY KEY,
    id           text NOT NULL,
    user_id      text NOT NULL REFERENCES users (id),
    stamp        text NOT NULL,
    way          text NOT NULL,
    address      text NOT NULL,
    agent        text NOT NULL,
    begun_at     timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    confirmed_at timestamptz,
    expires_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX sessions_id ON sessions (id);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Single sign-ons that have begun and not come back.
CREATE TABLE sign_ons (
    state      text NOT NULL PRIMARY KEY,
    nonce      text NOT NULL,
    verifier   text NOT NULL,
    target     text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_ons_expiry ON sign_ons (expires_at);

-- Auditor, system administrator and security administrator are three people who hold no other post meanwhile (OWN-203),
-- whoever writes the row.
-- The lock on the account makes two who give posts at once wait for each other.
-- +goose StatementBegin
CREATE FUNCTION keep_administrators_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM users WHERE id = NEW.user_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM posts o WHERE o.user_id = NEW.user_id AND o.id <> NEW.id AND o.role <> NEW.role
            AND (o.role IN ('auditor', 'system_admin', 'security_admin') OR NEW.role IN ('auditor', 'system_admin', 'security_admin'))
            AND (o.valid_from IS NULL OR o.valid_to IS NULL OR o.valid_from < o.valid_to)
            AND (NEW.valid_from IS NULL OR NEW.valid_to IS NULL OR NEW.valid_from < NEW.valid_to)
            AND (o.valid_from IS NULL OR NEW.valid_to IS NULL OR o.valid_from < NEW.valid_to)
            AND (NEW.valid_from IS NULL OR o.valid_to IS NULL OR NEW.valid_from < o.valid_to))
    THEN
        RAISE EXCEPTION 'an administrator holds no other post' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER posts_apart BEFORE INSERT OR UPDATE ON posts
    FOR EACH ROW EXECUTE FUNCTION keep_administrators_apart();

-- +goose Down

DROP TRIGGER posts_apart ON posts;
DROP FUNCTION keep_administrators_apart();
DROP TABLE sign_ons;
DROP TABLE sessions;
CREATE TABLE sessions (
    token      text NOT NULL PRIMARY KEY,
    data       bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);
ALTER TABLE tokens DROP COLUMN post;
ALTER TABLE tokens DROP COLUMN scope;
DROP TABLE old_passwords;
ALTER TABLE users DROP COLUMN used_at;
ALTER TABLE users DROP COLUMN password_at;
