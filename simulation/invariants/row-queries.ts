/** The queries that read the rows of a seed: by name, from the views and tables of the ledger. */

const MS = (column: string) => `extract(epoch FROM ${column}) * 1000`;
/** By range, because an index serves a range with any collation. `$2` is the first name after the seed's. */
const OF_SEED = (column: string) => `${column} >= $1 AND ${column} < $2`;

export const QUERIES = {
  players: `SELECT id, number, version, ${MS('created_at')} AS created_ms
              FROM onceward.players WHERE ${OF_SEED('id')}`,
  claims: `SELECT c.*, ${MS('claimed_at')} AS claimed_ms
             FROM onceward.claims_by_name c WHERE ${OF_SEED('player_id')} ORDER BY player_id, number`,
  refusals: `SELECT r.*, ${MS('refused_at')} AS refused_ms
               FROM onceward.refusals_by_name r WHERE ${OF_SEED('player_id')}`,
  entries: `SELECT e.*, ${MS('anchored_at')} AS anchored_ms
              FROM onceward.entries_by_name e WHERE ${OF_SEED('player_id')}
             ORDER BY player_id, number, ordinal`,
  balances: `SELECT b.*, ${MS('anchored_at')} AS anchored_ms
               FROM onceward.balances_by_name b WHERE ${OF_SEED('player_id')}`,
  sourceKeys: `SELECT a.id AS player_id, n.name AS key_type, k.key, k.number
                 FROM onceward.source_keys k JOIN onceward.actors a ON a.no = k.player
                 JOIN onceward.names n ON n.kind = 1 AND n.no = k.resource
                WHERE a.kind = 1 AND ${OF_SEED('a.id')}`,
  audit: `SELECT * FROM onceward.audit_by_name
           WHERE actor_kind = 'staff' AND (${OF_SEED('actor_id')} OR player_id IS NOT NULL AND
                 actor_id = 'maker-of-' || substr(rtrim($1, '-'), 2)) ORDER BY id`,
  serverAudit: `SELECT * FROM onceward.audit_by_name
                 WHERE actor_kind = 'server' AND ${OF_SEED('actor_id')} ORDER BY id`,
  limitCounters: `SELECT kind, subject_id, "limit", period, used FROM onceward.limits_by_name
                   WHERE kind = 'game' OR ${OF_SEED('subject_id')}
                  UNION ALL
                  SELECT 'game', '0', 'code:' || b.id, k.period, k.used
                    FROM onceward.limit_counters k
                    JOIN onceward.code_batches b ON k.subject = onceward.code_subject(b.no, 1)
                    JOIN onceward.actors a ON a.no = b.actor
                   WHERE k.kind = 4 AND a.id = 'maker-of-' || substr(rtrim($1, '-'), 2)`,
  pendingRewards: `SELECT *, ${MS('expires_at')} AS expires_ms
                     FROM onceward.pending_by_name WHERE ${OF_SEED('player_id')}`,
  settlements: `SELECT s.kind, c.idempotency_key, s.settled, s.waiting FROM onceward.held_settlements s
                  JOIN onceward.actors a ON a.no = s.actor
                  JOIN onceward.reward_claims c ON (c.player, c.number) = (s.actor, s.number)
                 WHERE $1 < $2 AND a.id = 'maker-of-' || substr(rtrim($1, '-'), 2)`,
  emissions: `SELECT substr(n.name, 9) AS breaker, ${MS('k.hour')} AS hour_ms, sum(k.used) AS used,
                     CASE b.per WHEN 1 THEN '' WHEN 2 THEN a.id ELSE k.subject::text END AS subject
                FROM onceward.breaker_counters k
                JOIN onceward.names n ON n.kind = 4 AND n.no = k."limit"
                JOIN LATERAL (SELECT o.per FROM onceward.breakers o WHERE o."limit" = k."limit"
                               ORDER BY o.config_version DESC LIMIT 1) AS b ON true
                LEFT JOIN onceward.actors a ON a.no = k.subject
               WHERE $1 < $2 AND split_part(n.name, '_s', 2) = lower(substr(rtrim($1, '-'), 2))
               GROUP BY 1, 2, 4`,
  reversed: `SELECT a.id AS player_id, r.number, r.units, r.reversed, r.reversed_by, r.reopened
               FROM onceward.reversed_claims r JOIN onceward.actors a ON a.no = r.player
              WHERE ${OF_SEED('a.id')}`,
  outbox: `SELECT a.id AS player_id, o.number, o.transaction || '-' || o.no AS at, o.xmin AS written_by
             FROM onceward.outbox o JOIN onceward.actors a ON a.no = o.player
            WHERE ${OF_SEED('a.id')}`,
  calls: `SELECT a.id AS actor_id, b.idempotency_key FROM onceward.bulk_calls b
            JOIN onceward.actors a ON a.no = b.actor WHERE ${OF_SEED('a.id')}`,
  configs: `SELECT version, sha256, ${MS('effective_from')} AS effective_ms,
                   effective_from > published_at AS scheduled, ${MS('published_at')} AS published_ms,
                   (SELECT a.id FROM onceward.actors a WHERE a.no = publisher) AS published_by
              FROM onceward.balance_configs
             WHERE $1 < $2 AND effective_from < 'infinity' ORDER BY effective_from, version`,
} as const;
