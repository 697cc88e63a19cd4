-- Other ways of signing in: what a browser was asked and must answer once, passkeys, tokens of machines. And records
-- sealed under a key of their own.
CREATE TABLE ceremonies (
    id_sha256 TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    ends_at TEXT NOT NULL
);
CREATE TABLE passkeys (
    credential TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    n_signed BIGINT NOT NULL,
    added_at TEXT NOT NULL,
    used_at TEXT
);
CREATE INDEX passkeys_login ON passkeys (login);
CREATE TABLE api_tokens (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    made_at TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    used_on TEXT,
    revoked_at TEXT
);
CREATE INDEX api_tokens_login ON api_tokens (login);
CREATE TABLE sealed_records (
    name TEXT NOT NULL PRIMARY KEY,
    basis TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    ciphertext TEXT NOT NULL
);
