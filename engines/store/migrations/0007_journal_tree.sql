-- The journal as a tree that only grows (docs/journal-format.md). It takes the place of the plain list before it, whose
-- rows named no purpose and proved nothing: no release ever wrote one.
DROP TABLE journal;
CREATE TABLE journal_entries (
    idx BIGINT NOT NULL PRIMARY KEY CHECK (idx >= 0),
    day TEXT NOT NULL,
    month TEXT NOT NULL,
    who_token TEXT NOT NULL,
    object_token TEXT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX journal_entries_who ON journal_entries (who_token, idx);
CREATE INDEX journal_entries_object ON journal_entries (object_token, idx);
CREATE INDEX journal_entries_day ON journal_entries (day, idx);
CREATE TABLE journal_nodes (
    level INTEGER NOT NULL,
    idx BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (level, idx)
);
CREATE TABLE journal_state (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0),
    peaks TEXT NOT NULL,
    last_day TEXT NOT NULL
);
CREATE TABLE journal_checkpoints (
    size BIGINT NOT NULL PRIMARY KEY CHECK (size >= 0),
    at TEXT NOT NULL,
    note TEXT NOT NULL
);
