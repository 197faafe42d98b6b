-- undo_until is until when the writer may still take a message back; dismissed_at is when somebody said that a
-- failed or unconfirmed message needs nothing more.
ALTER TABLE messages ADD COLUMN undo_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN dismissed_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX messages_trouble ON messages (company_id, conversation_id, message_id)
  WHERE status IN ('failed', 'unknown') AND dismissed_at = 0;

-- set_aside is the waiting_since that "done" put away, for the case that it is taken back.
ALTER TABLE conversations ADD COLUMN set_aside BIGINT NOT NULL DEFAULT 0;
-- Neither index holds a column that an ordinary message changes, so that the way in need not write them.
CREATE INDEX conversations_desk ON conversations (company_id, state, assignee_id, conversation_id);
CREATE INDEX conversations_waiting ON conversations (company_id, waiting_since, conversation_id) WHERE waiting_since > 0;

-- What somebody has begun to write and not sent. media holds the ids of uploaded files as a JSON array.
CREATE TABLE drafts (
  company_id      BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id         BIGINT NOT NULL,
  text            TEXT   NOT NULL,
  reply_to        BIGINT NOT NULL,
  media           TEXT   NOT NULL,
  updated_at      BIGINT NOT NULL,
  PRIMARY KEY (company_id, conversation_id, user_id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations (company_id, conversation_id),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, user_id)
) CLUSTERED;
CREATE INDEX drafts_user ON drafts (company_id, user_id);

-- Who looks at a conversation or types in it, for nodes that do not share a memory. Nobody compares clocks:
-- what counts is whether the beat moves.
CREATE TABLE presences (
  company_id      BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id         BIGINT NOT NULL,
  state           TEXT   NOT NULL,
  beat            BIGINT NOT NULL,
  PRIMARY KEY (company_id, conversation_id, user_id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations (company_id, conversation_id),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, user_id)
) CLUSTERED;
