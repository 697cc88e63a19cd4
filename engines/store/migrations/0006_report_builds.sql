-- The last build of each year's report.
CREATE TABLE report_builds (
    year INTEGER NOT NULL PRIMARY KEY,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    built_at TEXT NOT NULL,
    folder TEXT NOT NULL
);
