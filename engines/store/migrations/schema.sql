-- Where all steps lead: for reading, and for the test that compares it with them. Change it with each new step.
CREATE TABLE schema_steps (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE accounts (
    login TEXT NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    disabled_at TEXT,
    issuer TEXT,
    subject TEXT,
    passkey_handle TEXT
);
CREATE UNIQUE INDEX accounts_federated ON accounts (issuer, subject);
CREATE TABLE sign_in_attempts (
    login_sha256 TEXT NOT NULL PRIMARY KEY,
    failed INTEGER NOT NULL,
    next_allowed_at TEXT NOT NULL,
    last_at TEXT NOT NULL
);
CREATE TABLE sessions (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    opened_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    how TEXT NOT NULL DEFAULT 'password'
);
CREATE INDEX sessions_login ON sessions (login);
CREATE TABLE signals (
    id TEXT NOT NULL PRIMARY KEY,
    phenomenon TEXT,
    territory TEXT NOT NULL,
    layer TEXT NOT NULL,
    first_week TEXT NOT NULL,
    last_week TEXT NOT NULL,
    observed DOUBLE PRECISION NOT NULL,
    expected DOUBLE PRECISION NOT NULL,
    threshold DOUBLE PRECISION NOT NULL,
    strength DOUBLE PRECISION NOT NULL,
    method TEXT NOT NULL,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    state TEXT NOT NULL,
    reason TEXT,
    decided_by TEXT,
    decided_at TEXT,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX signals_strength ON signals (strength);
CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL CHECK (size >= 0),
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    phenomenon TEXT,
    loss_cents BIGINT NOT NULL,
    n_departments BIGINT NOT NULL CHECK (n_departments >= 0),
    synthetic BOOLEAN NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX series_size ON series (size);
CREATE INDEX series_record ON series (record);
CREATE TABLE series_runs (
    run_at TEXT NOT NULL PRIMARY KEY,
    who TEXT NOT NULL,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    max_degree BIGINT NOT NULL CHECK (max_degree >= 0),
    record TEXT NOT NULL
);
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
CREATE TABLE alerts_issued (
    reference TEXT NOT NULL PRIMARY KEY REFERENCES alerts (reference),
    object TEXT NOT NULL,
    held TEXT NOT NULL
);
CREATE TABLE report_builds (
    year INTEGER NOT NULL PRIMARY KEY,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    built_at TEXT NOT NULL,
    folder TEXT NOT NULL
);
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
CREATE TABLE write_keys (
    write_key TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    told TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX write_keys_at ON write_keys (at);
CREATE TABLE outbox (
    seq BIGINT NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE TABLE services (
    id TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL,
    parent TEXT
);
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
    revoked_at TEXT,
    service TEXT NOT NULL,
    territory TEXT NOT NULL,
    second_by TEXT
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
    reviewed_at TEXT,
    kind TEXT NOT NULL,
    verdict TEXT,
    remark TEXT
);
CREATE INDEX openings_person ON openings (person);
CREATE TABLE purposes (
    person TEXT NOT NULL,
    file TEXT NOT NULL,
    day TEXT NOT NULL,
    sealed TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    PRIMARY KEY (person, file, day)
);
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
CREATE TABLE ceremonies (
    id_sha256 TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    ends_at TEXT NOT NULL
);
CREATE TABLE passkeys (
    credential TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    n_signed BIGINT NOT NULL,
    added_at TEXT NOT NULL,
    used_at TEXT
);
CREATE INDEX passkeys_login ON passkeys (login);
CREATE TABLE api_tokens (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    made_at TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    used_on TEXT,
    revoked_at TEXT
);
CREATE INDEX api_tokens_login ON api_tokens (login);
CREATE TABLE sealed_records (
    name TEXT NOT NULL PRIMARY KEY,
    basis TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    ciphertext TEXT NOT NULL
);
CREATE INDEX sealed_records_group ON sealed_records (basis, starts_on);
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
CREATE TABLE published_figures (
    reference TEXT NOT NULL PRIMARY KEY,
    indicator TEXT NOT NULL,
    definition TEXT NOT NULL,
    snapshot BIGINT NOT NULL CHECK (snapshot >= 0),
    digest TEXT NOT NULL,
    figures TEXT NOT NULL,
    frozen_at TEXT NOT NULL,
    frozen_by TEXT NOT NULL
);
CREATE INDEX published_figures_indicator ON published_figures (indicator, frozen_at);
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

CREATE TABLE recipients (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    mail TEXT,
    webhook TEXT,
    channels TEXT NOT NULL,
    account TEXT,
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    vocabulary TEXT NOT NULL,
    lang TEXT NOT NULL,
    since TEXT NOT NULL,
    until_day TEXT,
    exercise BOOLEAN NOT NULL,
    unreachable TEXT,
    forms TEXT NOT NULL DEFAULT ''
);
CREATE TABLE readings (
    alert TEXT NOT NULL REFERENCES alerts (reference),
    version BIGINT NOT NULL CHECK (version > 0),
    recipient TEXT NOT NULL REFERENCES recipients (id),
    sent_at TEXT NOT NULL,
    exercise BOOLEAN NOT NULL,
    read_at TEXT,
    how TEXT,
    n_reminders BIGINT NOT NULL CHECK (n_reminders >= 0),
    PRIMARY KEY (alert, version, recipient)
);
CREATE TABLE handovers (
    id TEXT NOT NULL PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alerts (reference),
    version BIGINT NOT NULL CHECK (version > 0),
    recipient TEXT NOT NULL REFERENCES recipients (id),
    what TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    queued_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    claimed_by TEXT,
    lease_until TEXT,
    ended_at TEXT,
    note TEXT
);
CREATE INDEX handovers_due ON handovers (state, due_at);
CREATE INDEX handovers_alert ON handovers (alert, version, recipient);
CREATE TABLE returns (
    id TEXT NOT NULL PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alerts (reference),
    version BIGINT NOT NULL CHECK (version > 0),
    recipient TEXT NOT NULL REFERENCES recipients (id),
    kind TEXT NOT NULL,
    n_cases BIGINT NOT NULL CHECK (n_cases >= 0),
    said TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX returns_alert ON returns (alert);
CREATE TABLE jobs (
    name TEXT NOT NULL PRIMARY KEY,
    due_at TEXT NOT NULL,
    leased_by TEXT,
    lease_until TEXT,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    done_at TEXT,
    fault TEXT
);
CREATE TABLE digest_wishes (
    login TEXT NOT NULL PRIMARY KEY REFERENCES accounts (login) ON DELETE CASCADE,
    rhythm TEXT NOT NULL,
    hour BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 23),
    lang TEXT NOT NULL,
    record TEXT NOT NULL,
    chosen_at TEXT NOT NULL,
    unreachable TEXT
);
CREATE TABLE digests (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    day TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    queued_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    claimed_by TEXT,
    lease_until TEXT,
    ended_at TEXT,
    note TEXT
);
CREATE INDEX digests_due ON digests (state, due_at);
CREATE TABLE calendar_feeds (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    made_at TEXT NOT NULL,
    used_on TEXT
);
CREATE UNIQUE INDEX calendar_feeds_login ON calendar_feeds (login);
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

CREATE TABLE records (
    reference TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    register TEXT NOT NULL,
    state TEXT NOT NULL,
    standing TEXT NOT NULL,
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    territory TEXT NOT NULL,
    tlp INTEGER NOT NULL,
    pap INTEGER NOT NULL,
    author TEXT,
    due TEXT,
    clock TEXT,
    told BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    added_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    closed_at TEXT,
    synthetic BOOLEAN NOT NULL,
    content TEXT NOT NULL,
    basis TEXT NOT NULL DEFAULT 'records'
);
CREATE UNIQUE INDEX records_seq ON records (seq);
CREATE INDEX records_listed ON records (register, updated_at, reference);
CREATE INDEX records_latest ON records (updated_at, reference);
CREATE INDEX records_due ON records (due, reference);
CREATE INDEX records_closed ON records (register, closed_at);
CREATE TABLE record_entries (
    register TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (reference, field, value)
);
CREATE INDEX record_entries_found ON record_entries (register, field, value, updated_at, reference);
CREATE TABLE record_links (
    target TEXT NOT NULL,
    field TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (reference, field, target)
);
CREATE INDEX record_links_back ON record_links (target, reference);
CREATE TABLE record_numbers (
    series TEXT NOT NULL PRIMARY KEY,
    latest BIGINT NOT NULL
);
CREATE TABLE record_versions (
    reference TEXT NOT NULL,
    version BIGINT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    changes TEXT NOT NULL,
    PRIMARY KEY (reference, version)
);
CREATE TABLE record_comments (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    said TEXT NOT NULL
);
CREATE INDEX record_comments_of ON record_comments (reference, at);
CREATE TABLE record_attachments (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX record_attachments_of ON record_attachments (reference, at);
CREATE TABLE record_views (
    login TEXT NOT NULL,
    register TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (login, register, name)
);
CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    register TEXT NOT NULL,
    rule TEXT NOT NULL,
    item TEXT NOT NULL,
    for_kind TEXT NOT NULL,
    for_id TEXT NOT NULL,
    due TEXT,
    opened_at TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    done_at TEXT,
    done_by TEXT,
    done_with TEXT,
    told BIGINT NOT NULL,
    withdrawn_by TEXT
);
CREATE INDEX tasks_for ON tasks (for_kind, for_id, done_at, due);
CREATE INDEX tasks_of ON tasks (reference);
CREATE INDEX tasks_due ON tasks (done_at, due);
-- On SQLite; PostgreSQL has a table of tsvector of the same name.
CREATE VIRTUAL TABLE record_texts USING fts5(body, tags, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO record_texts (record_texts, rank) VALUES ('secure-delete', 1);
-- On SQLite: the words of these texts and how many texts hold each.
CREATE TABLE record_words (
    word TEXT NOT NULL PRIMARY KEY,
    texts BIGINT NOT NULL
) WITHOUT ROWID;
