/**
 * What tests of the Worker read of a player, as functions in their databases. A statement would be planned in each request, which
 * takes ten times as long as running it; the plan of a function is kept by the session, as on Neon.
 */
import { VIOLATED } from './invariants.ts';

/** Every row of the player. xmin is the transaction that wrote a row: it changes even where the values do not. */
const ROWS = `
  SELECT to_jsonb(r) FROM (
    SELECT
      to_jsonb(a) || jsonb_build_object('xmin', a.xmin::text) AS player,
      (SELECT jsonb_agg(jsonb_build_array(b.xmin::text, b) ORDER BY b.resource)
         FROM onceward.balances b WHERE b.player = a.no) AS balances,
      (SELECT jsonb_agg(jsonb_build_array(c.xmin::text, c.player, c.number) ORDER BY c.player, c.number)
         FROM onceward.reward_claims c WHERE c.player = a.no OR c.counterparty = a.no) AS claims,
      (SELECT jsonb_agg(jsonb_build_array(r.xmin::text, r.idempotency_key) ORDER BY r.idempotency_key)
         FROM onceward.refusals r WHERE r.player = a.no) AS refusals,
      (SELECT count(*)::int FROM onceward.ledger_entries e WHERE e.player = a.no) AS entries,
      (SELECT jsonb_agg(jsonb_build_array(l.xmin::text, l) ORDER BY l."limit", l.period)
         FROM onceward.limit_counters l WHERE l.kind = 1 AND l.subject = a.no) AS limits,
      (SELECT jsonb_agg(jsonb_build_array(w.xmin::text, w.number) ORDER BY w.number)
         FROM onceward.pending_rewards w WHERE w.player = a.no) AS pending,
      (SELECT jsonb_agg(jsonb_build_array(r.xmin::text, r.number) ORDER BY r.number)
         FROM onceward.reversed_claims r WHERE r.player = a.no) AS reversed,
      (SELECT count(*)::int FROM onceward.audit_events g WHERE g.player = a.no AND g.outcome <> 'forbidden') AS audited,
      (SELECT jsonb_agg(jsonb_build_array(l.xmin::text, l) ORDER BY l.subject, l."limit", l.period)
         FROM onceward.limit_counters l
        WHERE l.kind = 2 AND l.subject IN (
          SELECT actor FROM onceward.audit_events g WHERE g.player = a.no AND g.outcome <> 'forbidden')) AS budgets
      FROM (SELECT 1) AS one LEFT JOIN onceward.actors a ON a.id = $1 AND a.kind = 1) AS r`;

const STATE = `
  SELECT jsonb_build_object(
    'version', (SELECT version FROM onceward.players WHERE id = $1),
    'balances', (SELECT coalesce(jsonb_object_agg(resource, amount), '{}')
                   FROM onceward.balances_by_name WHERE player_id = $1),
    'entries', (SELECT count(*) FROM onceward.entries_by_name WHERE player_id = $1),
    'granted', (SELECT count(*) FROM onceward.claims_by_name WHERE player_id = $1),
    'rejected', (SELECT count(*) FROM onceward.refusals_by_name WHERE player_id = $1),
    'limits', (SELECT coalesce(jsonb_object_agg("limit" || ' ' || period, used), '{}')
                 FROM onceward.limits_by_name WHERE kind = 'player' AND subject_id = $1),
    'pending', (SELECT count(*) FROM onceward.pending_by_name WHERE player_id = $1))`;

const probe = (signature: string, query: string) => `
  CREATE FUNCTION probes.${signature} LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
  AS $probe$ BEGIN RETURN (${query}); END $probe$`;

/** Creates the functions. */
export const PROBES = [
  'CREATE SCHEMA probes',
  probe('rows_of(text) RETURNS jsonb', ROWS),
  probe('state_of(text) RETURNS jsonb', STATE),
  probe('faults_of(text[]) RETURNS text[]', `SELECT ARRAY(${VIOLATED})`),
].join(';');
