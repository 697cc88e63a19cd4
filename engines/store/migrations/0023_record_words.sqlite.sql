-- The words of the texts and how many texts hold each: a beginning is completed from here, and the index is asked for words.
CREATE TABLE record_words (
    word TEXT NOT NULL PRIMARY KEY,
    texts BIGINT NOT NULL
) WITHOUT ROWID;
CREATE VIRTUAL TABLE record_vocabulary USING fts5vocab(record_texts, 'col');
INSERT INTO record_words (word, texts) SELECT term, doc FROM record_vocabulary WHERE col = 'body';
DROP TABLE record_vocabulary;
