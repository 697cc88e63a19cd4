-- Who wrote what, when: one row a write, numbered without gaps.
CREATE TABLE journal (
    seq BIGINT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL
);
