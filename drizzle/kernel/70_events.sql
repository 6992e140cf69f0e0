-- What others read of the outbox. Events come in an order in which each player's numbers rise, and
-- the other player's of a transfer too: of a transaction that is still running, none is shown.

-- What a claim moved for one of its players, in order.
CREATE OR REPLACE FUNCTION onceward.event_changes(of_player bigint, of_number integer)
RETURNS json LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT coalesce(json_agg(json_build_array(n.name, e.cause, e.before, e.delta)
                                 ORDER BY e.ordinal), '[]')
          FROM onceward.ledger_entries e JOIN onceward.names n ON (n.kind, n.no) = (1, e.resource)
         WHERE e.player = of_player AND e.number = of_number);

-- An event, with names for numbers. It has no text that a person wrote.
CREATE OR REPLACE FUNCTION onceward.event_json(
  event_transaction xid8, event_no bigint, claim onceward.reward_claims)
RETURNS json LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'at', json_build_array(event_transaction, event_no::text),
           'request', (claim).correlation_id,
           'player', p.id, 'handle', encode(p.handle, 'hex'), 'number', (claim).number,
           'counterparty', q.id, 'counterpartyNumber', (claim).counterparty_number,
           'operation', o.name, 'claimType', t.name, 'claimKey', (claim).claim_key,
           'actorKind', a.kind, 'actorId', a.id,
           'claimedAt', (extract(epoch FROM (claim).claimed_at) * 1000)::bigint,
           'configVersion', (claim).config_version,
           'correlationId', CASE WHEN a.kind = 1 THEN (claim).correlation_id::text
             ELSE coalesce((claim).client_correlation_id, (claim).correlation_id::text) END,
           'becamePending', coalesce((claim).became_pending, false),
           'changes', onceward.event_changes((claim).player, (claim).number),
           'counterpartyChanges', CASE WHEN q.no IS NOT NULL THEN
             onceward.event_changes((claim).counterparty, (claim).counterparty_number) END)
    FROM onceward.actors p
    JOIN onceward.actors a ON a.no = (claim).actor
    JOIN onceward.names o ON (o.kind, o.no) = (3, (claim).operation)
    JOIN onceward.names t ON (t.kind, t.no) = (2, (claim).claim_type)
    LEFT JOIN onceward.actors q ON q.no = (claim).counterparty
   WHERE p.no = (claim).player);

-- Where the removed events end, after a page was read. A page that waited for a removal lacks what
-- was removed, although its own snapshot does not know of it.
CREATE OR REPLACE FUNCTION onceward.removed_by_now(
  page bigint, OUT transaction xid8, OUT event bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT s.removed_transaction, s.removed_event INTO transaction, event
    FROM onceward.outbox_state s;
END $$;

-- At most `at_most` events after this one; null: after the last one that was removed. `next`: where
-- the following page begins. `removed`: events after this one are no longer kept. `ahead`: this
-- database never had it, because it was restored to an earlier moment. Either names the `oldest`
-- place, from which everything that is kept can be read.
CREATE OR REPLACE FUNCTION onceward.read_events(
  after_transaction xid8, after_event bigint, at_most integer)
RETURNS json LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
BEGIN ATOMIC
  WITH place AS (
    SELECT coalesce(after_transaction, s.removed_transaction) AS transaction,
           coalesce(after_event, s.removed_event) AS event
      FROM onceward.outbox_state s),
  page AS MATERIALIZED (
    SELECT e.transaction, e.no, e.player, e.number
      FROM place AS p CROSS JOIN LATERAL onceward.events_after(
             p.transaction, p.event, pg_snapshot_xmin(pg_current_snapshot()), at_most) AS e),
  removed AS MATERIALIZED (
    SELECT r.* FROM (SELECT count(*) AS events FROM page) AS g
     CROSS JOIN LATERAL onceward.removed_by_now(g.events) AS r)
  SELECT CASE
    WHEN after_transaction IS NOT NULL AND (p.transaction, p.event) < (r.transaction, r.event)
    THEN json_build_object('kind', 'removed',
                           'oldest', json_build_array(r.transaction, r.event::text))
    WHEN p.transaction >= pg_snapshot_xmax(pg_current_snapshot())
    THEN json_build_object('kind', 'ahead',
                           'oldest', json_build_array(r.transaction, r.event::text))
    ELSE json_build_object(
      'kind', 'page', 'isAtEnd', (SELECT count(*) < at_most FROM page),
      'next', coalesce((SELECT json_build_array(g.transaction, g.no::text) FROM page AS g
                         ORDER BY g.transaction DESC, g.no DESC LIMIT 1),
                       json_build_array(coalesce(after_transaction, r.transaction),
                                        coalesce(after_event, r.event)::text)),
      'events', coalesce((SELECT json_agg(onceward.event_json(g.transaction, g.no, c)
                                          ORDER BY g.transaction, g.no)
                            FROM page AS g
                            JOIN onceward.actors a ON a.no = g.player AND a.kind = 1
                            JOIN onceward.reward_claims c
                              ON (c.player, c.number) = (g.player, g.number)), '[]'))
    END
    FROM place AS p CROSS JOIN removed AS r;
END;

-- Moves a sink of the Worker from one place to another; from null: it begins. False: another run
-- has moved it meanwhile, or begun.
CREATE OR REPLACE FUNCTION onceward.advance_event_reader(
  reader text, from_transaction xid8, from_event bigint, to_transaction xid8, to_event bigint)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
  IF reader IS NULL OR reader NOT IN ('files', 'counts') OR to_event IS NULL
     OR to_transaction >= pg_snapshot_xmax(pg_current_snapshot()) IS NOT FALSE THEN
    RAISE EXCEPTION 'not a reader, or not a place in the outbox'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF from_transaction IS NULL THEN
    INSERT INTO onceward.event_readers (name, transaction, event, advanced_at)
    VALUES (reader, to_transaction, to_event, statement_timestamp()) ON CONFLICT DO NOTHING;
  ELSE
    UPDATE onceward.event_readers r
       SET transaction = to_transaction, event = to_event, advanced_at = statement_timestamp()
     WHERE r.name = reader AND (r.transaction, r.event) = (from_transaction, from_event);
  END IF;
  RETURN FOUND;
END $$;
