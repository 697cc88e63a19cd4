-- The registers' records: what lists need in columns, values and path as JSON; what they are filtered by; where they
-- refer; their versions, which are only added to; what is said about them, attached to them, and to be done for them.
CREATE TABLE records (
    reference TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    register TEXT NOT NULL,
    state TEXT NOT NULL,
    standing TEXT NOT NULL,
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    territory TEXT NOT NULL,
    tlp INTEGER NOT NULL,
    pap INTEGER NOT NULL,
    author TEXT,
    due TEXT,
    clock TEXT,
    told BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    added_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    closed_at TEXT,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
CREATE UNIQUE INDEX records_seq ON records (seq);
CREATE INDEX records_listed ON records (register, updated_at, reference);
CREATE INDEX records_latest ON records (updated_at, reference);
CREATE INDEX records_due ON records (due, reference);
CREATE INDEX records_closed ON records (register, closed_at);
CREATE TABLE record_entries (
    register TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (reference, field, value)
);
CREATE INDEX record_entries_found ON record_entries (register, field, value, updated_at, reference);
CREATE TABLE record_links (
    target TEXT NOT NULL,
    field TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (reference, field, target)
);
CREATE INDEX record_links_back ON record_links (target, reference);
CREATE TABLE record_numbers (
    series TEXT NOT NULL PRIMARY KEY,
    latest BIGINT NOT NULL
);
CREATE TABLE record_versions (
    reference TEXT NOT NULL,
    version BIGINT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    changes TEXT NOT NULL,
    PRIMARY KEY (reference, version)
);
CREATE TABLE record_comments (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    said TEXT NOT NULL
);
CREATE INDEX record_comments_of ON record_comments (reference, at);
CREATE TABLE record_attachments (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX record_attachments_of ON record_attachments (reference, at);
CREATE TABLE record_views (
    login TEXT NOT NULL,
    register TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (login, register, name)
);
CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    register TEXT NOT NULL,
    rule TEXT NOT NULL,
    item TEXT NOT NULL,
    for_kind TEXT NOT NULL,
    for_id TEXT NOT NULL,
    due TEXT,
    opened_at TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    done_at TEXT,
    done_by TEXT,
    done_with TEXT,
    told BIGINT NOT NULL
);
CREATE INDEX tasks_for ON tasks (for_kind, for_id, done_at, due);
CREATE INDEX tasks_of ON tasks (reference);
CREATE INDEX tasks_due ON tasks (done_at, due);
