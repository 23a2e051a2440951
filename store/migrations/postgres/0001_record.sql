-- +goose Up

-- What a deployment is: its civil clock, the revision of its rules.
CREATE TABLE settings (
    name  text NOT NULL PRIMARY KEY,
    value text NOT NULL
);

-- Places and parties.
CREATE TABLE jurisdictions (
    code    text NOT NULL PRIMARY KEY,
    parent  text REFERENCES jurisdictions (code),
    name_zh text NOT NULL,
    name_en text NOT NULL,
    level   text NOT NULL,
    closed  boolean NOT NULL
);

-- Every pair of a jurisdiction and one below it, itself included, so that "and below" is one lookup.
CREATE TABLE jurisdiction_tree (
    ancestor   text NOT NULL,
    descendant text NOT NULL,
    PRIMARY KEY (ancestor, descendant)
);

CREATE TABLE units (
    code         text NOT NULL PRIMARY KEY,
    jurisdiction text NOT NULL REFERENCES jurisdictions (code),
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    closed       boolean NOT NULL
);

CREATE TABLE departments (
    jurisdiction text NOT NULL REFERENCES jurisdictions (code),
    code         text NOT NULL,
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    closed       boolean NOT NULL,
    PRIMARY KEY (jurisdiction, code)
);

CREATE TABLE owners (
    code         text NOT NULL PRIMARY KEY,
    jurisdiction text NOT NULL REFERENCES jurisdictions (code),
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    credit_code  text NOT NULL,
    closed       boolean NOT NULL
);

CREATE TABLE experts (
    code           text NOT NULL PRIMARY KEY,
    jurisdiction   text NOT NULL REFERENCES jurisdictions (code),
    name           text NOT NULL,
    unit           text NOT NULL,
    specialities   text NOT NULL,
    conflict_units text NOT NULL,
    retired        boolean NOT NULL
);

CREATE TABLE expert_conflicts (
    project text NOT NULL,
    expert  text NOT NULL REFERENCES experts (code),
    reason  text NOT NULL,
    PRIMARY KEY (project, expert)
);

-- Accounts and their posts.
CREATE TABLE users (
    id            text NOT NULL PRIMARY KEY,
    account       text NOT NULL,
    name          text NOT NULL,
    password_hash text NOT NULL,
    subject       text,
    email         text NOT NULL,
    mobile        text NOT NULL,
    must_change   boolean NOT NULL,
    disabled      boolean NOT NULL,
    created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_account ON users (account);
CREATE UNIQUE INDEX users_subject ON users (subject);

CREATE TABLE posts (
    id           text NOT NULL PRIMARY KEY,
    user_id      text NOT NULL REFERENCES users (id),
    role         text NOT NULL,
    party        text NOT NULL,
    jurisdiction text NOT NULL,
    covers       text NOT NULL,
    valid_from   timestamptz,
    valid_to     timestamptz
);
CREATE INDEX posts_user ON posts (user_id);
CREATE INDEX posts_party ON posts (role, party);

CREATE TABLE tokens (
    id           text NOT NULL PRIMARY KEY,
    user_id      text NOT NULL REFERENCES users (id),
    name         text NOT NULL,
    hash         text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked      boolean NOT NULL
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE sessions (
    token      text NOT NULL PRIMARY KEY,
    data       bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Sign-ins that were tried, by account and by address, and until when they count.
CREATE TABLE sign_in_tries (
    key      text NOT NULL PRIMARY KEY,
    count    bigint NOT NULL,
    until_at timestamptz NOT NULL
);
CREATE INDEX sign_in_tries_until ON sign_in_tries (until_at);

-- What administrators did: who, what, when, from where, each line bound to the one before it.
CREATE TABLE audit (
    seq                bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    at                 timestamptz NOT NULL,
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
CREATE INDEX audit_actor ON audit (actor_user, seq);
CREATE INDEX audit_subject ON audit (subject, seq);

-- Rules: immutable, known by their content.
CREATE TABLE packs (
    hash         text NOT NULL PRIMARY KEY,
    id           text NOT NULL,
    version      text NOT NULL,
    jurisdiction text NOT NULL,
    yaml         text NOT NULL,
    json         text NOT NULL,
    title_zh     text NOT NULL,
    title_en     text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);

CREATE TABLE packs_in_force (
    jurisdiction text NOT NULL PRIMARY KEY,
    hash         text NOT NULL REFERENCES packs (hash),
    since        timestamptz NOT NULL,
    put_by       text NOT NULL
);

CREATE TABLE calendars (
    version      text NOT NULL PRIMARY KEY,
    years        text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);

-- What was asked, and what came of it.
CREATE TABLE commands (
    id                 text NOT NULL PRIMARY KEY,
    entity             text NOT NULL,
    type               text NOT NULL,
    body               text NOT NULL,
    digest             text NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    received_at        timestamptz NOT NULL,
    occurred_at        timestamptz,
    seed               bigint NOT NULL,
    state              text NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    attempts           bigint NOT NULL,
    first_seq          bigint NOT NULL,
    last_seq           bigint NOT NULL,
    refusal            text,
    stored_at          timestamptz NOT NULL,
    completed_at       timestamptz
);
CREATE INDEX commands_pending ON commands (entity, received_at, id) WHERE state = 'pending';
CREATE INDEX commands_entity ON commands (entity, stored_at);

-- The record: one row per entity with the end of its chain, and its timeline, only ever appended to.
CREATE TABLE entities (
    name      text NOT NULL PRIMARY KEY,
    kind      text NOT NULL,
    last_seq  bigint NOT NULL,
    last_hash text NOT NULL,
    snapshot  text NOT NULL
);

CREATE TABLE timeline (
    entity             text NOT NULL REFERENCES entities (name),
    seq                bigint NOT NULL CHECK (seq > 0),
    type               text NOT NULL,
    data               text NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    occurred_at        timestamptz NOT NULL,
    recorded_at        timestamptz NOT NULL,
    clause             text NOT NULL,
    command            text NOT NULL,
    late               boolean NOT NULL,
    text_zh            text NOT NULL,
    text_en            text NOT NULL,
    hash               text NOT NULL,
    PRIMARY KEY (entity, seq)
);

-- The read model: folded from the timeline, and never the truth.
CREATE TABLE projects (
    id                 text NOT NULL PRIMARY KEY,
    name               text NOT NULL,
    jurisdiction       text NOT NULL,
    unit               text NOT NULL,
    owner              text NOT NULL,
    sector             text NOT NULL,
    kind               text NOT NULL,
    level              text NOT NULL,
    procedure          text NOT NULL,
    phase              text NOT NULL,
    status             text NOT NULL,
    class              text NOT NULL,
    investment         bigint NOT NULL,
    investment_done    bigint NOT NULL,
    planned_start      text NOT NULL,
    planned_completion text NOT NULL,
    declared_at        timestamptz NOT NULL,
    started_at         timestamptz,
    completed_at       timestamptz,
    updated_at         timestamptz NOT NULL,
    seq                bigint NOT NULL,
    open_tasks         bigint NOT NULL,
    next_due           timestamptz,
    next_due_order     timestamptz NOT NULL
);
CREATE INDEX projects_jurisdiction ON projects (jurisdiction, declared_at);
CREATE INDEX projects_declared ON projects (declared_at, id);
CREATE INDEX projects_unit ON projects (unit);
CREATE INDEX projects_owner ON projects (owner);

CREATE TABLE project_parties (
    project text NOT NULL,
    kind    text NOT NULL,
    code    text NOT NULL,
    PRIMARY KEY (project, kind, code)
);
CREATE INDEX project_parties_code ON project_parties (kind, code);

CREATE TABLE tasks (
    project     text NOT NULL,
    key         text NOT NULL,
    kind        text NOT NULL,
    subject     text NOT NULL,
    round       bigint NOT NULL,
    party_kind  text NOT NULL,
    party_code  text NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    opened_at   timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    due_at      timestamptz,
    due_order   timestamptz NOT NULL,
    warn_at     timestamptz,
    first_due   timestamptz,
    days        bigint NOT NULL,
    provisional boolean NOT NULL,
    paused      boolean NOT NULL,
    clause      text NOT NULL,
    assignee    text NOT NULL,
    asked       text NOT NULL,
    cosigners   text NOT NULL,
    closed_at   timestamptz,
    closed_by   text NOT NULL,
    closed_seq  bigint NOT NULL,
    outcome     text NOT NULL,
    PRIMARY KEY (project, key)
);
CREATE INDEX tasks_open ON tasks (party_kind, party_code, due_order) WHERE closed_at IS NULL;
CREATE INDEX tasks_closed ON tasks (party_kind, party_code, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX tasks_due ON tasks (due_order, project, key) WHERE closed_at IS NULL;
CREATE INDEX tasks_assignee ON tasks (assignee, due_order) WHERE closed_at IS NULL AND assignee <> '';

CREATE TABLE lamps (
    project       text NOT NULL,
    kind          text NOT NULL,
    yellow_at     timestamptz,
    red_at        timestamptz,
    excused_until timestamptz,
    reason_zh     text NOT NULL,
    reason_en     text NOT NULL,
    task          text NOT NULL,
    PRIMARY KEY (project, kind)
);

CREATE TABLE reports (
    project    text NOT NULL,
    seq        bigint NOT NULL,
    period     text NOT NULL,
    investment bigint NOT NULL,
    planned    bigint NOT NULL,
    image      text NOT NULL,
    forecast   text NOT NULL,
    lamp       text NOT NULL,
    corrects   bigint NOT NULL,
    reason     text NOT NULL,
    filed_at   timestamptz NOT NULL,
    superseded boolean NOT NULL,
    PRIMARY KEY (project, seq)
);
CREATE INDEX reports_period ON reports (period, project);

CREATE TABLE supervisions (
    project      text NOT NULL,
    seq          bigint NOT NULL,
    jurisdiction text NOT NULL,
    party_kind   text NOT NULL,
    party_code   text NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (project, seq)
);
CREATE INDEX supervisions_party ON supervisions (party_kind, party_code, at);

-- Messages, with who has read them.
CREATE TABLE notices (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      text NOT NULL,
    seq          bigint NOT NULL,
    n            bigint NOT NULL,
    jurisdiction text NOT NULL,
    kind         text NOT NULL,
    party_kind   text NOT NULL,
    party_code   text NOT NULL,
    post         text NOT NULL,
    task         text NOT NULL,
    text_zh      text NOT NULL,
    text_en      text NOT NULL,
    at           timestamptz NOT NULL,
    delivery     text NOT NULL CHECK (delivery IN ('pending', 'sent', 'dead')),
    attempts     bigint NOT NULL,
    try_at       timestamptz NOT NULL,
    error        text NOT NULL,
    delivered_at timestamptz
);
CREATE UNIQUE INDEX notices_line ON notices (project, seq, n);
CREATE INDEX notices_party ON notices (party_kind, party_code, id);
CREATE INDEX notices_post ON notices (post, id);
CREATE INDEX notices_pending ON notices (try_at) WHERE delivery = 'pending';

CREATE TABLE notice_reads (
    notice_id bigint NOT NULL REFERENCES notices (id),
    user_id   text NOT NULL,
    read_at   timestamptz NOT NULL,
    PRIMARY KEY (notice_id, user_id)
);

-- The outbox: what events ask of the world outside.
CREATE TABLE effects (
    id       text NOT NULL PRIMARY KEY,
    entity   text NOT NULL,
    seq      bigint NOT NULL,
    n        bigint NOT NULL,
    kind     text NOT NULL,
    data     text NOT NULL,
    state    text NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
    attempts bigint NOT NULL,
    try_at   timestamptz NOT NULL,
    error    text NOT NULL,
    done_at  timestamptz
);
CREATE UNIQUE INDEX effects_line ON effects (entity, seq, n);
CREATE INDEX effects_pending ON effects (try_at) WHERE state = 'pending';
CREATE INDEX effects_queue ON effects (entity, seq, n) WHERE state = 'pending';

-- Quotas. Amounts are whole numbers of ten-thousandths of the resource's unit: exact in both databases.
CREATE TABLE quotas (
    jurisdiction text NOT NULL,
    resource     text NOT NULL,
    year         bigint NOT NULL,
    total        bigint NOT NULL,
    reserved     bigint NOT NULL CHECK (reserved >= 0),
    committed    bigint NOT NULL CHECK (committed >= 0),
    PRIMARY KEY (jurisdiction, resource, year),
    CONSTRAINT quotas_never_exceeded CHECK (reserved + committed <= total)
);

CREATE TABLE quota_holdings (
    jurisdiction text NOT NULL,
    resource     text NOT NULL,
    year         bigint NOT NULL,
    project      text NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    state        text NOT NULL CHECK (state IN ('reserved', 'committed')),
    PRIMARY KEY (jurisdiction, resource, year, project),
    FOREIGN KEY (jurisdiction, resource, year) REFERENCES quotas (jurisdiction, resource, year)
);

CREATE TABLE quota_line (
    jurisdiction text NOT NULL,
    resource     text NOT NULL,
    year         bigint NOT NULL,
    project      text NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    rank         bigint NOT NULL,
    benefit      text NOT NULL,
    since        timestamptz NOT NULL,
    effect       text NOT NULL,
    PRIMARY KEY (jurisdiction, resource, year, project),
    FOREIGN KEY (jurisdiction, resource, year) REFERENCES quotas (jurisdiction, resource, year)
);
CREATE INDEX quota_line_project ON quota_line (project);

CREATE TABLE quota_ledger (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    effect             text NOT NULL,
    n                  bigint NOT NULL,
    jurisdiction       text NOT NULL,
    resource           text NOT NULL,
    year               bigint NOT NULL,
    act                text NOT NULL,
    project            text NOT NULL,
    amount             bigint NOT NULL CHECK (amount >= 0),
    place              bigint NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    clause             text NOT NULL,
    note               text NOT NULL,
    at                 timestamptz NOT NULL,
    FOREIGN KEY (jurisdiction, resource, year) REFERENCES quotas (jurisdiction, resource, year)
);
CREATE UNIQUE INDEX quota_ledger_effect ON quota_ledger (effect, n);
CREATE INDEX quota_ledger_quota ON quota_ledger (jurisdiction, resource, year, id);
CREATE INDEX quota_ledger_project ON quota_ledger (project, id);

-- The timeline, the ledger and the audit record are only ever appended to.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever appended to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER timeline_keeps BEFORE UPDATE OR DELETE ON timeline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER timeline_keeps_all BEFORE TRUNCATE ON timeline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quota_ledger_keeps BEFORE UPDATE OR DELETE ON quota_ledger
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quota_ledger_keeps_all BEFORE TRUNCATE ON quota_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE quota_ledger, quota_line, quota_holdings, quotas, effects, notice_reads, notices, supervisions, reports,
    lamps, tasks, project_parties, projects, timeline, entities, commands, calendars, packs_in_force, packs, audit, sign_in_tries, sessions,
    tokens, posts, users, expert_conflicts, experts, owners, departments, units, jurisdiction_tree, jurisdictions, settings;
DROP FUNCTION refuse_change();
