-- What a balance comes to without anybody giving: what it begins with, and what time brings back. Pure: these functions
-- read their arguments alone. src/domain/accrual.ts reckons the same for those who only look.
--
--   limit     a number, or {base, perUnit, resource}: base + perUnit × the balance of that resource
--   accrual   {initial: limit | null, regenerates: {everySeconds, amount, upTo: limit} | null}

CREATE OR REPLACE FUNCTION onceward.limit_amount(limit_ jsonb, balances jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(limit_)
    WHEN 'number' THEN limit_::bigint
    WHEN 'object' THEN least(9007199254740991, (limit_->>'base')::numeric
                         + (limit_->>'perUnit')::numeric * coalesce((balances->>(limit_->>'resource'))::numeric, 0))::bigint
  END
$$;

-- `held` is null where the balance has never moved. `since` is the moment from which the next unit is counted: what is
-- left of an interval is kept, and while a balance is full no time is saved up.
CREATE OR REPLACE FUNCTION onceward.accrued(accrual jsonb, held bigint, counted_from timestamptz, balances jsonb, moment timestamptz,
                                            OUT opening bigint, OUT regenerated bigint, OUT since timestamptz)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  regenerates CONSTANT jsonb := nullif(accrual->'regenerates', 'null');
  every_      CONSTANT bigint := (regenerates->>'everySeconds')::bigint;
  room        bigint;
  ticks       bigint;
BEGIN
  opening := CASE WHEN held IS NULL THEN coalesce(onceward.limit_amount(accrual->'initial', balances), 0) ELSE 0 END;
  regenerated := 0;
  IF regenerates IS NULL THEN
    RETURN;
  END IF;
  room := onceward.limit_amount(regenerates->'upTo', balances) - coalesce(held, 0) - opening;
  ticks := greatest(floor(extract(epoch FROM moment - counted_from) / every_), 0);
  since := CASE WHEN room > 0 THEN counted_from + make_interval(secs => ticks * every_) ELSE moment END;
  IF room > 0 THEN
    regenerated := least(ticks::numeric * (regenerates->>'amount')::numeric, room);
    IF regenerated = room THEN since := moment; END IF;
  END IF;
END $$;

-- Postings that were written under other rules: they accrue by these instead, {resource: accrual} of all that grows by itself.
-- Null: they stay as they were written.
CREATE OR REPLACE FUNCTION onceward.accruing_by(accruals jsonb, postings jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN accruals IS NULL THEN postings ELSE (
    SELECT coalesce(jsonb_agg(written.posting || jsonb_build_object('accrual', accruals->(written.posting->>'resource'))
                              ORDER BY written.nth), '[]')
      FROM jsonb_array_elements(postings) WITH ORDINALITY AS written(posting, nth)) END
$$;
