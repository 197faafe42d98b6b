-- People sign in. email_key is the e-mail address folded for looking it up, the one query that names no company;
-- password is a PHC string, '' until the person has chosen one; settings what was changed from the defaults.
ALTER TABLE users ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN password TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN deactivated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE users SET email_key = LOWER(email);
CREATE UNIQUE INDEX users_email ON users (email_key, company_id) WHERE email_key <> '';

-- Ways in, kept as SHA-256 of the secret. kind: key, session, code (signs in), invite (chooses a password), setup (makes
-- the first company). A key belongs to the company and bears its maker, without whom it opens nothing.
CREATE TABLE ways (
  hash       BYTES  NOT NULL PRIMARY KEY,
  kind       TEXT   NOT NULL,
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  user_id    BIGINT,
  maker_id   BIGINT,
  name       TEXT   NOT NULL,
  address    TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  reusable   BIGINT NOT NULL,
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, user_id),
  FOREIGN KEY (company_id, maker_id) REFERENCES users (company_id, user_id)
);
INSERT INTO ways (hash, kind, company_id, user_id, name, address, created_at, used_at, expires_at, reusable)
  SELECT hash, kind, company_id, user_id, name, '', created_at, 0, expires_at, reusable FROM credentials;
DROP TABLE credentials;
ALTER TABLE ways RENAME TO credentials;
CREATE INDEX credentials_company ON credentials (company_id, kind, user_id);
