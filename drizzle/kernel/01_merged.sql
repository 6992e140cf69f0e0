-- The links between a guest and the account that it was merged into (88_merge.sql).

-- The player, and the guests whose claims count for them.
CREATE OR REPLACE FUNCTION onceward.with_its_guests(of_player bigint) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT a.no || coalesce(a.merged_from, '{}') FROM onceward.actors a
         WHERE a.no = of_player);

-- The account that holds what this player had: the last of those that they were merged into.
CREATE OR REPLACE FUNCTION onceward.accounts_of(of_player bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH RECURSIVE next AS (
    SELECT a.merged_into AS no FROM onceward.actors a
     WHERE a.no = of_player AND a.merged_into IS NOT NULL
    UNION ALL
    SELECT a.merged_into FROM next JOIN onceward.actors a ON a.no = next.no
     WHERE a.merged_into IS NOT NULL)
  SELECT next.no FROM next;
END;

CREATE OR REPLACE FUNCTION onceward.account_of(player_id text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT a.id FROM onceward.actors g
    CROSS JOIN LATERAL onceward.accounts_of(g.no) AS o(no)
    JOIN onceward.actors a ON a.no = o.no
   WHERE g.id = player_id AND g.kind = 1 AND a.merged_into IS NULL);
