-- What a series or a run rests on is sealed, record by record; its row keeps counts and the name of its record. Series
-- are made of what is in the lake: the next run makes them again.
DELETE FROM objects WHERE kind = 'series';
DELETE FROM series;
DELETE FROM series_runs;
ALTER TABLE series DROP COLUMN content;
ALTER TABLE series ADD COLUMN record TEXT NOT NULL DEFAULT '';
ALTER TABLE series_runs DROP COLUMN summary;
ALTER TABLE series_runs ADD COLUMN record TEXT NOT NULL DEFAULT '';
CREATE INDEX series_record ON series (record);
CREATE INDEX sealed_records_group ON sealed_records (basis, starts_on);
