-- What failed can be asked for by connection: the index tells it without a look at the messages themselves.
DROP INDEX messages_outcome;
CREATE INDEX messages_outcome ON messages (company_id, cause, message_id, conversation_id, connection_id, status, dismissed_at)
  WHERE status IN ('failed', 'unknown') AND dismissed_at = 0;
