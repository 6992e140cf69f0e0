-- What the database keeps of claims in the archive (84_archive.sql): digests of their keys, and
-- where each is. An archived claim is answered from the archive by the Worker (86_archived.sql).

-- The first 128 bits of the SHA-256 of a text.
CREATE OR REPLACE FUNCTION onceward.digest_of(of_text text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN encode(substr(sha256(convert_to(of_text, 'UTF8')), 1, 16), 'hex')::uuid;

CREATE OR REPLACE FUNCTION onceward.claim_digest(claim_type smallint, claim_key text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN onceward.digest_of(claim_type || '/' || claim_key);

-- Claims wherever they are, with what the index of the archive has of them. A claim that was put
-- back for one of its two players is in both, and has two equal rows. (Without them the view would
-- be no plain union, and a look-up by another table's row would read all of a player's claims.)
CREATE OR REPLACE VIEW onceward.all_claims AS
  SELECT c.player, c.number, c.counterparty, c.counterparty_number, c.claimed_at, c.generation,
         c.announced, c.became_pending, CASE WHEN c.units = 0 THEN c.occurred_at END AS expired_at
    FROM onceward.reward_claims c
  UNION ALL
  SELECT z.player, z.number, z.counterparty, z.counterparty_number, z.claimed_at, z.generation,
         z.announced, z.became_pending, z.expired_at
    FROM onceward.archived_claims z;

-- The number of the player's newest archived claim of this type and key; null: there is none.
CREATE OR REPLACE FUNCTION onceward.archived_number(
  of_player bigint, of_type smallint, of_key text)
RETURNS integer LANGUAGE sql STABLE
RETURN (
  SELECT z.number FROM onceward.archived_claims z
   WHERE z.player = of_player AND z.claim_digest = onceward.claim_digest(of_type, of_key)
   ORDER BY z.generation DESC LIMIT 1);

-- Whether the entries of one of the claim's players are in the archive.
CREATE OR REPLACE FUNCTION onceward.is_archived(claim onceward.reward_claims)
RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce((SELECT a.archived >= (claim).number FROM onceward.actors a
                  WHERE a.no = (claim).player), false)
    OR coalesce((SELECT a.archived >= (claim).counterparty_number FROM onceward.actors a
                  WHERE a.no = (claim).counterparty), false);
