-- What an operation would do now, without doing it: the same reads and the same judgement as a
-- commit, with no key, no lock and no write. Another operation may come in between: a preview
-- promises nothing.

CREATE OR REPLACE FUNCTION onceward.preview_json(
  op onceward.operation, subject onceward.subject, state onceward.state,
  verdict onceward.verdict)
RETURNS json LANGUAGE sql STABLE
RETURN CASE WHEN (verdict).rejection IS NOT NULL
  THEN onceward.rejected_json(
    false, onceward.with_reversal((verdict).rejection, (subject).player), (subject).player,
    json_build_object('kind', (op).actor_kind, 'id', (op).actor_id), (op).correlation_id,
    (op).client_correlation_id)
  ELSE json_build_object(
    'kind', 'preview', 'playerVersion', (state).version, 'pending', (op).source = 'pending',
    'changes', array_to_json((verdict).moves), 'paidWith', (verdict).paid_with,
    'becamePending', (verdict).became_pending,
    'shown', (onceward.shown_of((op).shown, (state).me, (verdict).me)).by_name,
    'balances', (SELECT coalesce(json_object_agg(b.name, b.amount), '{}')
                   FROM unnest(((verdict).me).resources, ((verdict).me).amounts)
                        AS b(name, amount)))
  END;

CREATE OR REPLACE FUNCTION onceward.preview_operation(
  contract integer, operation jsonb, held text[])
RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  op         onceward.operation := onceward.read_operation(operation);
  subject    onceward.subject;
  state      onceward.state;
  context    onceward.context;
  resolution onceward.resolution;
  rules      onceward.regeneration_rules[];
  step       record;
  answer     json;
BEGIN
  PERFORM onceward.check_call(contract, 1);
  subject := onceward.subject_of(1, op);
  context := onceward.read_context();
  -- There is no key to look up: a preview decides as if its key were new.
  subject.known := false;
  IF op.source IN ('pending', 'reversal', 'code') AND op.mode <> 'lookup' THEN
    step := onceward.resolve(op, subject);
    op := step.op;
    resolution := step.resolution;
  END IF;
  state := onceward.state_of(op, subject, context.at);
  IF state.pending AND op.source = 'postings' AND op.mode = 'commit' THEN
    op.source := 'pending';
    step := onceward.resolve(op, subject);
    op := step.op;
    resolution := step.resolution;
    state := onceward.state_of(op, subject, context.at);
  END IF;
  state.known := false;
  IF op.source = 'merge' THEN
    step := onceward.resolve_merge(op, subject, state.at);
    op := step.op;
    resolution := step.resolution;
    state := onceward.state_of(op, subject, context.at);
    state.known := false;
  END IF;
  -- The dice of an announced reward are rolled. A player who saw them could choose their moment.
  IF op.source = 'pending' THEN op.choices := '{}'; END IF;
  IF onceward.is_to_judge(op, subject, state, context) THEN
    rules := onceward.read_rules(state, (context).version);
    IF op.source = 'reversal' AND op.actor_kind = 'staff' THEN
      state.staff := onceward.counted_award(op, state, rules, context);
    END IF;
    answer := onceward.preview_json(op, subject, state, onceward.judge(
      op, subject, state, resolution, rules, context));
  ELSE
    SELECT e.answer INTO answer FROM onceward.early_answer(op, subject, state, context) AS e;
  END IF;
  RETURN json_build_object('preview', answer,
    'current', CASE WHEN context.version IS NOT NULL THEN
      json_build_object('version', context.version, 'sha256', context.sha256) END,
    'configs', CASE answer->>'kind' WHEN 'stale_config'
      THEN onceward.configs_json(ARRAY[context.version], held) ELSE '[]'::json END);
END $$;
