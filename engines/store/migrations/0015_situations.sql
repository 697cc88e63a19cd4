-- Situation points of a crisis: numbered, frozen for good; and warning lists that were brought.
CREATE TABLE situations (
    reference TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version >= 1),
    state TEXT NOT NULL CHECK (state IN ('draft', 'frozen')),
    crisis TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    author TEXT NOT NULL,
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    drafted_at TEXT NOT NULL,
    frozen_at TEXT,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL,
    CHECK ((state = 'frozen') = (frozen_at IS NOT NULL))
);
CREATE UNIQUE INDEX situations_number ON situations (crisis, number);
CREATE TABLE warning_lists (
    name TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    n_entries BIGINT NOT NULL CHECK (n_entries >= 1),
    brought_at TEXT NOT NULL,
    brought_by TEXT NOT NULL,
    content TEXT NOT NULL
);
