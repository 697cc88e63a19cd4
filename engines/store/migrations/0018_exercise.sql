-- That these registers are of an exercise: one row, written when they are made and never taken out. And when each person
-- last looked at what is new.
CREATE TABLE exercise (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL
);
CREATE TABLE looks (
    person TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
);
-- The forms that a recipient wants attached to its letters, besides the page.
ALTER TABLE recipients ADD COLUMN forms TEXT NOT NULL DEFAULT '';
