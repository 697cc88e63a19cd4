-- Emergency openings with what they opened and how they were judged (no page could open any before this step), who is
-- seized of the inquiry of a habilitation, what was addressed to whom, and reveals, which take two persons.
ALTER TABLE openings ADD COLUMN kind TEXT NOT NULL DEFAULT 'alert';
ALTER TABLE openings ADD COLUMN verdict TEXT;
ALTER TABLE openings ADD COLUMN remark TEXT;
ALTER TABLE habilitations ADD COLUMN service TEXT NOT NULL DEFAULT 'command';
ALTER TABLE habilitations ADD COLUMN territory TEXT NOT NULL DEFAULT 'FR';
ALTER TABLE habilitations ADD COLUMN second_by TEXT;
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL,
    at TEXT NOT NULL,
    read_at TEXT
);
CREATE INDEX notices_person ON notices (person, read_at);
CREATE TABLE reveals (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    state TEXT NOT NULL,
    second_by TEXT,
    decided_at TEXT,
    until_at TEXT,
    shown_at TEXT,
    CHECK (second_by IS NULL OR second_by <> person)
);
CREATE INDEX reveals_person ON reveals (person);
