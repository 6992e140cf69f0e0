-- Applies postings to one player's balances, in their order: each sees what the one before it left.
-- Pure: these functions read their arguments alone, and return the balances, the movements to
-- write, or a rejection. Causes of a movement: 1 operation, 2 milestone, 3 regeneration, 4 opening,
-- 5 reset, 6 conversion.

-- Writes one movement down.
CREATE OR REPLACE FUNCTION onceward.apply_move(
  INOUT side onceward.side, INOUT moves onceward.move[], place integer, delta bigint,
  requested bigint, cause integer)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  side.sequences[place] := side.sequences[place] + 1;
  side.entries := side.entries + 1;
  moves := array_append(moves, ROW(
    side.player, side.number, side.numbers[place], side.resources[place], side.sequences[place],
    side.entries, cause, side.amounts[place], delta, requested,
    side.anchors[place])::onceward.move);
  side.amounts[place] := side.amounts[place] + delta;
END $$;

-- Writes down what a balance opened with and what it regenerated until now.
CREATE OR REPLACE FUNCTION onceward.settle(
  INOUT side onceward.side, INOUT moves onceward.move[], place integer,
  rules onceward.regeneration_rules[], moment timestamptz)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  opened bigint := onceward.opening(rules, side, place, moment);
  grown  record;
  step   record;
BEGIN
  grown := onceward.regenerated(rules, side, place, side.amounts[place] + opened, moment);
  side.anchors[place] := coalesce(grown.kept, side.anchors[place]);
  IF opened <> 0 THEN
    step := onceward.apply_move(side, moves, place, opened, opened, 4);
    side := step.side;
    moves := step.moves;
  END IF;
  IF grown.gained <> 0 THEN
    step := onceward.apply_move(side, moves, place, grown.gained, grown.gained, 3);
    side := step.side;
    moves := step.moves;
  END IF;
END $$;

-- What a progress counter holds at the moment that its posting or requirement is judged: where its
-- last change is older than `reset_before`, less by `reset_by`, or 0.
CREATE OR REPLACE FUNCTION onceward.counted(
  amount bigint, changed_at timestamptz, reset_before timestamptz, reset_by bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN CASE WHEN coalesce(changed_at, '-infinity') >= reset_before THEN amount
            ELSE greatest(amount - coalesce(reset_by, amount), 0) END;

-- Writes down what a counter lost since its last change, or what a reversal restores of that, and
-- the moment of its last change.
CREATE OR REPLACE FUNCTION onceward.reset(
  INOUT side onceward.side, INOUT moves onceward.move[], place integer, posting onceward.posting,
  moment timestamptz)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  moved CONSTANT bigint := CASE WHEN posting.changed_at IS NOT NULL THEN posting.reset_by
    ELSE onceward.counted(side.amounts[place], side.anchors[place], posting.reset_before,
                          posting.reset_by) - side.amounts[place] END;
  step record;
BEGIN
  side.anchors[place] := coalesce(posting.changed_at, moment);
  IF moved = 0 THEN RETURN; END IF;
  step := onceward.apply_move(side, moves, place, moved, moved, 5);
  side := step.side;
  moves := step.moves;
END $$;

-- The first requirement that the counters do not meet, as a rejection; null: they meet all.
CREATE OR REPLACE FUNCTION onceward.unmet(requires onceward.requirement[], side onceward.side)
RETURNS json LANGUAGE sql IMMUTABLE
RETURN (
  SELECT json_build_object('kind', 'progress_not_reached', 'counter', r.counter, 'have', c.have,
                           'need', r.at_least)
    FROM unnest(requires) WITH ORDINALITY
           AS r(counter, at_least, reset_before, reset_by, place),
         LATERAL (SELECT array_position((side).resources, r.counter::text) AS place) AS p,
         LATERAL (SELECT coalesce(onceward.counted(
           (side).amounts[p.place], (side).anchors[p.place], r.reset_before, r.reset_by),
           0) AS have) AS c
   WHERE c.have < r.at_least ORDER BY r.place LIMIT 1);

-- The ceiling of a posting that follows another balance. No SQL function, which each call would
-- prepare, whether it is needed or not.
CREATE OR REPLACE FUNCTION onceward.moving_ceiling(
  posting onceward.posting, side onceward.side) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN onceward.bound(posting.ceiling, posting.ceiling_per_unit,
                        onceward.held_name(side, posting.ceiling_of));
END $$;

-- A balance already past its bound (the config moved the bound) is never pushed further, and never
-- pulled back.
CREATE OR REPLACE FUNCTION onceward.post(
  INOUT side onceward.side, INOUT moves onceward.move[], postings onceward.posting[],
  cause integer, rules onceward.regeneration_rules[], moment timestamptz, OUT rejection json)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  posting onceward.posting;
  place   integer;
  held    bigint;
  after   bigint;
  high    bigint;
  step    record;
BEGIN
  FOREACH posting IN ARRAY postings LOOP
    place := array_position(side.resources, posting.resource);
    IF place IS NULL OR num_nulls(posting.delta, posting.floor, posting.ceiling,
                                  posting.ceiling_per_unit, posting.clamp) > 0 THEN
      RAISE EXCEPTION 'a posting is incomplete, or its resource is not listed or has no number'
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF side.regenerates[place] OR num_nulls(posting.reset_before, posting.changed_at) < 2 THEN
      step := CASE WHEN side.regenerates[place]
        THEN onceward.settle(side, moves, place, rules, moment)
        ELSE onceward.reset(side, moves, place, posting, moment) END;
      side := step.side;
      moves := step.moves;
    END IF;
    held := side.amounts[place];
    after := held + posting.delta;
    high := CASE WHEN posting.ceiling_of IS NULL THEN posting.ceiling
                 ELSE onceward.moving_ceiling(posting, side) END;
    IF posting.delta < 0 AND after < posting.floor THEN
      IF NOT posting.clamp THEN
        rejection := json_build_object('kind', 'insufficient_balance', 'resource', posting.resource,
          'available', greatest(held - posting.floor, 0), 'required', -posting.delta);
        EXIT;
      END IF;
      after := least(held, posting.floor);
    ELSIF posting.delta > 0 AND after > high THEN
      IF NOT posting.clamp THEN
        rejection := onceward.limit_exceeded('resource_ceiling', posting.resource, high,
                                             greatest(high - held, 0), posting.delta, NULL);
        EXIT;
      END IF;
      after := greatest(held, high);
    END IF;
    IF posting.delta <> 0 THEN
      -- As apply_move does: a call would copy all balances twice.
      side.sequences[place] := side.sequences[place] + 1;
      side.entries := side.entries + 1;
      moves := array_append(moves, ROW(side.player, side.number, side.numbers[place],
        side.resources[place], side.sequences[place], side.entries, cause, held, after - held,
        posting.delta, side.anchors[place])::onceward.move);
      side.amounts[place] := after;
      IF (posting.converts).resource IS NOT NULL AND after - held < posting.delta THEN
        step := onceward.convert(side, moves, posting, posting.delta - after + held, rules, moment);
        side := step.side;
        moves := step.moves;
        rejection := step.rejection;
        EXIT WHEN rejection IS NOT NULL;
      END IF;
    ELSIF side.anchors[place] IS NOT NULL AND side.sequences[place] > 0 THEN
      -- Nothing moves, but the next unit counts from another moment.
      moves := array_append(moves, ROW(
        side.player, side.number, side.numbers[place], side.resources[place], NULL, NULL, NULL,
        held, 0, 0, side.anchors[place])::onceward.move);
    END IF;
  END LOOP;
END $$;

-- Gives what did not fit as another resource, as an entry of its own (cause 6). The other resource
-- may stop at a ceiling, and converts nothing itself.
CREATE OR REPLACE FUNCTION onceward.convert(
  INOUT side onceward.side, INOUT moves onceward.move[], posting onceward.posting, excess bigint,
  rules onceward.regeneration_rules[], moment timestamptz, OUT rejection json)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  conversion CONSTANT onceward.conversion := posting.converts;
  step record;
BEGIN
  step := onceward.post(side, moves, ARRAY[ROW(
    conversion.resource, CASE WHEN conversion.rate IS NOT NULL
      THEN least(excess::numeric * conversion.rate, 9007199254740992)::bigint END,
    -9007199254740991, conversion.ceiling, conversion.ceiling_per_unit, conversion.ceiling_of,
    conversion.clamp, NULL, NULL, NULL, NULL)::onceward.posting], 6, rules, moment);
  side := step.side;
  moves := step.moves;
  rejection := step.rejection;
END $$;

-- Whether the balances meet all conditions.
CREATE OR REPLACE FUNCTION onceward.meets(
  side onceward.side, conditions onceward.condition[], rules onceward.regeneration_rules[],
  moment timestamptz)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  condition onceward.condition;
  place     integer;
  held      bigint;
BEGIN
  FOREACH condition IN ARRAY conditions LOOP
    place := array_position(side.resources, condition.resource::text);
    IF place IS NULL THEN
      RAISE EXCEPTION 'the resource of a condition is not listed or has no number'
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    held := side.amounts[place];
    IF side.regenerates[place] THEN
      held := held + onceward.opening(rules, side, place, moment);
      held := held + (onceward.regenerated(rules, side, place, held, moment)).gained;
    END IF;
    IF held < condition.at_least THEN RETURN false; END IF;
  END LOOP;
  RETURN true;
END $$;

-- Of each choice the first alternative whose conditions hold. Each sees what those before it left.
CREATE OR REPLACE FUNCTION onceward.post_choices(
  INOUT side onceward.side, INOUT moves onceward.move[], choices onceward.choice[],
  rules onceward.regeneration_rules[], moment timestamptz, OUT rejection json, OUT draws json[],
  OUT paid_with smallint)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  choice onceward.choice;
  chosen onceward.alternative;
  taken  boolean;
  step   record;
BEGIN
  FOREACH choice IN ARRAY choices LOOP
    taken := false;
    FOREACH chosen IN ARRAY choice.one_of LOOP
      taken := cardinality(chosen."when") = 0
               OR onceward.meets(side, chosen."when", rules, moment);
      EXIT WHEN taken;
    END LOOP;
    IF taken IS NOT TRUE OR chosen.draws IS NULL THEN
      RAISE EXCEPTION 'a choice is incomplete, or has no alternative without conditions'
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    draws := draws || chosen.draws;
    paid_with := coalesce(chosen.paid_with, paid_with);
    step := onceward.post(side, moves, chosen.postings, 1, rules, moment);
    side := step.side;
    moves := step.moves;
    rejection := step.rejection;
    EXIT WHEN rejection IS NOT NULL;
  END LOOP;
  IF cardinality(draws) = 0 THEN draws := NULL; END IF;
END $$;

-- What balances have earned by crossing milestones: postings for every threshold that was reached
-- and not paid. The resource `paid_resource` counts what was paid, so a threshold pays once, even
-- if the balance falls and rises again or the thresholds change. Where the operation itself took
-- the balance below thresholds that were paid (a reversal does), what they gave is taken back, down
-- to `lowest`.
CREATE OR REPLACE FUNCTION onceward.milestone_postings(
  rules onceward.milestones[], was onceward.side, side onceward.side, lowest bigint)
RETURNS onceward.posting[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  rule    onceward.milestones;
  level   integer;  -- its place among the balances, and that of the resource that counts
  counter integer;
  reached integer;
  paid    bigint;
  earned  onceward.posting[] := '{}';
BEGIN
  FOREACH rule IN ARRAY rules LOOP
    -- An operation that does not name a resource holds 0 of it.
    level := array_position(side.numbers, rule.resource);
    counter := array_position(side.numbers, rule.paid_resource);
    reached := width_bucket(coalesce(side.amounts[level], 0), rule.thresholds);
    paid := coalesce(side.amounts[counter], 0);
    CONTINUE WHEN reached = paid;
    CONTINUE WHEN reached < paid
      AND reached >= width_bucket(coalesce(was.amounts[level], 0), rule.thresholds);
    earned := array_append(earned, ROW(side.resources[counter], reached - paid, 0,
                                       9007199254740991, 0, NULL, false, NULL, NULL,
                                       NULL, NULL)::onceward.posting);
    earned := earned || ARRAY(
      SELECT ROW(g->>'resource', sign(reached - paid)::integer * due.amount, lowest,
                 (g->>'ceiling')::bigint, (g->>'ceiling_per_unit')::bigint, g->>'ceiling_of',
                 false, NULL, NULL, NULL, NULL)::onceward.posting
        FROM json_array_elements(rule.grants) WITH ORDINALITY AS given(g, place), LATERAL (
          SELECT sum(a.amount::bigint)::bigint AS amount
            FROM json_array_elements_text(g->'amounts') WITH ORDINALITY AS a(amount, nth)
           WHERE nth > least(paid, reached) AND nth <= greatest(paid, reached)) AS due
       WHERE due.amount > 0 ORDER BY place);
  END LOOP;
  RETURN earned;
END $$;
