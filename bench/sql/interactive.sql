-- The tables of Apollo Server with Drizzle, which gives the same guarantees as Onceward with an
-- interactive transaction: a player version to lock, a unique idempotency key and a unique claim.
-- bench/peers/apollo/tables.ts describes them to Drizzle.

CREATE SCHEMA interactive;

CREATE TABLE interactive.players (
  id         text PRIMARY KEY,
  version    bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE interactive.balances (
  player_id     text NOT NULL REFERENCES interactive.players,
  resource      text NOT NULL,
  amount        bigint NOT NULL,
  last_sequence bigint NOT NULL,
  PRIMARY KEY (player_id, resource)
);

CREATE TABLE interactive.claims (
  id              uuid PRIMARY KEY DEFAULT uuidv7(),
  player_id       text NOT NULL REFERENCES interactive.players,
  claim_type      text NOT NULL,
  claim_key       text NOT NULL,
  idempotency_key text NOT NULL,
  player_version  bigint NOT NULL,
  claimed_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (player_id, idempotency_key),
  UNIQUE (player_id, claim_type, claim_key)
);

CREATE TABLE interactive.ledger_entries (
  player_id      text NOT NULL,
  resource       text NOT NULL,
  sequence       bigint NOT NULL,
  claim_id       uuid NOT NULL REFERENCES interactive.claims,
  ordinal        integer NOT NULL,
  delta          bigint NOT NULL,
  balance_before bigint NOT NULL,
  balance_after  bigint NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (player_id, resource, sequence)
);
CREATE INDEX ledger_entries_of_a_claim ON interactive.ledger_entries (claim_id);
