-- How far a company's search index has come. version is that of its tokens: another one means to start anew. n is
-- the change up to which the log was followed; messages and conversations with ids below the two marks, made before
-- that, are still to be taken in, the newest first; 0 when none are. epoch is the owner's, see leases.
CREATE TABLE search_progress (
  company_id        BIGINT NOT NULL PRIMARY KEY REFERENCES companies (company_id),
  version           BIGINT NOT NULL,
  n                 BIGINT NOT NULL,
  messages_below    BIGINT NOT NULL,
  people_below      BIGINT NOT NULL,
  epoch             BIGINT NOT NULL
) CLUSTERED;

-- A segment never changes once it is live; several are merged into a new one. space: messages, people. state:
-- building, live, dead (its pages go after a while: somebody may still be reading). low and high are the lowest and
-- the highest id in it.
CREATE TABLE search_segments (
  company_id BIGINT NOT NULL REFERENCES companies (company_id),
  segment_id BIGINT NOT NULL,
  space      TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  docs       BIGINT NOT NULL,
  low        BIGINT NOT NULL,
  high       BIGINT NOT NULL,
  dead_at    BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, segment_id)
) CLUSTERED;

-- Pages of a segment in the order of (term, place). term is the first in the page, place where in the term's list
-- of ids the page begins: the lowest number for its start, else the id with its sign turned.
CREATE TABLE search_pages (
  company_id BIGINT NOT NULL,
  segment_id BIGINT NOT NULL,
  term       BYTES  NOT NULL,
  place      BIGINT NOT NULL,
  body       BYTES  NOT NULL,
  PRIMARY KEY (company_id, segment_id, term, place),
  FOREIGN KEY (company_id, segment_id) REFERENCES search_segments (company_id, segment_id)
);

-- is:failed without a word: few among many.
CREATE INDEX messages_failed ON messages (company_id, message_id) WHERE status = 'failed';
