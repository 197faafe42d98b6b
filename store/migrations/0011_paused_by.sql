-- Who paused a connection: NULL for an API key, and while it is not paused.
ALTER TABLE connections ADD COLUMN paused_by BIGINT;
