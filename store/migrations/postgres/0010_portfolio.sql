-- +goose Up

-- What a portfolio is looked at by: how grave a project's lamps are, what follows by itself, and the investment of each
-- month. What is there already is filled in from its state after the step, which the setting asks for.
INSERT INTO settings (name, value) SELECT 'unfilled', 'portfolio' WHERE EXISTS (SELECT 1 FROM projects);
ALTER TABLE projects ADD COLUMN red_order timestamptz NOT NULL DEFAULT '9999-12-31 00:00:00+00';
CREATE INDEX projects_red ON projects (red_order, id);
ALTER TABLE tasks ADD COLUMN next_rung text NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN next_rung_at timestamptz;

CREATE TABLE investment_months (
    project text NOT NULL,
    period  text NOT NULL,
    planned bigint NOT NULL,
    done    bigint NOT NULL,
    state   text NOT NULL CHECK (state IN ('planned', 'asked', 'reported')),
    PRIMARY KEY (project, period)
);
CREATE INDEX investment_months_period ON investment_months (period);

-- +goose Down

DELETE FROM settings WHERE name = 'unfilled';
DROP TABLE investment_months;
ALTER TABLE tasks DROP COLUMN next_rung_at;
ALTER TABLE tasks DROP COLUMN next_rung;
DROP INDEX projects_red;
ALTER TABLE projects DROP COLUMN red_order;
