-- One text for both engines: BYTES is the engine's type for bytes, CLUSTERED keeps a table in the order of its key
-- where the engine can. Times are milliseconds since 1970 UTC, ids come from the program, 0 and '' mean "none".
CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value BYTES NOT NULL
);

-- A node beats every 2 s. Nobody compares clocks: what counts is whether the beat moves.
CREATE TABLE nodes (
  node_id    BIGINT NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL,
  beat       BIGINT NOT NULL,
  started_at BIGINT NOT NULL
);

CREATE TABLE companies (
  company_id BIGINT NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL,
  created_at BIGINT NOT NULL
);

-- The number of a company's last change. Every transaction that writes for a company updates this row first.
CREATE TABLE counters (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies (company_id),
  n          BIGINT NOT NULL,
  oldest     BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE users (
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  user_id    BIGINT NOT NULL,
  name       TEXT   NOT NULL,
  email      TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, user_id)
);

-- Keys, sessions and sign-in codes are kept as SHA-256 of the secret. kind: key, session, code.
CREATE TABLE credentials (
  hash       BYTES  NOT NULL PRIMARY KEY,
  kind       TEXT   NOT NULL,
  company_id BIGINT NOT NULL,
  user_id    BIGINT,
  name       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  reusable   BIGINT NOT NULL,
  FOREIGN KEY (company_id) REFERENCES companies (company_id),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, user_id)
);

CREATE TABLE apps (
  company_id   BIGINT NOT NULL REFERENCES companies (company_id),
  app_id       BIGINT NOT NULL,
  platform     TEXT   NOT NULL,
  platform_id  TEXT   NOT NULL,
  secret       BYTES  NOT NULL,
  verify_token BYTES  NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (company_id, app_id)
);

CREATE TABLE connections (
  company_id     BIGINT NOT NULL REFERENCES companies (company_id),
  connection_id  BIGINT NOT NULL,
  platform       TEXT   NOT NULL,
  name           TEXT   NOT NULL,
  account        TEXT   NOT NULL,
  parent         TEXT   NOT NULL,
  app_company_id BIGINT NOT NULL,
  app_id         BIGINT NOT NULL,
  token          BYTES  NOT NULL,
  per_second     BIGINT NOT NULL,
  paused_at      BIGINT NOT NULL DEFAULT 0,
  created_at     BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id),
  FOREIGN KEY (app_company_id, app_id) REFERENCES apps (company_id, app_id),
  CHECK (app_company_id IN (0, company_id))
);

-- Dated evidence about a connection, apart from it because it is written often.
CREATE TABLE proofs (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  received_at   BIGINT NOT NULL DEFAULT 0,
  sent_at       BIGINT NOT NULL DEFAULT 0,
  checked_at    BIGINT NOT NULL DEFAULT 0,
  accepted_at   BIGINT NOT NULL DEFAULT 0,
  subscribed_at BIGINT NOT NULL DEFAULT 0,
  cause         TEXT   NOT NULL DEFAULT '',
  cause_at      BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, connection_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;

-- The small global table on the path of a message: whose is this account? kind: number, parent.
CREATE TABLE accounts (
  platform      TEXT   NOT NULL,
  kind          TEXT   NOT NULL,
  account       TEXT   NOT NULL,
  company_id    BIGINT NOT NULL REFERENCES companies (company_id),
  connection_id BIGINT,
  PRIMARY KEY (platform, kind, account),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;

CREATE TABLE contacts (
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  contact_id BIGINT NOT NULL,
  name       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, contact_id)
) CLUSTERED;

CREATE TABLE addresses (
  company_id    BIGINT NOT NULL,
  address_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  contact_id    BIGINT NOT NULL,
  send_to       TEXT   NOT NULL,
  shown         TEXT   NOT NULL,
  PRIMARY KEY (company_id, address_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  FOREIGN KEY (company_id, contact_id) REFERENCES contacts (company_id, contact_id)
) CLUSTERED;

-- Every id by which the platform may name the person, in canonical form.
CREATE TABLE address_keys (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  key           TEXT   NOT NULL,
  address_id    BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id, key),
  FOREIGN KEY (company_id, address_id) REFERENCES addresses (company_id, address_id)
) CLUSTERED;

CREATE TABLE conversations (
  company_id      BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  connection_id   BIGINT NOT NULL,
  address_id      BIGINT NOT NULL,
  state           TEXT   NOT NULL,
  unread          BIGINT NOT NULL,
  waiting_since   BIGINT NOT NULL,
  answered_at     BIGINT NOT NULL,
  window_from     BIGINT NOT NULL,
  last_at         BIGINT NOT NULL,
  last_message_id BIGINT NOT NULL,
  assignee_id     BIGINT,
  PRIMARY KEY (company_id, conversation_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  FOREIGN KEY (company_id, address_id) REFERENCES addresses (company_id, address_id),
  FOREIGN KEY (company_id, assignee_id) REFERENCES users (company_id, user_id)
) CLUSTERED;
CREATE UNIQUE INDEX conversations_address ON conversations (company_id, address_id);
CREATE INDEX conversations_newest ON conversations (company_id, last_at, conversation_id);

CREATE TABLE messages (
  company_id      BIGINT NOT NULL,
  message_id      BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  connection_id   BIGINT NOT NULL,
  direction       TEXT   NOT NULL,
  kind            TEXT   NOT NULL,
  status          TEXT   NOT NULL,
  at              BIGINT NOT NULL,
  platform_time   BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  platform_id     TEXT,
  text            TEXT   NOT NULL,
  details         TEXT,
  reply_to        BIGINT,
  reply_platform  TEXT,
  delivery_id     BIGINT,
  author_id       BIGINT,
  client_id       TEXT,
  content_hash    BYTES,
  cause           TEXT,
  error           TEXT,
  conflict        BIGINT NOT NULL DEFAULT 0,
  attempts        BIGINT NOT NULL DEFAULT 0,
  next_try_at     BIGINT NOT NULL DEFAULT 0,
  deadline        BIGINT NOT NULL DEFAULT 0,
  repeat          BIGINT NOT NULL DEFAULT 0,
  reactions       TEXT,
  edited_at       BIGINT NOT NULL DEFAULT 0,
  deleted_at      BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, message_id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations (company_id, conversation_id)
);
-- I4: the platform's id decides what is a duplicate. NULLs (ours, not sent yet) are distinct on both engines.
CREATE UNIQUE INDEX messages_platform ON messages (company_id, connection_id, platform_id);
CREATE INDEX messages_thread ON messages (company_id, conversation_id, at, message_id);
CREATE UNIQUE INDEX messages_client ON messages (company_id, author_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_waiting ON messages (company_id, connection_id, message_id)
  WHERE status IN ('queued', 'held', 'sending', 'unknown');

-- A message's files. expires_at is when the platform forgets the file, tried_at the last fetch.
CREATE TABLE media (
  company_id  BIGINT NOT NULL,
  media_id    BIGINT NOT NULL,
  message_id  BIGINT NOT NULL,
  platform_id TEXT   NOT NULL,
  mime        TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  bytes       BIGINT NOT NULL,
  sha256      TEXT   NOT NULL,
  state       TEXT   NOT NULL,
  expires_at  BIGINT NOT NULL,
  tries       BIGINT NOT NULL DEFAULT 0,
  next_try_at BIGINT NOT NULL DEFAULT 0,
  reason      TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (company_id, media_id),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id)
) CLUSTERED;
CREATE INDEX media_message ON media (company_id, message_id);
CREATE INDEX media_pending ON media (next_try_at, company_id, media_id) WHERE state = 'pending';

-- What the platform reported about a message, each report once.
CREATE TABLE statuses (
  company_id    BIGINT NOT NULL,
  message_id    BIGINT NOT NULL,
  status        TEXT   NOT NULL,
  platform_time BIGINT NOT NULL,
  received_at   BIGINT NOT NULL,
  applied       BIGINT NOT NULL,
  cause         TEXT   NOT NULL,
  error         TEXT,
  details       TEXT,
  delivery_id   BIGINT NOT NULL,
  PRIMARY KEY (company_id, message_id, status),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id)
) CLUSTERED;

-- Edits and deletions, by the platform's id of the amendment. The text is the new one; the row of the original
-- text has an amendment id of '' and is made with the first edit.
CREATE TABLE revisions (
  company_id    BIGINT NOT NULL,
  message_id    BIGINT NOT NULL,
  platform_id   TEXT   NOT NULL,
  kind          TEXT   NOT NULL,
  platform_time BIGINT NOT NULL,
  text          TEXT   NOT NULL,
  delivery_id   BIGINT NOT NULL,
  PRIMARY KEY (company_id, message_id, platform_id),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id)
) CLUSTERED;

-- I18, I33: what refers to a message that is not here yet. kind: status, amendment, reaction.
CREATE TABLE early (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  target        TEXT   NOT NULL,
  kind          TEXT   NOT NULL,
  key           TEXT   NOT NULL,
  body          TEXT   NOT NULL,
  delivery_id   BIGINT NOT NULL,
  received_at   BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id, target, kind, key),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;

CREATE TABLE attempts (
  company_id    BIGINT NOT NULL,
  message_id    BIGINT NOT NULL,
  n             BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  node_id       BIGINT NOT NULL,
  epoch         BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  ended_at      BIGINT NOT NULL DEFAULT 0,
  outcome       TEXT   NOT NULL DEFAULT '',
  http          BIGINT NOT NULL DEFAULT 0,
  platform_id   TEXT   NOT NULL DEFAULT '',
  cause         TEXT   NOT NULL DEFAULT '',
  error         TEXT,
  exchange      BYTES,
  PRIMARY KEY (company_id, message_id, n),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id)
) CLUSTERED;

CREATE TABLE deliveries (
  company_id    BIGINT NOT NULL,
  delivery_id   BIGINT NOT NULL,
  connection_id BIGINT,
  platform      TEXT   NOT NULL,
  app_id        BIGINT NOT NULL,
  received_at   BIGINT NOT NULL,
  lag_ms        BIGINT NOT NULL,
  took_us       BIGINT NOT NULL,
  answer        BIGINT NOT NULL,
  signature     TEXT   NOT NULL,
  state         TEXT   NOT NULL,
  stored        BIGINT NOT NULL,
  duplicate     BIGINT NOT NULL,
  parked        BIGINT NOT NULL,
  pending       BIGINT NOT NULL,
  reason        TEXT   NOT NULL,
  test          BIGINT NOT NULL,
  tries         BIGINT NOT NULL,
  size          BIGINT NOT NULL,
  raw           BYTES,
  PRIMARY KEY (company_id, delivery_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
);
CREATE INDEX deliveries_open ON deliveries (company_id, state, delivery_id) WHERE state <> 'applied';

-- What arrived, counted in elements, per day (days since 1970 UTC).
CREATE TABLE ledger (
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  day        BIGINT NOT NULL,
  received   BIGINT NOT NULL,
  stored     BIGINT NOT NULL,
  duplicate  BIGINT NOT NULL,
  parked     BIGINT NOT NULL,
  pending    BIGINT NOT NULL,
  PRIMARY KEY (company_id, day)
) CLUSTERED;

-- I2: a refused call leaves a counter and a bounded row, never its body. reason: signature, limit, shed.
CREATE TABLE refusals (
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  day        BIGINT NOT NULL,
  reason     TEXT   NOT NULL,
  n          BIGINT NOT NULL,
  PRIMARY KEY (company_id, day, reason)
) CLUSTERED;

CREATE TABLE changes (
  company_id      BIGINT NOT NULL,
  n               BIGINT NOT NULL,
  at              BIGINT NOT NULL,
  kind            TEXT   NOT NULL,
  id              BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  PRIMARY KEY (company_id, n)
) CLUSTERED;

CREATE TABLE templates (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  name          TEXT   NOT NULL,
  language      TEXT   NOT NULL,
  platform_id   TEXT   NOT NULL,
  category      TEXT   NOT NULL,
  status        TEXT   NOT NULL,
  named         BIGINT NOT NULL,
  components    TEXT   NOT NULL,
  synced_at     BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id, name, language),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;

-- News about accounts (reviews, limits, template states), kept as the platform sent it.
CREATE TABLE notices (
  company_id  BIGINT NOT NULL REFERENCES companies (company_id),
  account     TEXT   NOT NULL,
  field       TEXT   NOT NULL,
  key         TEXT   NOT NULL,
  event       TEXT   NOT NULL,
  at          BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  value       TEXT   NOT NULL,
  delivery_id BIGINT NOT NULL,
  PRIMARY KEY (company_id, account, field, key)
) CLUSTERED;

-- Who owns a lane, gateway or job: one row per name. A claim raises the epoch, which fences the old owner.
CREATE TABLE leases (
  name    TEXT   NOT NULL PRIMARY KEY,
  node_id BIGINT NOT NULL,
  epoch   BIGINT NOT NULL
) CLUSTERED;

INSERT INTO companies (company_id, name, created_at) VALUES (0, 'Installation', 0);
INSERT INTO counters (company_id, n) VALUES (0, 0);

