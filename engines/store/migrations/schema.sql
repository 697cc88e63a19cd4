-- Where all steps lead: for reading, and for the test that compares it with them. Change it with each new step.
CREATE TABLE schema_steps (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE journal (
    seq BIGINT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL
);
CREATE TABLE accounts (
    login TEXT NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE sign_in_attempts (
    login_sha256 TEXT NOT NULL PRIMARY KEY,
    failed INTEGER NOT NULL,
    next_allowed_at TEXT NOT NULL,
    last_at TEXT NOT NULL
);
CREATE TABLE sessions (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    opened_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL
);
CREATE INDEX sessions_login ON sessions (login);
CREATE TABLE signals (
    id TEXT NOT NULL PRIMARY KEY,
    phenomenon TEXT,
    territory TEXT NOT NULL,
    layer TEXT NOT NULL,
    first_week TEXT NOT NULL,
    last_week TEXT NOT NULL,
    observed DOUBLE PRECISION NOT NULL,
    expected DOUBLE PRECISION NOT NULL,
    threshold DOUBLE PRECISION NOT NULL,
    strength DOUBLE PRECISION NOT NULL,
    method TEXT NOT NULL,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    state TEXT NOT NULL,
    reason TEXT,
    decided_by TEXT,
    decided_at TEXT,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX signals_strength ON signals (strength);
CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL CHECK (size >= 0),
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    phenomenon TEXT,
    loss_cents BIGINT NOT NULL,
    n_departments BIGINT NOT NULL CHECK (n_departments >= 0),
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX series_size ON series (size);
CREATE TABLE series_runs (
    run_at TEXT NOT NULL PRIMARY KEY,
    who TEXT NOT NULL,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    max_degree BIGINT NOT NULL CHECK (max_degree >= 0),
    summary TEXT NOT NULL
);
CREATE TABLE alerts (
    reference TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version >= 1),
    state TEXT NOT NULL,
    title_fr TEXT NOT NULL,
    title_en TEXT NOT NULL,
    phenomenon TEXT,
    signal TEXT,
    author TEXT NOT NULL,
    validator TEXT CHECK (validator IS NULL OR validator <> author),
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    drafted_at TEXT NOT NULL,
    issued_at TEXT,
    expires_on TEXT NOT NULL,
    review_on TEXT NOT NULL,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
CREATE TABLE report_builds (
    year INTEGER NOT NULL PRIMARY KEY,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    built_at TEXT NOT NULL,
    folder TEXT NOT NULL
);
