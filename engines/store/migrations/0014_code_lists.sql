-- Versions of code lists that somebody brought, or that were in use before, and which of them was switched to when.
-- Neither is ever altered: going back is one more switch.
CREATE TABLE code_list_versions (
    list TEXT NOT NULL,
    version TEXT NOT NULL,
    stands_on TEXT NOT NULL,
    source TEXT NOT NULL,
    licence TEXT NOT NULL,
    n_codes BIGINT NOT NULL CHECK (n_codes >= 0),
    file TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (list, version)
);
CREATE TABLE code_list_switches (
    list TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    version TEXT NOT NULL,
    switched_by TEXT NOT NULL,
    switched_at TEXT NOT NULL,
    PRIMARY KEY (list, number),
    FOREIGN KEY (list, version) REFERENCES code_list_versions (list, version)
);
