-- The search over all registers. Words of an erased text do not stay in the index.
CREATE VIRTUAL TABLE record_texts USING fts5(body, tags, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO record_texts (record_texts, rank) VALUES ('secure-delete', 1);
