-- What tells a person of their day: who wants which letter, those to be handed over, and the secret addresses that
-- calendar programs subscribe to. The address of a letter is sealed; here stands the name of its seal.
CREATE TABLE digest_wishes (
    login TEXT NOT NULL PRIMARY KEY REFERENCES accounts (login) ON DELETE CASCADE,
    rhythm TEXT NOT NULL,
    hour BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 23),
    lang TEXT NOT NULL,
    record TEXT NOT NULL,
    chosen_at TEXT NOT NULL,
    unreachable TEXT
);
CREATE TABLE digests (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    day TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    queued_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    claimed_by TEXT,
    lease_until TEXT,
    ended_at TEXT,
    note TEXT
);
CREATE INDEX digests_due ON digests (state, due_at);
CREATE TABLE calendar_feeds (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    made_at TEXT NOT NULL,
    used_on TEXT
);
CREATE UNIQUE INDEX calendar_feeds_login ON calendar_feeds (login);
