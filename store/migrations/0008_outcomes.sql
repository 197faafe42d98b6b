-- A retry leaves a message as it was until the platform gives it a new id: was_* is what it shows until then, NULL when no
-- retry is under way. retried_at is when a person last asked for one. trouble_at is since when a message wants a decision,
-- resolved_at when it stopped to: sent after all, proven, or dismissed.
ALTER TABLE messages ADD COLUMN was_status TEXT;
ALTER TABLE messages ADD COLUMN was_cause TEXT;
ALTER TABLE messages ADD COLUMN was_error TEXT;
ALTER TABLE messages ADD COLUMN retried_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN trouble_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN resolved_at BIGINT NOT NULL DEFAULT 0;
-- kept_ms is for how long the platform keeps an undelivered message, where that is shorter than usual; 0 for the usual time.
ALTER TABLE messages ADD COLUMN kept_ms BIGINT NOT NULL DEFAULT 0;

-- Every index here holds only what failed, waits for a platform or was asked for again: an ordinary message is in none.
DROP INDEX messages_trouble;
CREATE INDEX messages_trouble ON messages (company_id, conversation_id, message_id)
  WHERE (status IN ('failed', 'unknown') OR was_status IS NOT NULL) AND dismissed_at = 0;
CREATE INDEX messages_outcome ON messages (company_id, cause, message_id, conversation_id, status, dismissed_at)
  WHERE status IN ('failed', 'unknown') AND dismissed_at = 0;
CREATE INDEX messages_lane_held ON messages (company_id, connection_id, next_try_at)
  WHERE status = 'held' AND cause IS NOT NULL;
CREATE INDEX messages_resolved ON messages (company_id, resolved_at) WHERE resolved_at > 0;
CREATE INDEX messages_receipt ON messages (company_id, message_id)
  WHERE status = 'sent' AND cause IS NULL AND (retried_at > 0 OR kept_ms > 0);

-- Messages with ids below this were looked at for a receipt that will not come any more.
CREATE TABLE receipt_progress (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies (company_id),
  below      BIGINT NOT NULL
) CLUSTERED;
