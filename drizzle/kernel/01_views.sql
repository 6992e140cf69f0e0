-- The tables with names instead of numbers, for reads, for people and for tests. The kernel uses
-- the tables. A handle is the 20 hex digits of the actor's 10 bytes. `correlation_id` files a row:
-- ours; of servers and staff their own where they sent one. `client_correlation_id` is what a
-- player sent. `player_id` is the actor's ID where a claim or a refusal belongs to its actor.

CREATE OR REPLACE VIEW onceward.players AS
  SELECT a.id, a.number, a.version, a.created_at, a.updated_at,
         encode(a.handle, 'hex') AS handle
    FROM onceward.actors a
   WHERE a.kind = 1 AND a.created_at IS NOT NULL;

CREATE OR REPLACE VIEW onceward.staff_by_name AS
  SELECT a.id, s.role, s.reward_limit, s.daily_budget, s.disabled_at, s.created_at
    FROM onceward.staff s JOIN onceward.actors a ON a.no = s.actor;

CREATE OR REPLACE VIEW onceward.claims_by_name AS
  SELECT p.id AS player_id, c.number, c.version, encode(p.handle, 'hex') AS handle,
         o.name AS operation, t.name AS claim_type, c.claim_key, c.idempotency_key,
         (ARRAY['player', 'server', 'staff', 'operator'])[a.kind] AS actor_kind,
         a.id AS actor_id, c.reason, c.config_version, c.amounts_version,
         CASE WHEN a.kind = 1 THEN c.correlation_id::text
              ELSE coalesce(c.client_correlation_id, c.correlation_id::text) END
           AS correlation_id,
         q.id AS counterparty_id, c.counterparty_number, c.counterparty_version,
         c.units, c.generation, c.input, c.draws, c.shown, c.limits_used, c.facts_read, c.paid_with,
         c.occurred_at, c.claimed_at, c.fingerprint,
         CASE WHEN a.kind = 1 THEN split_part(c.client_correlation_id, '/', 2) END
           AS client_correlation_id, c.announced, c.became_pending
    FROM onceward.reward_claims c
    JOIN onceward.actors p ON p.no = c.player
    JOIN onceward.actors a ON a.no = c.actor
    JOIN onceward.names o ON (o.kind, o.no) = (3, c.operation)
    JOIN onceward.names t ON (t.kind, t.no) = (2, c.claim_type)
    LEFT JOIN onceward.actors q ON q.no = c.counterparty;

CREATE OR REPLACE VIEW onceward.refusals_by_name AS
  SELECT p.id AS player_id, r.version, o.name AS operation, r.claim_type, r.claim_key,
         r.idempotency_key,
         (ARRAY['player', 'server', 'staff', 'operator'])[a.kind] AS actor_kind,
         a.id AS actor_id, r.reason, r.config_version,
         CASE WHEN a.kind = 1 THEN r.correlation_id::text
              ELSE coalesce(r.client_correlation_id, r.correlation_id::text) END
           AS correlation_id,
         r.input, r.rejection, r.refused_at, r.expires_on, r.fingerprint,
         CASE WHEN a.kind = 1 THEN split_part(r.client_correlation_id, '/', 2) END
           AS client_correlation_id
    FROM onceward.refusals r
    JOIN onceward.actors p ON p.no = r.player
    JOIN onceward.actors a ON a.no = r.actor
    JOIN onceward.names o ON (o.kind, o.no) = (3, r.operation);

CREATE OR REPLACE VIEW onceward.bulk_calls_by_name AS
  SELECT (ARRAY['player', 'server', 'staff', 'operator'])[a.kind] AS actor_kind,
         a.id AS actor_id, o.name AS operation, b.idempotency_key, b.input, b.items,
         b.config_version, b.recorded_at, b.fingerprint,
         CASE WHEN a.kind = 1 THEN b.correlation_id::text
              ELSE coalesce(b.client_correlation_id, b.correlation_id::text) END
           AS correlation_id
    FROM onceward.bulk_calls b
    JOIN onceward.actors a ON a.no = b.actor
    JOIN onceward.names o ON (o.kind, o.no) = (3, b.operation);

-- `number` is the player's number of the claim: in a transfer each player has their own.
CREATE OR REPLACE VIEW onceward.entries_by_name AS
  SELECT p.id AS player_id, e.number, e.ordinal, n.name AS resource, e.sequence, e.before,
         e.delta, e.after, coalesce(e.requested, e.delta) AS requested,
         (ARRAY['operation', 'milestone', 'regeneration', 'opening', 'reset',
                'conversion'])[e.cause] AS cause,
         e.anchored_at, coalesce(own.claimed_at, received.claimed_at) AS claimed_at,
         t.name AS claim_type
    FROM onceward.ledger_entries e
    JOIN onceward.actors p ON p.no = e.player
    JOIN onceward.names n ON (n.kind, n.no) = (1, e.resource)
    LEFT JOIN onceward.reward_claims own ON (own.player, own.number) = (e.player, e.number)
    LEFT JOIN onceward.reward_claims received
           ON (received.counterparty, received.counterparty_number) = (e.player, e.number)
    LEFT JOIN onceward.names t
           ON (t.kind, t.no) = (2, coalesce(own.claim_type, received.claim_type));

CREATE OR REPLACE VIEW onceward.balances_by_name AS
  SELECT p.id AS player_id, n.name AS resource, b.amount, b.sequence, b.anchored_at
    FROM onceward.balances b
    JOIN onceward.actors p ON p.no = b.player
    JOIN onceward.names n ON (n.kind, n.no) = (1, b.resource);

-- `subject_id` is a player's or a staff member's ID, or the number of a stripe of the game or of a
-- code.
CREATE OR REPLACE VIEW onceward.limits_by_name AS
  SELECT (ARRAY['player', 'staff', 'game', 'code'])[l.kind] AS kind,
         coalesce(a.id, l.subject::text) AS subject_id, n.name AS "limit", l.period, l.used
    FROM onceward.limit_counters l
    JOIN onceward.names n ON (n.kind, n.no) = (4, l."limit")
    LEFT JOIN onceward.actors a ON a.no = l.subject AND l.kind < 3;

CREATE OR REPLACE VIEW onceward.pending_by_name AS
  SELECT p.id AS player_id, w.number, encode(p.handle, 'hex') AS handle,
         t.name AS claim_type, w.claim_key, w.config_version, w.plan, w.announced_at,
         w.expires_at, w.read_at, w.message,
         (ARRAY['server', 'staff', 'campaign', 'transfer', 'breaker', 'frozen'])[w.origin]
           AS origin, w.is_held
    FROM onceward.pending_rewards w
    JOIN onceward.actors p ON p.no = w.player
    JOIN onceward.names t ON (t.kind, t.no) = (2, w.claim_type);

CREATE OR REPLACE VIEW onceward.audit_by_name AS
  SELECT e.id, e.recorded_at,
         (ARRAY['player', 'server', 'staff', 'operator'])[a.kind] AS actor_kind,
         a.id AS actor_id, e.action, e.outcome, p.id AS player_id, e.number,
         CASE WHEN e.number IS NOT NULL THEN encode(coalesce(p.handle, a.handle), 'hex') END
           AS handle, e.amount, e.reason,
         coalesce(e.client_correlation_id, e.correlation_id::text) AS correlation_id,
         e.detail
    FROM onceward.audit_events e
    JOIN onceward.actors a ON a.no = e.actor
    LEFT JOIN onceward.actors p ON p.no = e.player;
