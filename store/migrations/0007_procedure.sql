-- A procedure connects or reconnects an account step by step; it waits for people and survives restarts. body is JSON of
-- package connect, token and pin are sealed. version is raised by every write, which names the one it has read. node_id
-- is who runs a step of it now, 0 for nobody; due_at when the program goes on by itself, 0 while a person must.
CREATE TABLE procedures (
  company_id     BIGINT NOT NULL REFERENCES companies (company_id),
  procedure_id   BIGINT NOT NULL,
  platform       TEXT   NOT NULL,
  way            TEXT   NOT NULL,
  connection_id  BIGINT,
  app_company_id BIGINT,
  app_id         BIGINT,
  is_open        BIGINT NOT NULL,
  body           TEXT   NOT NULL,
  token          BYTES,
  pin            BYTES,
  version        BIGINT NOT NULL,
  node_id        BIGINT NOT NULL DEFAULT 0,
  due_at         BIGINT NOT NULL DEFAULT 0,
  made_by        BIGINT NOT NULL DEFAULT 0,
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL,
  PRIMARY KEY (company_id, procedure_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  FOREIGN KEY (app_company_id, app_id) REFERENCES apps (company_id, app_id)
);
CREATE INDEX procedures_open ON procedures (company_id, procedure_id) WHERE is_open = 1;

-- I50: a login under way, by the SHA-256 of its state. session is the id of the session that began it.
CREATE TABLE logins (
  hash         BYTES  NOT NULL PRIMARY KEY,
  company_id   BIGINT NOT NULL,
  procedure_id BIGINT NOT NULL,
  platform     TEXT   NOT NULL,
  session      TEXT   NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  used_at      BIGINT NOT NULL DEFAULT 0,
  FOREIGN KEY (company_id, procedure_id) REFERENCES procedures (company_id, procedure_id)
);
CREATE INDEX logins_procedure ON logins (company_id, procedure_id);

-- Registrations and deregistrations of a number, which the platform counts whoever makes them: so they are kept by
-- number, not by company. outcome: '' while under way or unknown, done, refused, not_sent (does not count).
CREATE TABLE registrations (
  platform   TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  attempt_id BIGINT NOT NULL,
  kind       TEXT   NOT NULL,
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  at         BIGINT NOT NULL,
  outcome    TEXT   NOT NULL DEFAULT '',
  cause      TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (platform, account, attempt_id)
) CLUSTERED;

-- Somebody who proved access to an account asks the company that uses it here to let it go. It names nobody.
CREATE TABLE release_requests (
  company_id  BIGINT NOT NULL REFERENCES companies (company_id),
  platform    TEXT   NOT NULL,
  account     TEXT   NOT NULL,
  asked_at    BIGINT NOT NULL,
  answered_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, platform, account)
) CLUSTERED;

-- phone is the number for people; business the portfolio that owns it; connecting_at is set until its first procedure is
-- done (and stays when that never was), disconnected_at from when somebody ended it; registered_at when this server registered it, pin the sealed PIN.
ALTER TABLE connections ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN business TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN connecting_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN disconnected_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN registered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN coexistence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN pin BYTES;

-- What the platform said of a connection's token, and how its renewal stands. generation is raised by every new token.
-- renewal: none, ahead (it was or will be renewed in time), failed.
CREATE TABLE tokens (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  generation    BIGINT NOT NULL,
  kind          TEXT   NOT NULL,
  ends_at       BIGINT NOT NULL,
  data_ends_at  BIGINT NOT NULL,
  told          BIGINT NOT NULL,
  scopes        TEXT   NOT NULL,
  checked_at    BIGINT NOT NULL,
  renewal       TEXT   NOT NULL,
  cause         TEXT   NOT NULL DEFAULT '',
  renewed_at    BIGINT NOT NULL DEFAULT 0,
  next_try_at   BIGINT NOT NULL DEFAULT 0,
  tries         BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, connection_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;
