-- Answers without a judgement. And operations of which not every player is locked: of a batch,
-- those whose player another transaction holds; and transfers that are refused whatever the other
-- player has. Givers who have nothing to give must not queue on the row of the player whom they
-- name.

-- Whether a player of the operation is not locked. A key that has its outcome needs no lock.
CREATE OR REPLACE FUNCTION onceward.is_busy(subject onceward.subject, locked bigint[])
RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN locked IS NOT NULL
   AND NOT (subject).known AND (subject).forbidden IS NULL AND (subject).player IS NOT NULL
   AND NOT (ARRAY[(subject).player] || coalesce((subject).other, (subject).player)) <@ locked;

-- Answers an operation that is not to be judged, and records the attempt of a staff member who may
-- not make it.
CREATE OR REPLACE FUNCTION onceward.answer_early(
  op onceward.operation, subject onceward.subject, state onceward.state, context onceward.context,
  OUT answer json, OUT config_version integer)
LANGUAGE plpgsql AS $$
DECLARE
  step record := onceward.early_answer(op, subject, state, context);
BEGIN
  answer := step.answer;
  config_version := step.config_version;
  IF op.actor_kind = 'staff' AND answer->>'kind' = 'forbidden' THEN
    PERFORM onceward.write_forbidden(op, subject, answer->>'why', context);
  END IF;
END $$;

-- Judges the own side of a transfer: without the other player, who must exist. `verdict` is null
-- where it is not to be judged.
CREATE OR REPLACE FUNCTION onceward.judge_alone(
  op onceward.operation, subject onceward.subject, context onceward.context,
  OUT state onceward.state, OUT verdict onceward.verdict)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF (SELECT a.created_at FROM onceward.actors a WHERE a.no = subject.other) IS NULL THEN
    RETURN;
  END IF;
  op.counterparty := NULL;
  op.on_full := NULL;
  op.counterparty_postings := '{}';
  op.limits := ARRAY(SELECT u FROM unnest(op.limits) AS u WHERE u.kind <> 'recipient');
  subject.other := NULL;
  state := onceward.state_of(op, subject, context.at);
  IF onceward.is_to_judge(op, subject, state, context) THEN
    verdict := onceward.judge(op, subject, state, NULL,
      CASE WHEN true = ANY ((state.me).regenerates)
           THEN onceward.read_rules(state, context.version) END, context);
  END IF;
END $$;

-- Whether the other player need not be locked. Only the lock on the own player makes it certain.
CREATE OR REPLACE FUNCTION onceward.needs_no_other(
  op onceward.operation, subject onceward.subject)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  step record;
BEGIN
  IF subject.other IS NULL OR op.source <> 'postings' OR op.mode <> 'commit' THEN
    RETURN false;
  END IF;
  step := onceward.judge_alone(op, subject, onceward.read_context());
  RETURN (step.verdict).rejection IS NOT NULL;
END $$;

-- An operation of which not every player is locked: it is refused if its own side alone refuses it,
-- and busy if it is not and another transaction holds the other player.
CREATE OR REPLACE FUNCTION onceward.commit_alone(
  op onceward.operation, subject onceward.subject, locked bigint[], context onceward.context,
  OUT answer json, OUT config_version integer)
LANGUAGE plpgsql AS $$
DECLARE
  step  record;
  other record;
BEGIN
  answer := '{"kind": "busy"}';
  IF op.source <> 'postings' OR op.mode <> 'commit' OR NOT subject.player = ANY (locked) THEN
    RETURN;
  END IF;
  step := onceward.judge_alone(op, subject, context);
  IF (step.verdict).rejection IS NOT NULL THEN
    answer := onceward.refuse(op, subject, step.state, step.verdict, context);
  ELSIF (step.state).known THEN
    other := onceward.early_answer(op, subject, step.state, context);
    answer := other.answer;
    config_version := other.config_version;
  ELSE
    -- The giver received something meanwhile. Not waiting, it cannot be part of a circle.
    PERFORM FROM onceward.actors a WHERE a.no = subject.other FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
      other := onceward.commit_operation(op, subject, context, waits => false);
      answer := other.answer;
      config_version := other.config_version;
    END IF;
  END IF;
END $$;
