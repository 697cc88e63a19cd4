-- The search over all registers.
CREATE TABLE record_texts (
    seq BIGINT NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX record_texts_words ON record_texts USING GIN (words);
