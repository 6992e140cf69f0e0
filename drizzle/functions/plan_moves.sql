-- How one player's balances would move: the postings in their order, then what each choice gives, then the milestones that
-- were crossed on the way. Before a balance that grows by itself is moved, it gets what it has grown. Reads, never writes.
--
--   returns  rejection: set where nothing may move; everything else then means nothing
--            moves      what to write, in order: ledger entries, but for their claim and time
--            balances   {resource: amount} of every balance, as they would be
--            anchors    {resource: moment} of every balance that has one
--            draws      what the choices drew, in their order

-- A type of its own and not the table's: with that, every call would copy the texts of the table's constraints.
-- `sequence` is null where no amount moves and only the anchor is written.
DO $$
BEGIN
  IF to_regtype('onceward.move') IS NULL THEN
    CREATE TYPE onceward.move AS (
      player_id text, player_version bigint, resource text, sequence bigint, ordinal integer,
      before bigint, delta bigint, requested bigint, cause text, anchored_at timestamptz);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION onceward.plan_moves(
  player onceward.players, postings jsonb, choices jsonb, milestones jsonb, moment timestamptz,
  OUT rejection jsonb, OUT moves onceward.move[], OUT balances jsonb, OUT anchors jsonb, OUT draws jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  max_amount CONSTANT bigint := 9007199254740991;  -- 2^53 − 1: what a JSON number holds exactly
  version_   CONSTANT bigint := player.version + 1;
  last_pass  CONSTANT integer := 2 + jsonb_array_length(choices);
  held       jsonb;                  -- every balance of the player, as it was found; `balances` moves along
  sequences  jsonb;
  batch      jsonb := postings;
  chosen     jsonb;
  posting    record;
  grown      record;
  since      timestamptz;            -- the moment from which this balance grows on
  place      bigint;
  nth_       integer := 0;           -- of the entries of this player
  before_    bigint;
  after_     bigint NOT NULL := 0;   -- a posting without an amount fails here, before it could pass every comparison as a null
  low        bigint;
  high       bigint;
BEGIN
  moves := '{}';
  draws := '[]';
  SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}'), coalesce(jsonb_object_agg(b.resource, b.last_sequence), '{}'),
         coalesce(jsonb_object_agg(b.resource, b.anchored_at) FILTER (WHERE b.anchored_at IS NOT NULL), '{}')
    INTO held, sequences, anchors FROM onceward.balances b WHERE b.player_id = player.id;
  balances := held;

  FOR pass IN 1..last_pass LOOP
    IF pass = last_pass THEN
      EXIT WHEN milestones = '[]';
      batch := onceward.milestone_postings(milestones, held, balances);
    ELSIF pass > 1 THEN
      -- Of a choice's alternatives the first that the balances allow.
      SELECT alternative INTO STRICT chosen
        FROM jsonb_array_elements(choices->(pass - 2)->'oneOf') WITH ORDINALITY AS each_(alternative, nth)
       WHERE alternative->'when' = 'null'
          OR coalesce((balances->>(alternative->'when'->>'resource'))::bigint, 0) >= (alternative->'when'->>'atLeast')::bigint
       ORDER BY nth LIMIT 1;
      draws := draws || (chosen->'draw');  -- in brackets: both operators bind alike, from the left
      batch := chosen->'postings';
    END IF;

    FOR posting IN SELECT p->>'resource' AS resource, (p->>'delta')::bigint AS delta, (p->>'floor')::bigint AS floor,
                          nullif(p->'ceiling', 'null') AS ceiling, p->>'atLimit' = 'clamp' AS clamp,
                          nullif(p->'accrual', 'null') AS accrual
                     FROM jsonb_array_elements(batch) AS p LOOP
      before_ := (balances->>posting.resource)::bigint;
      place := coalesce((sequences->>posting.resource)::bigint, 0);
      since := NULL;

      IF posting.accrual IS NOT NULL THEN
        grown := onceward.accrued(posting.accrual, before_, coalesce((anchors->>posting.resource)::timestamptz, player.created_at),
                                  balances, moment);
        before_ := coalesce(before_, 0);
        since := grown.since;
        IF grown.opening <> 0 THEN
          place := place + 1;
          nth_ := nth_ + 1;
          moves := moves || ROW(player.id, version_, posting.resource, place, nth_,
                                before_, grown.opening, grown.opening, 'opening', since)::onceward.move;
          before_ := before_ + grown.opening;
        END IF;
        IF grown.regenerated <> 0 THEN
          place := place + 1;
          nth_ := nth_ + 1;
          moves := moves || ROW(player.id, version_, posting.resource, place, nth_,
                                before_, grown.regenerated, grown.regenerated, 'regeneration', since)::onceward.move;
          before_ := before_ + grown.regenerated;
        END IF;
        IF since IS NOT NULL THEN
          anchors := anchors || jsonb_build_object(posting.resource, since);
        END IF;
      END IF;

      before_ := coalesce(before_, 0);
      after_ := before_ + posting.delta;
      low := coalesce(posting.floor, -max_amount);
      high := CASE WHEN posting.ceiling IS NULL THEN max_amount ELSE onceward.limit_amount(posting.ceiling, balances) END;
      -- A balance already past its limit (the config moved the limit) is never pushed further, and never pulled back.
      IF posting.delta < 0 AND after_ < low THEN
        IF NOT posting.clamp OR posting.floor IS NULL THEN
          rejection := jsonb_build_object('kind', 'insufficient_balance', 'resource', posting.resource,
            'available', greatest(before_ - low, 0), 'required', -posting.delta);
          RETURN;
        END IF;
        after_ := least(before_, low);
      ELSIF posting.delta > 0 AND after_ > high THEN
        IF NOT posting.clamp OR posting.ceiling IS NULL THEN
          rejection := jsonb_build_object('kind', 'limit_exceeded', 'limit', 'resource_ceiling', 'resource', posting.resource,
            'bound', high, 'remaining', greatest(high - before_, 0), 'requested', posting.delta, 'renewsAt', NULL);
          RETURN;
        END IF;
        after_ := greatest(before_, high);
      END IF;
      -- A posting of 0 reckons up what time has brought, and moves nothing: what never moved stays without a balance.
      IF posting.delta <> 0 THEN
        place := place + 1;
        nth_ := nth_ + 1;
        moves := moves || ROW(player.id, version_, posting.resource, place, nth_, before_, after_ - before_, posting.delta,
                              CASE WHEN pass = last_pass THEN 'milestone' ELSE 'operation' END, since)::onceward.move;
      ELSIF since IS NOT NULL THEN
        moves := moves || ROW(player.id, version_, posting.resource, NULL, NULL, before_, 0, 0, NULL, since)::onceward.move;
      ELSIF place = 0 THEN
        CONTINUE;
      END IF;
      balances := balances || jsonb_build_object(posting.resource, after_);
      sequences := sequences || jsonb_build_object(posting.resource, place);
    END LOOP;
  END LOOP;
END $$;
