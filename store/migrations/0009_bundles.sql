-- spread_ms is how far apart what one delivery held happened by the platform's clock; bundles counts the last deliveries, one
-- after the other, that held what had happened at quite different times: the platform gathers before it calls.
ALTER TABLE deliveries ADD COLUMN spread_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE proofs ADD COLUMN spread_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE proofs ADD COLUMN bundles BIGINT NOT NULL DEFAULT 0;
