-- Figures as they were published, with their birth certificate: they are never changed, only followed by revisions.
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
