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
    created_at    datetime NOT NULL
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
    valid_from   datetime,
    valid_to     datetime
);
CREATE INDEX posts_user ON posts (user_id);
CREATE INDEX posts_party ON posts (role, party);

CREATE TABLE tokens (
    id           text NOT NULL PRIMARY KEY,
    user_id      text NOT NULL REFERENCES users (id),
    name         text NOT NULL,
    hash         text NOT NULL,
    created_at   datetime NOT NULL,
    expires_at   datetime,
    last_used_at datetime,
    revoked      boolean NOT NULL
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE sessions (
    token      text NOT NULL PRIMARY KEY,
    data       blob NOT NULL,
    expires_at datetime NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Sign-ins that were tried, by account and by address, and until when they count.
CREATE TABLE sign_in_tries (
    key      text NOT NULL PRIMARY KEY,
    count    integer NOT NULL,
    until_at datetime NOT NULL
);
CREATE INDEX sign_in_tries_until ON sign_in_tries (until_at);

-- What administrators did: who, what, when, from where, each line bound to the one before it.
CREATE TABLE audit (
    seq                bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    at                 datetime NOT NULL,
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
    published_at datetime NOT NULL,
    published_by text NOT NULL
);

CREATE TABLE packs_in_force (
    jurisdiction text NOT NULL PRIMARY KEY,
    hash         text NOT NULL REFERENCES packs (hash),
    since        datetime NOT NULL,
    put_by       text NOT NULL
);

CREATE TABLE calendars (
    version      text NOT NULL PRIMARY KEY,
    years        text NOT NULL,
    published_at datetime NOT NULL,
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
    received_at        datetime NOT NULL,
    occurred_at        datetime,
    seed               integer NOT NULL,
    state              text NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    attempts           integer NOT NULL,
    first_seq          integer NOT NULL,
    last_seq           integer NOT NULL,
    refusal            text,
    stored_at          datetime NOT NULL,
    completed_at       datetime
);
CREATE INDEX commands_pending ON commands (entity, received_at, id) WHERE state = 'pending';
CREATE INDEX commands_entity ON commands (entity, stored_at);

-- The record: one row per entity with the end of its chain, and its timeline, only ever appended to.
CREATE TABLE entities (
    name      text NOT NULL PRIMARY KEY,
    kind      text NOT NULL,
    last_seq  integer NOT NULL,
    last_hash text NOT NULL,
    snapshot  text NOT NULL
);

CREATE TABLE timeline (
    entity             text NOT NULL REFERENCES entities (name),
    seq                integer NOT NULL CHECK (seq > 0),
    type               text NOT NULL,
    data               text NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    occurred_at        datetime NOT NULL,
    recorded_at        datetime NOT NULL,
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
    investment         integer NOT NULL,
    investment_done    integer NOT NULL,
    planned_start      text NOT NULL,
    planned_completion text NOT NULL,
    declared_at        datetime NOT NULL,
    started_at         datetime,
    completed_at       datetime,
    updated_at         datetime NOT NULL,
    seq                integer NOT NULL,
    open_tasks         integer NOT NULL,
    next_due           datetime,
    next_due_order     datetime NOT NULL
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
    round       integer NOT NULL,
    party_kind  text NOT NULL,
    party_code  text NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    opened_at   datetime NOT NULL,
    received_at datetime NOT NULL,
    due_at      datetime,
    due_order   datetime NOT NULL,
    warn_at     datetime,
    first_due   datetime,
    days        integer NOT NULL,
    provisional boolean NOT NULL,
    paused      boolean NOT NULL,
    clause      text NOT NULL,
    assignee    text NOT NULL,
    asked       text NOT NULL,
    cosigners   text NOT NULL,
    closed_at   datetime,
    closed_by   text NOT NULL,
    closed_seq  integer NOT NULL,
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
    yellow_at     datetime,
    red_at        datetime,
    excused_until datetime,
    reason_zh     text NOT NULL,
    reason_en     text NOT NULL,
    task          text NOT NULL,
    PRIMARY KEY (project, kind)
);

CREATE TABLE reports (
    project    text NOT NULL,
    seq        integer NOT NULL,
    period     text NOT NULL,
    investment integer NOT NULL,
    planned    integer NOT NULL,
    image      text NOT NULL,
    forecast   text NOT NULL,
    lamp       text NOT NULL,
    corrects   integer NOT NULL,
    reason     text NOT NULL,
    filed_at   datetime NOT NULL,
    superseded boolean NOT NULL,
    PRIMARY KEY (project, seq)
);
CREATE INDEX reports_period ON reports (period, project);

CREATE TABLE supervisions (
    project      text NOT NULL,
    seq          integer NOT NULL,
    jurisdiction text NOT NULL,
    party_kind   text NOT NULL,
    party_code   text NOT NULL,
    at           datetime NOT NULL,
    PRIMARY KEY (project, seq)
);
CREATE INDEX supervisions_party ON supervisions (party_kind, party_code, at);

-- Messages, with who has read them.
CREATE TABLE notices (
    id           integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    project      text NOT NULL,
    seq          integer NOT NULL,
    n            integer NOT NULL,
    jurisdiction text NOT NULL,
    kind         text NOT NULL,
    party_kind   text NOT NULL,
    party_code   text NOT NULL,
    post         text NOT NULL,
    task         text NOT NULL,
    text_zh      text NOT NULL,
    text_en      text NOT NULL,
    at           datetime NOT NULL,
    delivery     text NOT NULL CHECK (delivery IN ('pending', 'sent', 'dead')),
    attempts     integer NOT NULL,
    try_at       datetime NOT NULL,
    error        text NOT NULL,
    delivered_at datetime
);
CREATE UNIQUE INDEX notices_line ON notices (project, seq, n);
CREATE INDEX notices_party ON notices (party_kind, party_code, id);
CREATE INDEX notices_post ON notices (post, id);
CREATE INDEX notices_pending ON notices (try_at) WHERE delivery = 'pending';

CREATE TABLE notice_reads (
    notice_id integer NOT NULL REFERENCES notices (id),
    user_id   text NOT NULL,
    read_at   datetime NOT NULL,
    PRIMARY KEY (notice_id, user_id)
);

-- The outbox: what events ask of the world outside.
CREATE TABLE effects (
    id       text NOT NULL PRIMARY KEY,
    entity   text NOT NULL,
    seq      integer NOT NULL,
    n        integer NOT NULL,
    kind     text NOT NULL,
    data     text NOT NULL,
    state    text NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
    attempts integer NOT NULL,
    try_at   datetime NOT NULL,
    error    text NOT NULL,
    done_at  datetime
);
CREATE UNIQUE INDEX effects_line ON effects (entity, seq, n);
CREATE INDEX effects_pending ON effects (try_at) WHERE state = 'pending';
CREATE INDEX effects_queue ON effects (entity, seq, n) WHERE state = 'pending';

-- Quotas. Amounts are whole numbers of ten-thousandths of the resource's unit: exact in both databases.
CREATE TABLE quotas (
    jurisdiction text NOT NULL,
    resource     text NOT NULL,
    year         integer NOT NULL,
    total        integer NOT NULL,
    reserved     integer NOT NULL CHECK (reserved >= 0),
    committed    integer NOT NULL CHECK (committed >= 0),
    PRIMARY KEY (jurisdiction, resource, year),
    CONSTRAINT quotas_never_exceeded CHECK (reserved + committed <= total)
);

CREATE TABLE quota_holdings (
    jurisdiction text NOT NULL,
    resource     text NOT NULL,
    year         integer NOT NULL,
    project      text NOT NULL,
    amount       integer NOT NULL CHECK (amount > 0),
    state        text NOT NULL CHECK (state IN ('reserved', 'committed')),
    PRIMARY KEY (jurisdiction, resource, year, project),
    FOREIGN KEY (jurisdiction, resource, year) REFERENCES quotas (jurisdiction, resource, year)
);

CREATE TABLE quota_line (
    jurisdiction text NOT NULL,
    resource     text NOT NULL,
    year         integer NOT NULL,
    project      text NOT NULL,
    amount       integer NOT NULL CHECK (amount > 0),
    rank         integer NOT NULL,
    benefit      text NOT NULL,
    since        datetime NOT NULL,
    effect       text NOT NULL,
    PRIMARY KEY (jurisdiction, resource, year, project),
    FOREIGN KEY (jurisdiction, resource, year) REFERENCES quotas (jurisdiction, resource, year)
);
CREATE INDEX quota_line_project ON quota_line (project);

CREATE TABLE quota_ledger (
    id                 integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    effect             text NOT NULL,
    n                  integer NOT NULL,
    jurisdiction       text NOT NULL,
    resource           text NOT NULL,
    year               integer NOT NULL,
    act                text NOT NULL,
    project            text NOT NULL,
    amount             integer NOT NULL CHECK (amount >= 0),
    place              integer NOT NULL,
    actor_user         text NOT NULL,
    actor_role         text NOT NULL,
    actor_party        text NOT NULL,
    actor_jurisdiction text NOT NULL,
    actor_on_behalf_of text NOT NULL,
    clause             text NOT NULL,
    note               text NOT NULL,
    at                 datetime NOT NULL,
    FOREIGN KEY (jurisdiction, resource, year) REFERENCES quotas (jurisdiction, resource, year)
);
CREATE UNIQUE INDEX quota_ledger_effect ON quota_ledger (effect, n);
CREATE INDEX quota_ledger_quota ON quota_ledger (jurisdiction, resource, year, id);
CREATE INDEX quota_ledger_project ON quota_ledger (project, id);

-- The timeline and the ledger are only ever appended to. (recursive_triggers is on, so that REPLACE is caught too.)
-- +goose StatementBegin
CREATE TRIGGER timeline_keeps_update BEFORE UPDATE ON timeline
BEGIN
    SELECT RAISE(ABORT, 'timeline is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER timeline_keeps_delete BEFORE DELETE ON timeline
BEGIN
    SELECT RAISE(ABORT, 'timeline is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER quota_ledger_keeps_update BEFORE UPDATE ON quota_ledger
BEGIN
    SELECT RAISE(ABORT, 'quota_ledger is only ever appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER quota_ledger_keeps_delete BEFORE DELETE ON quota_ledger
BEGIN
    SELECT RAISE(ABORT, 'quota_ledger is only ever appended to');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE quota_ledger;
DROP TABLE quota_line;
DROP TABLE quota_holdings;
DROP TABLE quotas;
DROP TABLE effects;
DROP TABLE notice_reads;
DROP TABLE notices;
DROP TABLE supervisions;
DROP TABLE reports;
DROP TABLE lamps;
DROP TABLE tasks;
DROP TABLE project_parties;
DROP TABLE projects;
DROP TABLE timeline;
DROP TABLE entities;
DROP TABLE commands;
DROP TABLE calendars;
DROP TABLE packs_in_force;
DROP TABLE packs;
DROP TABLE audit;
DROP TABLE sign_in_tries;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE posts;
DROP TABLE users;
DROP TABLE expert_conflicts;
DROP TABLE experts;
DROP TABLE owners;
DROP TABLE departments;
DROP TABLE units;
DROP TABLE jurisdiction_tree;
DROP TABLE jurisdictions;
DROP TABLE settings;
