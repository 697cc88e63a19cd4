-- Who receives flash alerts, what was handed to whom and read by whom, what came back; and the work that falls due by
-- itself.
CREATE TABLE recipients (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    mail TEXT,
    webhook TEXT,
    channels TEXT NOT NULL,
    account TEXT,
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    vocabulary TEXT NOT NULL,
    lang TEXT NOT NULL,
    since TEXT NOT NULL,
    until_day TEXT,
    exercise BOOLEAN NOT NULL,
    unreachable TEXT
);
CREATE TABLE readings (
    alert TEXT NOT NULL REFERENCES alerts (reference),
    version BIGINT NOT NULL CHECK (version > 0),
    recipient TEXT NOT NULL REFERENCES recipients (id),
    sent_at TEXT NOT NULL,
    exercise BOOLEAN NOT NULL,
    read_at TEXT,
    how TEXT,
    n_reminders BIGINT NOT NULL CHECK (n_reminders >= 0),
    PRIMARY KEY (alert, version, recipient)
);
CREATE TABLE handovers (
    id TEXT NOT NULL PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alerts (reference),
    version BIGINT NOT NULL CHECK (version > 0),
    recipient TEXT NOT NULL REFERENCES recipients (id),
    what TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    queued_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    claimed_by TEXT,
    lease_until TEXT,
    ended_at TEXT,
    note TEXT
);
CREATE INDEX handovers_due ON handovers (state, due_at);
CREATE INDEX handovers_alert ON handovers (alert, version, recipient);
CREATE TABLE returns (
    id TEXT NOT NULL PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alerts (reference),
    version BIGINT NOT NULL CHECK (version > 0),
    recipient TEXT NOT NULL REFERENCES recipients (id),
    kind TEXT NOT NULL,
    n_cases BIGINT NOT NULL CHECK (n_cases >= 0),
    said TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX returns_alert ON returns (alert);
CREATE TABLE jobs (
    name TEXT NOT NULL PRIMARY KEY,
    due_at TEXT NOT NULL,
    leased_by TEXT,
    lease_until TEXT,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    done_at TEXT,
    fault TEXT
);
