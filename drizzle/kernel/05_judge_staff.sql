-- The limits of what staff and servers give and take, as 05_judge.sql judges them.

-- What rejects an operation of staff that exceeds a bound of one operation or of the day. `limits`:
-- the names of both. `resource`: null where the bounds are in value.
CREATE OR REPLACE FUNCTION onceward.beyond_staff_limit(
  limits text[], resource text, amount bigint, per_call bigint, per_day bigint, used bigint,
  renews_at text)
RETURNS json LANGUAGE sql STABLE
RETURN CASE
  WHEN amount > per_call THEN onceward.limit_exceeded(
    limits[1], resource, per_call, per_call, least(amount, 9007199254740991), NULL)
  WHEN amount > 0 AND used + amount > per_day THEN onceward.limit_exceeded(
    limits[2], resource, per_day, greatest(per_day - used, 0),
    least(amount, 9007199254740991), renews_at) END;

-- The limits of resources that have one of their own, one after the other.
CREATE OR REPLACE FUNCTION onceward.judge_amounts(
  limits text[], amounts onceward.staff_amount[], renews_at text, INOUT rejection json,
  INOUT uses onceward.counter[])
LANGUAGE plpgsql STABLE AS $$
DECLARE
  one     onceward.staff_amount;
  counter onceward.counter;
BEGIN
  FOREACH one IN ARRAY coalesce(amounts, '{}') LOOP
    counter := one.counter;
    rejection := coalesce(rejection, onceward.beyond_staff_limit(
      limits, one.resource, one.amount, one.per_call, one.per_day, counter.used, renews_at));
    counter.used := one.amount;
    uses := uses || counter;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge_staff(
  op onceward.operation, staff onceward.staff_state, OUT rejection json,
  OUT uses onceward.counter[])
LANGUAGE plpgsql STABLE AS $$
DECLARE
  of_awards CONSTANT text[] := CASE op.actor_kind
    WHEN 'server' THEN '{server_reward,server_daily_budget}'
    ELSE '{staff_reward,staff_daily_budget}' END;
  of_takes  CONSTANT text[] := '{staff_take,staff_take_per_day}';
  renews_at CONSTANT text := (op.staff).renews_at;
  counter onceward.counter := staff.budget;
  step    record;
BEGIN
  rejection := onceward.beyond_staff_limit(of_awards, NULL, staff.given, staff.reward_limit,
                                           staff.daily_budget, counter.used, renews_at);
  counter.used := staff.given;
  uses := ARRAY[counter];
  step := onceward.judge_amounts(of_awards, staff.gifts, renews_at, rejection, uses);
  step := onceward.judge_amounts(of_takes, staff.takes, renews_at, step.rejection, step.uses);
  rejection := step.rejection;
  uses := step.uses;
  -- Taking, correcting, freezing and merging are no awards. Neither is taking back: a mistake can
  -- be undone after the day's last award.
  IF rejection IS NOT NULL OR op.source IN ('reversal', 'merge') OR op.freezes IS NOT NULL
     OR op.permission IN ('reward:take', 'combat:correct') THEN RETURN; END IF;
  counter := staff.awards;
  IF counter.used >= staff.awards_per_day THEN
    rejection := onceward.limit_exceeded(
      'staff_daily_awards', NULL, staff.awards_per_day, 0, 1, renews_at);
    RETURN;
  END IF;
  counter.used := 1;
  uses := uses || counter;
END $$;
