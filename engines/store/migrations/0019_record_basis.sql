-- The ground on which a record is kept, and so its term.
ALTER TABLE records ADD COLUMN basis TEXT NOT NULL DEFAULT 'records';
