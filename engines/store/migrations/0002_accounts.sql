-- Who may sign in; attempts that failed, by digest of the name typed; sessions, by digest of their token.
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
