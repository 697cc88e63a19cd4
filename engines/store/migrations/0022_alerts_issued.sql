-- What readers go on seeing while a new version of an issued flash is written: the version that went out, as it stood,
-- under an object of its own, so that the scopes of readers apply to it as they did.
CREATE TABLE alerts_issued (
    reference TEXT NOT NULL PRIMARY KEY REFERENCES alerts (reference),
    object TEXT NOT NULL,
    held TEXT NOT NULL
);
