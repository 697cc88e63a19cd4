-- Services, and what persons were given: roles, habilitations, proposals that wait for a second person, openings in an
-- emergency. A person is known by the
-- account; the name shown stands with the account only.
ALTER TABLE accounts ADD COLUMN disabled_at TEXT;
ALTER TABLE accounts ADD COLUMN issuer TEXT;
ALTER TABLE accounts ADD COLUMN subject TEXT;
ALTER TABLE accounts ADD COLUMN passkey_handle TEXT;
ALTER TABLE sessions ADD COLUMN how TEXT NOT NULL DEFAULT 'password';
CREATE UNIQUE INDEX accounts_federated ON accounts (issuer, subject);
CREATE TABLE services (
    id TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL,
    parent TEXT
);
INSERT INTO services (id, level, parent) VALUES ('command', 'direction', NULL);
CREATE TABLE assignments (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    world TEXT NOT NULL,
    service TEXT NOT NULL,
    territories TEXT NOT NULL,
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    given_by TEXT NOT NULL,
    second_by TEXT,
    given_at TEXT NOT NULL,
    revoked_at TEXT,
    CHECK (second_by IS NULL OR second_by <> given_by)
);
CREATE INDEX assignments_person ON assignments (person);
CREATE TABLE habilitations (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    inquiry TEXT NOT NULL,
    natures TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE INDEX habilitations_person ON habilitations (person);
CREATE TABLE proposals (
    id TEXT NOT NULL PRIMARY KEY,
    for_person TEXT NOT NULL,
    content TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_on TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_by TEXT,
    ended_at TEXT
);
CREATE TABLE openings (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    object TEXT NOT NULL,
    inquiry TEXT,
    reason TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    notified TEXT NOT NULL,
    review_by TEXT NOT NULL,
    reviewed_by TEXT,
    reviewed_at TEXT
);
CREATE INDEX openings_person ON openings (person);
-- Purposes stated: for which file and working day. The words are in the journal, sealed; here is only that they were said.
CREATE TABLE purposes (
    person TEXT NOT NULL,
    file TEXT NOT NULL,
    day TEXT NOT NULL,
    sealed TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    PRIMARY KEY (person, file, day)
);
-- The facts of each object on which rights depend: what every query of a register is joined with.
CREATE TABLE objects (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    world TEXT NOT NULL,
    owner TEXT NOT NULL,
    territory TEXT NOT NULL,
    tlp INTEGER NOT NULL,
    pap INTEGER NOT NULL,
    inquiry TEXT,
    nature TEXT,
    state TEXT NOT NULL,
    embargo TEXT,
    author TEXT,
    about TEXT,
    second TEXT,
    personal BOOLEAN NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX objects_world ON objects (kind, world, owner);
