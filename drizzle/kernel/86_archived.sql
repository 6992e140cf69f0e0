-- Answers archived claims. The kernel says where a claim is (08_answers.sql); the Worker reads it
-- from the archive and calls this function, which knows the names. It only reads.

-- A claim with its entries, as a replay of it is answered: from its row in the archive and those of
-- its entries, without texts of a player who was erased. Null: they are not what the index says.
CREATE OR REPLACE FUNCTION onceward.read_archived(
  contract integer, stored json, held text[])
RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  claim   onceward.reward_claims :=
    json_populate_record(NULL::onceward.reward_claims, stored->'claim');
  moved   onceward.ledger_entries[] := ARRAY(
    SELECT e FROM json_populate_recordset(NULL::onceward.ledger_entries, stored->'entries') AS e);
  z       onceward.archived_claims;
BEGIN
  PERFORM onceward.check_call(contract, 1);
  SELECT * INTO z FROM onceward.archived_claims a
   WHERE a.player = claim.player AND a.number = claim.number;
  IF NOT onceward.is_indexed(claim, z) OR z.entries <> cardinality(moved) THEN RETURN NULL; END IF;
  claim := onceward.without_texts(claim, z);
  RETURN json_build_object(
    'granted', onceward.granted_json(true, onceward.claim_json(claim),
      onceward.stored_entries(moved, claim.player),
      CASE WHEN claim.counterparty IS NOT NULL
           THEN onceward.stored_entries(moved, claim.counterparty) END,
      onceward.shown_json(claim.shown)),
    'counterpartyVersion', claim.counterparty_version,
    'configs', onceward.configs_json(ARRAY[claim.config_version], held));
END $$;

-- Whether a stored claim is the one of the index. Of a player who was erased the keys are unknown.
CREATE OR REPLACE FUNCTION onceward.is_indexed(
  claim onceward.reward_claims, z onceward.archived_claims)
RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce(
  (z).player = (claim).player AND (z).number = (claim).number AND (
    (z).fingerprint = (claim).fingerprint
      AND (z).key_digest = onceward.digest_of((claim).idempotency_key)
      AND (z).claim_digest = onceward.claim_digest((claim).claim_type, (claim).claim_key)
    OR EXISTS (SELECT FROM onceward.erasures e WHERE e.player = (claim).player)), false);

CREATE OR REPLACE FUNCTION onceward.stored_entries(
  entries onceward.ledger_entries[], of_player bigint)
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(onceward.entry_json(e) ORDER BY e.ordinal), '[]')
    FROM unnest(entries) AS e WHERE e.player = of_player);

-- Records what the schedule found when it looked at a part: an alarm, which the next part that can
-- be read clears. `problem`: null, or what is wrong.
CREATE OR REPLACE FUNCTION onceward.report_archive(part integer, problem text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF problem IS NULL THEN
    PERFORM onceward.clear_alarm('archive', 'read');
  ELSE
    PERFORM onceward.raise_alarm('archive', 'read', jsonb_build_object(
      'part', part, 'problem', left(problem, 100)));
  END IF;
END $$;
