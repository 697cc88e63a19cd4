-- The keys under which writes came, and what leaves because of them.
CREATE TABLE write_keys (
    write_key TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    told TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX write_keys_at ON write_keys (at);
CREATE TABLE outbox (
    seq BIGINT NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL
);
