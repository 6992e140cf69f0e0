-- Where an undo does not restore what a player would have without the claims, and why. Reversing
-- takes back what a claim moved; it does not change what others decided since, on balances that had
-- it. A reason says that something of this kind happened after the first of the claims; without one
-- the balances are those of a history without the claims.
--
--   not_reversed  a claim was not taken back by this undo
--   debt          a balance is negative
--   floor         something was paid for with what a claim gave
--   ceiling       a ceiling or floor cut something off, or converted it
--   refusal       something was refused
--   formula       a formula or condition read the player
--   price         a balance decided which price was paid
--   draws         a claim had draws, and others came after them
--   regeneration  a claim moved a balance that regenerates, or that decides how far one does
--   progress      a claim moved a progress counter

-- Whether the balance, without what the undone claims moved, was below 0 after an entry of another
-- claim.
CREATE OR REPLACE FUNCTION onceward.fell_without(
  of_player bigint, undone integer[], up_to integer) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM (
    SELECT e.number = ANY (undone) AS is_undone, e.before + e.delta - sum(
             CASE WHEN e.number = ANY (undone) THEN e.delta ELSE 0 END)
             OVER (PARTITION BY e.resource ORDER BY e.sequence) AS without
      FROM onceward.ledger_entries e
     WHERE e.player = of_player AND e.number >= undone[1] AND e.number <= up_to) AS walked
   WHERE NOT walked.is_undone AND walked.without < 0);

-- Whether the undone claims moved something whose balance decides more than itself.
CREATE OR REPLACE FUNCTION onceward.moved_kind(
  of_player bigint, undone integer[], regenerating boolean) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM unnest(undone) AS u(number)
    JOIN onceward.ledger_entries e ON e.player = of_player AND e.number = u.number
    JOIN onceward.names n ON n.kind = 1 AND n.no = e.resource
   WHERE CASE WHEN regenerating
     THEN n.regenerates OR EXISTS (SELECT FROM onceward.regeneration_rules r
                                    WHERE e.resource IN (r.cap_of, r.opening_of))
     ELSE e.anchored_at IS NOT NULL AND NOT n.regenerates END);

-- The reasons of one player. `undone`: the numbers of the claims, in ascending order; `up_to`: the
-- number of the player's last claim before they were reversed.
CREATE OR REPLACE FUNCTION onceward.player_differences(
  of_player bigint, undone integer[], up_to integer, is_whole boolean) RETURNS text[]
LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT r.why FROM (
    VALUES
      ('not_reversed', NOT is_whole),
      ('debt', EXISTS (
        SELECT FROM onceward.balances b WHERE b.amount < 0 AND (
          b.player = of_player OR b.player IN (
            SELECT c.counterparty FROM onceward.reward_claims c
             WHERE c.player = of_player AND c.number = ANY (undone))))),
      ('floor', onceward.fell_without(of_player, undone, up_to)),
      ('ceiling', EXISTS (
        SELECT FROM onceward.ledger_entries e
         WHERE e.player = of_player AND e.number >= undone[1]
           AND (e.requested IS NOT NULL OR e.cause = 6))),
      ('refusal', EXISTS (
        SELECT FROM onceward.refusals f
         WHERE f.player = of_player AND f.operation <> onceward.number_of(3, 'reverseClaim')
           AND f.refused_at >= (SELECT c.claimed_at FROM onceward.reward_claims c
                                 WHERE c.player = of_player AND c.number = undone[1]))),
      ('formula', EXISTS (
        SELECT FROM onceward.reward_claims c
         WHERE c.player = of_player AND c.number > undone[1] AND c.facts_read IS NOT NULL
           AND NOT c.number = ANY (undone))),
      ('price', EXISTS (
        SELECT FROM onceward.reward_claims c
         WHERE c.player = of_player AND c.number > undone[1] AND c.paid_with IS NOT NULL
           AND NOT c.number = ANY (undone))),
      ('draws', EXISTS (
        SELECT FROM onceward.reward_claims c JOIN onceward.reward_claims d ON d.player = c.player
         WHERE c.player = of_player AND c.number = ANY (undone) AND c.draws IS NOT NULL
           AND d.number > c.number AND d.draws IS NOT NULL AND NOT d.number = ANY (undone))),
      ('regeneration', onceward.moved_kind(of_player, undone, true)),
      ('progress', onceward.moved_kind(of_player, undone, false))) AS r(why, applies)
   WHERE r.applies);

-- Of each player with reasons: their number and the reasons. Called after the reversals, before a
-- dry run is rolled back.
CREATE OR REPLACE FUNCTION onceward.undo_differences(
  work onceward.undos, claims onceward.undo_claims[], outcomes json[]) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(json_build_object('player', d.player, 'why', d.why)), '[]')
    FROM (SELECT c.player, onceward.player_differences(
                   c.player, array_agg(n.number ORDER BY n.number),
                   coalesce(min((outcomes[c.ordinality]->>'number')::integer) - 1, 2147483647),
                   bool_and(outcomes[c.ordinality]->>'kind' = 'granted')) AS why
            FROM unnest(claims) WITH ORDINALITY AS c CROSS JOIN LATERAL (
              SELECT c.number
              UNION ALL
              -- What the claim could not give at once is taken back with it.
              SELECT p.number FROM onceward.reward_claims b
                JOIN onceward.reward_claims p ON p.player = b.player AND p.announced = b.number
               WHERE b.player = c.player AND b.number = c.number AND b.became_pending
                 AND b.counterparty IS NULL) AS n(number)
           GROUP BY c.player) AS d
   WHERE cardinality(d.why) > 0);
