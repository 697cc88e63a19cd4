-- Signals of the watch, with the decision taken on each.
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
