-- The highest and the lowest balances of each resource. No index has amounts, because each claim
-- would maintain it. A walk visits all balances, some players at a time, and keeps the 100 highest
-- and lowest; when it has seen all, its ranks replace those of the round before. An amount is that
-- of the moment at which the walk came by.

-- Adds the balances of these players to the round, and removes what is no longer among the first.
CREATE OR REPLACE FUNCTION onceward.rank_players(of_round integer, low bigint, high bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO onceward.economy_ranks (player, amount, round, resource, indebted)
  SELECT p.player, p.amount, of_round, p.resource, p.indebted
    FROM (SELECT b.player, b.amount, b.resource, b.amount < 0 AS indebted,
                 row_number() OVER (PARTITION BY b.resource, b.amount < 0
                                    ORDER BY abs(b.amount) DESC, b.player) AS place
            FROM onceward.balances b
           WHERE b.player > low AND b.player <= high AND b.amount <> 0) AS p
   WHERE p.place <= 100;
  DELETE FROM onceward.economy_ranks r
   USING (SELECT x.resource, x.indebted, x.player,
                 row_number() OVER (PARTITION BY x.resource, x.indebted
                                    ORDER BY abs(x.amount) DESC, x.player) AS place
            FROM onceward.economy_ranks x WHERE x.round = of_round) AS p
   WHERE p.place > 100 AND r.round = of_round
     AND (r.resource, r.indebted, r.player) = (p.resource, p.indebted, p.player);
END $$;

-- Visits at most `at_most` players and returns how many; 0 where a round has ended, or where no
-- claim was rolled up since the last one began. A second caller returns 0 meanwhile. The app role
-- may call this function.
CREATE OR REPLACE FUNCTION onceward.rank_balances(at_most integer DEFAULT 5000)
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  many    CONSTANT integer := least(greatest(at_most, 1), 20000);
  moment  CONSTANT timestamptz := clock_timestamp();
  newest  CONSTANT bigint := (SELECT r.event FROM onceward.economy_roll_up r);
  walk    onceward.economy_walk;
  visits  integer;
  high    bigint;
BEGIN
  SELECT * INTO walk FROM onceward.economy_walk FOR UPDATE SKIP LOCKED;
  IF NOT FOUND OR walk.began_at IS NULL AND walk.event = newest THEN RETURN 0; END IF;
  IF walk.began_at IS NULL THEN
    walk.began_at := moment;
    walk.event := newest;
  END IF;
  SELECT count(*), max(a.no) INTO visits, high
    FROM (SELECT x.no FROM onceward.actors x WHERE x.no > walk.visited
           ORDER BY x.no LIMIT many) AS a;
  IF visits > 0 THEN
    PERFORM onceward.rank_players(walk.round, walk.visited, high);
    walk.visited := high;
  ELSE
    DELETE FROM onceward.economy_ranks r WHERE r.round <> walk.round;
    walk.ranked_from := walk.began_at;
    walk.ranked_until := moment;
    walk.began_at := NULL;
    walk.visited := 0;
    walk.round := walk.round + 1;
  END IF;
  UPDATE onceward.economy_walk
     SET visited = walk.visited, event = walk.event, began_at = walk.began_at,
         ranked_from = walk.ranked_from, ranked_until = walk.ranked_until, round = walk.round;
  RETURN visits;
END $$;
