-- Flash alerts. The four eyes are in the schema too: nobody validates what they wrote.
CREATE TABLE alerts (
    reference TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version >= 1),
    state TEXT NOT NULL,
    title_fr TEXT NOT NULL,
    title_en TEXT NOT NULL,
    phenomenon TEXT,
    signal TEXT,
    author TEXT NOT NULL,
    validator TEXT CHECK (validator IS NULL OR validator <> author),
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    drafted_at TEXT NOT NULL,
    issued_at TEXT,
    expires_on TEXT NOT NULL,
    review_on TEXT NOT NULL,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
