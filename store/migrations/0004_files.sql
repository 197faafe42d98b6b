-- A file comes with a message of the other side (message_id), or is uploaded here and then sent with messages of ours
-- (attachments). kind is what it is sent or shown as, preview tells whether there is a small picture of it, converted
-- what was done to it on its way in (JSON), unsent is 1 until a message takes an upload.
CREATE TABLE files (
  company_id  BIGINT NOT NULL REFERENCES companies (company_id),
  media_id    BIGINT NOT NULL,
  message_id  BIGINT,
  platform_id TEXT   NOT NULL DEFAULT '',
  kind        TEXT   NOT NULL DEFAULT '',
  mime        TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  bytes       BIGINT NOT NULL,
  sha256      TEXT   NOT NULL,
  width       BIGINT NOT NULL DEFAULT 0,
  height      BIGINT NOT NULL DEFAULT 0,
  duration_ms BIGINT NOT NULL DEFAULT 0,
  preview     BIGINT NOT NULL DEFAULT 0,
  converted   TEXT,
  state       TEXT   NOT NULL,
  expires_at  BIGINT NOT NULL DEFAULT 0,
  tries       BIGINT NOT NULL DEFAULT 0,
  next_try_at BIGINT NOT NULL DEFAULT 0,
  reason      TEXT   NOT NULL DEFAULT '',
  unsent      BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, media_id),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id)
) CLUSTERED;
INSERT INTO files (company_id, media_id, message_id, platform_id, mime, name, bytes, sha256, state, expires_at, tries, next_try_at, reason)
  SELECT company_id, media_id, message_id, platform_id, mime, name, bytes, sha256, state, expires_at, tries, next_try_at, reason FROM media;
UPDATE files SET kind = (SELECT m.kind FROM messages m WHERE m.company_id = files.company_id AND m.message_id = files.message_id);
DROP TABLE media;
ALTER TABLE files RENAME TO media;
CREATE INDEX media_message ON media (company_id, message_id);
CREATE INDEX media_pending ON media (next_try_at, company_id, media_id) WHERE state = 'pending';
CREATE INDEX media_unsent ON media (company_id, media_id) WHERE unsent = 1;

-- The files that our messages carry, in order.
CREATE TABLE attachments (
  company_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  n          BIGINT NOT NULL,
  media_id   BIGINT NOT NULL,
  PRIMARY KEY (company_id, message_id, n),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id),
  FOREIGN KEY (company_id, media_id) REFERENCES media (company_id, media_id)
) CLUSTERED;
CREATE INDEX attachments_media ON attachments (company_id, media_id);

-- What a platform calls a file that was handed to it, until it forgets it.
CREATE TABLE platform_files (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  media_id      BIGINT NOT NULL,
  platform_id   TEXT   NOT NULL,
  expires_at    BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id, media_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  FOREIGN KEY (company_id, media_id) REFERENCES media (company_id, media_id)
) CLUSTERED;
