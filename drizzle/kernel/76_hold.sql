-- What is granted and not paid yet: a claim that something holds back (a breaker that tripped, a
-- frozen player) is recorded under its keys, with its draws, and uses its limits. What counts
-- something moves with it, and what it gives becomes a pending reward of its own claim type, as
-- decided. Nobody collects that while it is held.

-- The claim type of what is held: a payment counts towards no limit of the claim's own type, and
-- advances none of its counters.
CREATE OR REPLACE FUNCTION onceward.held_type() RETURNS smallint LANGUAGE sql STABLE
RETURN (SELECT n.no FROM onceward.names n WHERE n.name = 'held_reward' AND n.kind = 2);

-- The postings that choices select, in their order: each sees what those before it left.
CREATE OR REPLACE FUNCTION onceward.chosen_postings(
  side onceward.side, choices onceward.choice[], rules onceward.regeneration_rules[],
  moment timestamptz)
RETURNS onceward.posting[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  choice onceward.choice;
  chosen onceward.alternative;
  all_of onceward.posting[] := '{}';
  step   record;
BEGIN
  FOREACH choice IN ARRAY choices LOOP
    FOREACH chosen IN ARRAY choice.one_of LOOP
      EXIT WHEN cardinality(chosen."when") = 0
             OR onceward.meets(side, chosen."when", rules, moment);
    END LOOP;
    all_of := all_of || chosen.postings;
    step := onceward.post(side, '{}', chosen.postings, 1, rules, moment);
    side := step.side;
  END LOOP;
  RETURN all_of;
END $$;

-- Which of these resources count something and are nothing that a player gains: progress, streaks,
-- the counters of guarantees. Publishing gives them no value (src/config/publication.ts).
CREATE OR REPLACE FUNCTION onceward.counters_among(resources text[], of_version integer)
RETURNS text[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT n.name FROM onceward.staff_values v
    JOIN onceward.names n ON n.kind = 1 AND n.no = v.resource
   WHERE v.config_version = of_version AND v.value = 0 AND n.name = ANY (resources));

-- Holds back what a claim gives. `verdict` is the one that grants it. `otherwise` rejects what
-- cannot be held: something is paid for it, or moves for another player; or it is a payment, whose
-- pending reward stays as it is.
CREATE OR REPLACE FUNCTION onceward.hold_back(
  op onceward.operation, subject onceward.subject, state onceward.state,
  rules onceward.regeneration_rules[], context onceward.context, verdict onceward.verdict,
  origin integer, held_by smallint, otherwise json)
RETURNS onceward.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE
  counters CONSTANT text[] := onceward.counters_among(op.resources, context.version);
  given    onceward.posting[];
  step     record;
BEGIN
  IF op.player IS NULL OR subject.other IS NOT NULL
     OR op.source NOT IN ('postings', 'code') THEN
    verdict.rejection := otherwise;
    RETURN verdict;
  END IF;
  step := onceward.post(state.me, '{}', op.postings || op.advances, 1, rules, state.at);
  given := op.postings || op.advances
    || onceward.chosen_postings(step.side, op.choices, rules, state.at);
  IF EXISTS (SELECT FROM unnest(given) AS p
              WHERE p.delta < 0 AND NOT p.resource = ANY (counters)) THEN
    verdict.rejection := otherwise;
    RETURN verdict;
  END IF;
  step := onceward.post(state.me, '{}', ARRAY(
    SELECT p FROM unnest(given) AS p WHERE p.resource = ANY (counters)), 1, rules, state.at);
  verdict.me := step.side;
  verdict.moves := step.moves;
  verdict.raises := CASE WHEN cardinality(step.moves) > 0 THEN 1 ELSE 0 END;
  verdict.became_pending := true;
  verdict.hold := ROW(origin, held_by, ROW(op.resources, ARRAY(
    SELECT p FROM unnest(given) AS p
     WHERE p.delta > 0 AND NOT p.resource = ANY (counters)), '{}', '{}', NULL
    )::onceward.plan)::onceward.hold;
  RETURN verdict;
END $$;

-- What a claim held back, as a pending reward. Its key is the number of the claim.
CREATE OR REPLACE FUNCTION onceward.write_held(
  op onceward.operation, subject onceward.subject, state onceward.state,
  verdict onceward.verdict, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM onceward.check_plan((verdict.hold).plan);
  INSERT INTO onceward.pending_rewards (
    player, announced_at, number, config_version, claim_type, origin, held_type, held_by, is_held,
    claim_key, message, plan)
  VALUES (subject.player, state.at, state.number + 1, context.version, onceward.held_type(),
          (verdict.hold).origin, subject.claim_type, (verdict.hold).held_by, true,
          'held/' || state.number + 1, (op.on_full).message, row_to_json((verdict.hold).plan));
END $$;
