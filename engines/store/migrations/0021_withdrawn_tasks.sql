-- A task that falls with its record has ended (done_at, done_by) without being done: by the move that closed the record.
ALTER TABLE tasks ADD COLUMN withdrawn_by TEXT;
