-- What a balance opens with, and what time adds to it. Pure: these functions read their arguments
-- alone. src/domain/regeneration.ts computes the same for reads.

CREATE OR REPLACE FUNCTION onceward.bound(base bigint, per_unit bigint, held bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN CASE WHEN base IS NOT NULL THEN least(
  9007199254740991, base + coalesce(per_unit, 0)::numeric * coalesce(held, 0))::bigint END;

-- The balance of a resource by its number; 0 where the operation does not name it.
CREATE OR REPLACE FUNCTION onceward.held_number(side onceward.side, resource smallint)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN coalesce((side).amounts[array_position((side).numbers, resource)], 0);

CREATE OR REPLACE FUNCTION onceward.held_name(side onceward.side, resource text)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN coalesce((side).amounts[array_position((side).resources, resource)], 0);

CREATE OR REPLACE FUNCTION onceward.milliseconds(span interval) RETURNS bigint
LANGUAGE sql IMMUTABLE RETURN floor(extract(epoch FROM span) * 1000)::bigint;

-- Walks the rules of a resource from old to new, each for the time in which it was in force.
-- `amount` is the balance with its opening; `anchor` is the moment from which the next unit counts.
-- An interval that a new rule interrupts keeps its proportion: half an hour of an hour becomes half
-- of the new interval. `kept` is the anchor for the balance to keep; null: it keeps the one that it
-- has, for nothing could regenerate. Until the first unit under a new rule it is the anchor under
-- the rule before: in proportion to the new interval it could lie so far back that the rule before
-- would count again.
CREATE OR REPLACE FUNCTION onceward.regenerated(
  rules onceward.regeneration_rules[], side onceward.side, place integer, amount bigint,
  moment timestamptz, OUT gained bigint, OUT anchor timestamptz, OUT kept timestamptz)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  rule    onceward.regeneration_rules;
  every   bigint;            -- milliseconds
  before  bigint;            -- the interval of the rule before
  elapsed bigint := 0;       -- milliseconds of an interval that the rule before left unfinished
  carried timestamptz;       -- the anchor of an interval that began under a rule before
  ends    timestamptz;
  ticks   bigint;
  room    bigint;
BEGIN
  gained := 0;
  anchor := coalesce(side.anchors[place], side.since);
  FOREACH rule IN ARRAY rules LOOP
    CONTINUE WHEN rule.resource <> side.numbers[place]
      OR rule.effective_until <= anchor OR rule.effective_from > moment;
    ends := least(moment, rule.effective_until);
    every := rule.every_seconds * 1000::bigint;
    room := onceward.bound(rule.cap_base, rule.cap_per_unit,
      CASE WHEN rule.cap_of IS NOT NULL THEN onceward.held_number(side, rule.cap_of) END)
      - amount - gained;
    IF anchor < rule.effective_from AND every IS NOT NULL AND room > 0 THEN
      IF elapsed > 0 THEN carried := coalesce(carried, anchor); END IF;
      anchor := rule.effective_from - make_interval(
        secs => CASE WHEN elapsed = 0 THEN 0
                     ELSE div(elapsed::numeric * every, before) END / 1000.0);
    END IF;
    ticks := greatest(onceward.milliseconds(ends - anchor) / every, 0);
    IF every IS NULL OR room <= 0 OR ticks::numeric * rule.amount >= room THEN
      gained := gained + CASE WHEN every IS NULL THEN 0 ELSE greatest(room, 0) END;
      anchor := greatest(anchor, ends);
      elapsed := 0;
      carried := NULL;
    ELSE
      gained := gained + ticks * rule.amount;
      anchor := anchor + make_interval(secs => ticks * rule.every_seconds);
      elapsed := greatest(onceward.milliseconds(ends - anchor), 0);
      before := every;
      IF ticks > 0 THEN carried := NULL; END IF;
    END IF;
    IF every IS NOT NULL OR kept IS NOT NULL THEN kept := coalesce(carried, anchor); END IF;
  END LOOP;
END $$;

-- The balance that a resource opens with, under the rule in force; 0 where it has moved before.
CREATE OR REPLACE FUNCTION onceward.opening(
  rules onceward.regeneration_rules[], side onceward.side, place integer, moment timestamptz)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN coalesce((
  SELECT onceward.bound(r.opening_base, r.opening_per_unit,
           CASE WHEN r.opening_of IS NOT NULL THEN onceward.held_number(side, r.opening_of) END)
    FROM unnest(rules) AS r
   WHERE r.resource = (side).numbers[place] AND (side).sequences[place] = 0
     AND r.opening_base IS NOT NULL AND r.effective_from <= moment
     AND moment < r.effective_until), 0);
