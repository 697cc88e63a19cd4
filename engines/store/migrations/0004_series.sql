-- Series of linked reports, and the run they come from.
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
