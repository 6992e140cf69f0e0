-- Frozen players: staff stop what a player gains and spends while they look into something. Judged
-- behind the player's lock, after all else of the player: what would be refused anyway is refused
-- for its own reason.
--
-- What only gives is granted and held (76_hold.sql); staff settle it (78_release.sql). What costs
-- something, concerns another player or pays a pending reward is refused. What moves neither goes
-- on: counters and health, with which nothing is bought, and settings. Nothing holds back what
-- staff take or release, what is reversed, and what is announced.

CREATE OR REPLACE FUNCTION onceward.passes_freeze(op onceward.operation) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN (op).source IN ('reversal', 'announcement')
    OR (op).actor_kind = 'staff' AND (op).permission IN ('reward:take', 'breaker:release')
    OR (op).permission = 'import';

-- What becomes of an operation whose player is frozen. `verdict`: what was judged without that.
CREATE OR REPLACE FUNCTION onceward.judge_frozen(
  op onceward.operation, subject onceward.subject, state onceward.state,
  rules onceward.regeneration_rules[], context onceward.context, verdict onceward.verdict)
RETURNS onceward.verdict LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF verdict.rejection IS NOT NULL OR onceward.passes_freeze(op) THEN RETURN verdict; END IF;
  IF subject.other IS NULL AND op.source = 'postings' AND NOT EXISTS (
    SELECT FROM unnest(op.resources) AS r(name)
     WHERE r.name IN (
             SELECT p.resource FROM unnest(op.postings || op.advances) AS p
             UNION ALL
             SELECT p.resource FROM unnest(op.choices) AS c, unnest(c.one_of) AS a,
                    unnest(a.postings) AS p)
       AND r.name IS DISTINCT FROM onceward.corrected(op)
       AND NOT r.name = ANY (onceward.counters_among(op.resources, context.version)))
  THEN RETURN verdict; END IF;
  RETURN onceward.hold_back(op, subject, state, rules, context, verdict, 6, NULL,
                            json_build_object('kind', 'player_frozen'));
END $$;
