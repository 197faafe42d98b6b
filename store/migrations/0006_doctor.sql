-- inbound is the cause that concerns receiving alone; lag_ms is how far the last delivery came behind the platform's own
-- time. asked_at is when the platform last asked for the app's address, test_to where test messages go.
ALTER TABLE proofs ADD COLUMN inbound TEXT NOT NULL DEFAULT '';
ALTER TABLE proofs ADD COLUMN inbound_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE proofs ADD COLUMN lag_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN test_to TEXT NOT NULL DEFAULT '';

-- What the last examination of a connection came to, as it is shown; subject is the connection, or 0 for the server
-- itself, which belongs to the installation.
CREATE TABLE examinations (
  company_id    BIGINT NOT NULL,
  subject       BIGINT NOT NULL,
  connection_id BIGINT,
  ended_at      BIGINT NOT NULL,
  status        TEXT   NOT NULL,
  cause         TEXT   NOT NULL,
  body          TEXT   NOT NULL,
  PRIMARY KEY (company_id, subject),
  FOREIGN KEY (company_id) REFERENCES companies (company_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  CHECK (subject = COALESCE(connection_id, 0))
) CLUSTERED;

-- A cause has one finding per subject, with its history. check_id is the check that last saw it, result how bad it was
-- (fail, warn), due when a warning becomes a failure, fill the values of its page (JSON).
CREATE TABLE findings (
  company_id    BIGINT NOT NULL,
  subject       BIGINT NOT NULL,
  cause         TEXT   NOT NULL,
  connection_id BIGINT,
  state         TEXT   NOT NULL,
  check_id      TEXT   NOT NULL,
  result        TEXT   NOT NULL,
  first_seen    BIGINT NOT NULL,
  last_seen     BIGINT NOT NULL,
  fixed_at      BIGINT NOT NULL,
  count         BIGINT NOT NULL,
  due           BIGINT NOT NULL,
  fill          TEXT   NOT NULL,
  PRIMARY KEY (company_id, subject, cause),
  FOREIGN KEY (company_id) REFERENCES companies (company_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  CHECK (subject = COALESCE(connection_id, 0))
) CLUSTERED;

-- Figures that the platform tells of an account, each time they change.
CREATE TABLE readings (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  name          TEXT   NOT NULL,
  at            BIGINT NOT NULL,
  value         TEXT   NOT NULL,
  PRIMARY KEY (company_id, connection_id, name, at),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;

-- How many messages came and went, per hour (hours since 1970 UTC). counted_to is the message up to which they are in.
CREATE TABLE volumes (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  hour          BIGINT NOT NULL,
  received      BIGINT NOT NULL,
  sent          BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id, hour),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;
CREATE TABLE volume_progress (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies (company_id),
  counted_to BIGINT NOT NULL
) CLUSTERED;

-- Who let the product change something at the platform, or pause a connection.
CREATE TABLE repairs (
  company_id    BIGINT NOT NULL,
  repair_id     BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  user_id       BIGINT,
  at            BIGINT NOT NULL,
  action        TEXT   NOT NULL,
  changes       TEXT   NOT NULL,
  cause         TEXT   NOT NULL,
  PRIMARY KEY (company_id, repair_id),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, user_id)
) CLUSTERED;

-- The few attempts that were refused, for what they say about the whole account.
CREATE INDEX attempts_refused ON attempts (company_id, connection_id, at) WHERE outcome = 'refused';
