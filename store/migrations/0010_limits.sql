-- How much of an account's throughput was used, per minute (minutes since 1970 UTC): messages that came in and that went
-- out, and the most in one second. Kept for a day; nodes add to the same row.
CREATE TABLE loads (
  company_id    BIGINT NOT NULL,
  connection_id BIGINT NOT NULL,
  minute        BIGINT NOT NULL,
  received      BIGINT NOT NULL,
  sent          BIGINT NOT NULL,
  peak          BIGINT NOT NULL,
  PRIMARY KEY (company_id, connection_id, minute),
  FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, connection_id)
) CLUSTERED;

-- Whom a portfolio wrote to first, outside an open window, and with which message last: what the platform's messaging limit
-- counts in 24 hours. person is the platform's id. Kept a little longer than that.
CREATE TABLE starts (
  company_id BIGINT NOT NULL,
  portfolio  TEXT   NOT NULL,
  person     TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (company_id, portfolio, person),
  FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, message_id)
) CLUSTERED;
CREATE INDEX starts_at ON starts (company_id, at);
