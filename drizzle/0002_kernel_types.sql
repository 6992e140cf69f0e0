-- What drizzle-kit cannot generate: the types of the kernel's parameters and of what its steps hand
-- to each other, the outbox with its partitions, and an entry's derived balance.
-- src/ledger/kernel-contract.ts describes the parameters in TypeScript. A caller who leaves a value
-- out is refused before anything is read: a `given_…` value is never null, and `read_operation`
-- (drizzle/kernel/02_operations.sql) demands the others. (A domain for each member of an operation
-- cost 40 µs a call.)
CREATE DOMAIN "onceward"."given_amount" AS bigint NOT NULL
  CHECK (VALUE BETWEEN -9007199254740991 AND 9007199254740991);--> statement-breakpoint
CREATE DOMAIN "onceward"."given_count" AS bigint NOT NULL
  CHECK (VALUE BETWEEN 0 AND 9007199254740991);--> statement-breakpoint
CREATE DOMAIN "onceward"."given_flag" AS boolean NOT NULL;--> statement-breakpoint
CREATE DOMAIN "onceward"."given_text" AS text NOT NULL CHECK (length(VALUE) <= 512);
--> statement-breakpoint
CREATE DOMAIN "onceward"."given_time" AS timestamptz NOT NULL;--> statement-breakpoint

-- What does not fit under a ceiling is given as another resource: `rate` units for each. Its
-- ceiling and clamp are as in a posting.
CREATE TYPE "onceward"."conversion" AS (
  resource text, rate bigint, ceiling bigint, ceiling_per_unit bigint, ceiling_of text,
  clamp boolean);--> statement-breakpoint

-- One requested movement of one balance. At the floor or ceiling it rejects the operation, or is
-- clamped to what fits. The ceiling is ceiling + ceiling_per_unit × the balance of ceiling_of.
-- Of a progress counter: where its last change is older than `reset_before`, it first loses
-- `reset_by` (null: all of it); `-infinity`: never. The moment of the last change is then now. A
-- reversal gives back `reset_by`, and the moment is `changed_at`. All null: it is no counter.
CREATE TYPE "onceward"."posting" AS (
  resource text, delta bigint, floor bigint, ceiling bigint, ceiling_per_unit bigint,
  ceiling_of text, clamp boolean, reset_before timestamptz, reset_by bigint,
  changed_at timestamptz, converts "onceward"."conversion");--> statement-breakpoint

-- What a counter must have reached. `reset_before` and `reset_by` as in a posting.
CREATE TYPE "onceward"."requirement" AS (
  counter "onceward"."given_text", at_least "onceward"."given_count",
  reset_before "onceward"."given_time", reset_by bigint);--> statement-breakpoint

-- Of a choice's alternatives the first is taken whose conditions all hold; the last has none. A
-- balance counts with its opening and what it has regenerated. `draws`: what it draws, recorded with
-- the claim. `paid_with`: which price it pays, recorded with the claim; null: it is no price.
CREATE TYPE "onceward"."condition" AS (
  resource "onceward"."given_text", at_least "onceward"."given_amount");--> statement-breakpoint
CREATE TYPE "onceward"."alternative" AS (
  "when" "onceward"."condition"[], draws json[], postings "onceward"."posting"[],
  paid_with smallint);
--> statement-breakpoint
CREATE TYPE "onceward"."choice" AS (one_of "onceward"."alternative"[]);--> statement-breakpoint

-- A uniqueness key of the claim besides its type and key: the resource is given once for this
-- source.
CREATE TYPE "onceward"."source_key" AS (
  game "onceward"."given_flag", resource "onceward"."given_text",
  key "onceward"."given_text");--> statement-breakpoint

-- What the operation uses of a limit in a period. `kind`: `player`, `recipient` (the other player
-- of a transfer, what they receive) or `game`. Of the game, `bound` is ignored: the published one
-- holds. A counter that does not exist yet starts with what the
-- player's claims of `claim_type` since the beginning of the period used: their units, or what they
-- took of `resource`. `shares_with`: the other claim types that count; null: none can. What a type
-- used before it was one of them is counted when it is used next. `about`: what a rejection says
-- of the limit besides its name.
CREATE TYPE "onceward"."limit_use" AS (
  kind "onceward"."given_text", name "onceward"."given_text", period "onceward"."given_text",
  since "onceward"."given_time", claim_type "onceward"."given_text", shares_with text[],
  resource text, amount "onceward"."given_count", bound "onceward"."given_count",
  rejection "onceward"."given_text", about json, renews_at text);--> statement-breakpoint

-- The age that the player's account must have, by the kernel's clock; and what a rejection says.
CREATE TYPE "onceward"."required_age" AS (
  hours "onceward"."given_count", resource "onceward"."given_text",
  requested "onceward"."given_count");--> statement-breakpoint

-- The day that the limits of staff, or of a server's awards, count, and when the next one begins. The
-- bounds are published.
CREATE TYPE "onceward"."staff_terms" AS (
  day "onceward"."given_text", renews_at "onceward"."given_text");--> statement-breakpoint

-- What an announced reward will give, whatever the config says then. Its dice are rolled; which of
-- its alternatives are taken, the balances decide when it is paid. `resources` as in an operation.
-- `on_expiry`: what it gives instead where it expires; null: nothing.
CREATE TYPE "onceward"."plan" AS (
  resources text[], postings "onceward"."posting"[], choices "onceward"."choice"[],
  source_keys "onceward"."source_key"[], on_expiry "onceward"."posting"[]);
--> statement-breakpoint
-- `origin`: 1 a server, 2 staff, 3 a campaign. `expires_at`: from then on it cannot be paid; null: it
-- does not expire. `message`: what an inbox shows of it.
CREATE TYPE "onceward"."announcement" AS (
  claim_type "onceward"."given_text", claim_key "onceward"."given_text",
  plan "onceward"."plan", origin "onceward"."given_count", expires_at timestamptz,
  message json);--> statement-breakpoint
-- What a gift does that does not fit under a ceiling: it becomes a pending reward of its receiver,
-- whole. `origin`: 1 a server, 2 staff, 3 a campaign, 4 a transfer. `message` as in an announcement.
CREATE TYPE "onceward"."when_full" AS (
  origin "onceward"."given_count", message json);--> statement-breakpoint

-- How a guest becomes part of an account (drizzle/kernel/88_merge.sql): `postings` of the operation
-- are those of what is added up, without amounts. `takes`: conflicts are taken as the account has
-- them; otherwise they refuse it. `counters`: what counts something, of which the higher stays.
-- `keeps`: of which the account's stays. `limits`: those of a player, for conflicts.
CREATE TYPE "onceward"."merge" AS (
  takes "onceward"."given_flag", counters "onceward"."posting"[], keeps text[],
  limits "onceward"."limit_use"[]);--> statement-breakpoint

-- The claim to take back: by its public ID (for the answer) and what the ID holds. `quantity`: how
-- many of its units; null: all that are left. `counters`: the resources that count draws for
-- guarantees.
CREATE TYPE "onceward"."reversal" AS (
  claim_id "onceward"."given_text", handle bytea, number integer, quantity integer,
  reopen "onceward"."given_flag", allow_debt "onceward"."given_flag",
  counters text[]);--> statement-breakpoint

-- What the token of a game server says: who signed it, and what its scope allows (null: anything).
-- `operation`: what it called, as the schema names it.
CREATE TYPE "onceward"."server_terms" AS (
  key_id text, operation text, claim_types text[], largest_amount bigint);
--> statement-breakpoint

-- One request to change the ledger. `player`: null where it belongs to its actor. `mode`: `commit`,
-- `reject` (record `rejection` under the key) or `lookup` (answer a known key; write nothing).
-- `source`: where the postings come from: `postings` (the caller), `pending` (an announced reward),
-- `reversal` (the claim that is reversed), `code` (the code whose HMAC is `redeems`) or
-- `announcement` (none). `requires`: what counters must have reached, unless an announced reward is
-- paid. `advances`: postings on counters, whatever the source of the others. `resources`: every
-- resource that postings, requirements, choices, milestones and limits name. `shown`: those that
-- level, tier and stats follow from.
-- `accepts_gifts`: whether others can give the player something from now on; null: as before.
-- `freezes`: whether the player is frozen from now on; null: as before.
-- `on_full`: what happens where the gift does not fit, to the counterparty if there is one, or else
-- to the player; null: it is refused, or clamped.
-- `decided_on`: the player's number in the read that it was decided on; null: it was decided on
-- none. `facts_read`: what was read, to be kept with the claim. `zones_seen`, `zones_next`: the
-- player's zones that it was decided on, and those from now on; null: it does not depend on the
-- player's day; empty: there are none. `server`: null where no game server's token is behind it: the
-- Worker grants the rows of campaigns and rankings as a server without one.
CREATE TYPE "onceward"."operation" AS (
  mode text, name text, player text, creates_player boolean, actor_kind text, actor_id text,
  permission text, idempotency_key text, fingerprint uuid, input json, correlation_id uuid,
  client_correlation_id text, reason text, config_version integer, config_sha256 text,
  holds_from timestamptz, holds_until timestamptz, claim_type text, claim_key text,
  source_keys "onceward"."source_key"[], expected_version bigint, rejection json, source text,
  requires "onceward"."requirement"[], resources text[], postings "onceward"."posting"[],
  advances "onceward"."posting"[], choices "onceward"."choice"[],
  milestones boolean, counterparty text, counterparty_postings "onceward"."posting"[],
  limits "onceward"."limit_use"[], age "onceward"."required_age",
  staff "onceward"."staff_terms", units integer,
  announces "onceward"."announcement", on_full "onceward"."when_full",
  reverses "onceward"."reversal", shown text[],
  accepts_gifts boolean, occurred_at timestamptz, decided_on integer,
  facts_read json, redeems text, zones_seen text,
  zones_next text, server "onceward"."server_terms", freezes boolean,
  merges "onceward"."merge");--> statement-breakpoint

-- A mutation that makes several claims, with some of its items. `mode`: `commit`, or `lookup` (answer
-- a known key; record nothing). `items`: what identifies each of its items, in order, where the input
-- does not say; a known key answers for the items that were recorded. `places`: which items the
-- operations of this call are, counted from 0.
CREATE TYPE "onceward"."bulk" AS (
  mode text, name text, actor_kind text, actor_id text, idempotency_key text, fingerprint uuid,
  input json, items json, places integer[], correlation_id uuid, client_correlation_id text,
  config_version integer, config_sha256 text);--> statement-breakpoint
CREATE DOMAIN "onceward"."valid_bulk" AS "onceward"."bulk"
  CONSTRAINT "nothing_is_missing" CHECK (num_nulls(
    (VALUE).mode, (VALUE).name, (VALUE).actor_kind, (VALUE).actor_id, (VALUE).idempotency_key,
    (VALUE).fingerprint, (VALUE).input, (VALUE).places, (VALUE).correlation_id) = 0)
  CONSTRAINT "nothing_is_too_long" CHECK (
    greatest(length((VALUE).actor_id), length((VALUE).client_correlation_id)) <= 512
    AND length((VALUE).input::text) <= 65536 AND length((VALUE).items::text) <= 65536)
  CONSTRAINT "idempotency_key_is_well_formed"
    CHECK (length((VALUE).idempotency_key) BETWEEN 16 AND 255
           AND (VALUE).idempotency_key ~ '^[A-Za-z0-9_.:-]*$')
  CONSTRAINT "reserved_keys_are_for_operators"
    CHECK ((VALUE).actor_kind = 'operator' OR (VALUE).idempotency_key !~ '^onceward:')
  CONSTRAINT "mode_is_known" CHECK ((VALUE).mode IN ('commit', 'lookup'))
  CONSTRAINT "places_are_places"
    CHECK (0 <= ALL ((VALUE).places) AND array_position((VALUE).places, NULL) IS NULL);
--> statement-breakpoint

-- Pending rewards of one player to collect. `rewards`: each `handle/number`, as in its ID; null: all
-- that are pending, at most so many. `advances`: by claim type, the counters that its claim advances.
CREATE TYPE "onceward"."advance" AS (
  claim_type "onceward"."given_text", postings "onceward"."posting"[]);--> statement-breakpoint
CREATE TYPE "onceward"."collection" AS (
  rewards text[], at_most integer, advances "onceward"."advance"[]);--> statement-breakpoint
CREATE DOMAIN "onceward"."valid_collection" AS "onceward"."collection"
  CONSTRAINT "nothing_is_missing" CHECK (num_nulls((VALUE).at_most, (VALUE).advances) = 0)
  CONSTRAINT "a_call_collects_some" CHECK (
    (VALUE).at_most BETWEEN 1 AND 50
    AND (cardinality((VALUE).rewards) BETWEEN 1 AND (VALUE).at_most) IS NOT FALSE
    AND cardinality((VALUE).advances) <= 500)
  CONSTRAINT "rewards_are_well_formed" CHECK (
    (array_to_string((VALUE).rewards, ' ', '?') ~ '^([0-9a-f]{20}/[1-9][0-9]{0,9}( |$))+$')
      IS NOT FALSE);
--> statement-breakpoint

-- How much of a limit is used: kind 1 by a player, 2 by a staff member, 3 by the game (subject: the
-- stripe), 4 of a code. Of what an operation uses: how much. `base`: what was counted of claims
-- that the counter does not have yet; `added`: their claim types, where that is to be recorded.
CREATE TYPE "onceward"."counter" AS (
  kind smallint, subject bigint, limit_no smallint, period text, used bigint, bound bigint,
  base bigint, added smallint[]);--> statement-breakpoint

-- What an operation concerns, found before any lock is held. `target`: the claim that it reverses;
-- `staff`, `stripes` and `buckets`: the rows of staff members, counters of the game and buckets to
-- lock. `hourly`: whether the server has limits of an hour; null: it is not registered.
CREATE TYPE "onceward"."subject" AS (
  nth integer, player bigint, other bigint, actor bigint, operation smallint,
  claim_type smallint, target integer, forbidden text, known boolean, staff bigint[],
  stripes "onceward"."counter"[], buckets smallint[], hourly boolean);--> statement-breakpoint

-- One player's balances of the resources that an operation touches. `sequences`: 0 where the balance
-- never moved; `entries`: how many entries the operation has made so far.
CREATE TYPE "onceward"."side" AS (
  player bigint, number integer, since timestamptz, resources text[], numbers smallint[],
  regenerates boolean[], amounts bigint[], sequences integer[],
  anchors timestamptz[], entries integer);--> statement-breakpoint

-- One movement to write, and to show: its members are those of a change in the answer. `sequence`
-- is null where only the anchor moves.
CREATE TYPE "onceward"."move" AS (
  player bigint, number integer, resource_no smallint, resource text, sequence integer,
  ordinal smallint, cause smallint, before bigint, delta bigint, requested bigint,
  anchored_at timestamptz);--> statement-breakpoint

-- What an operation of staff gives or takes of a resource that has a limit of its own, in units, or
-- that staff may not give or take (bounds of 0, no counter).
CREATE TYPE "onceward"."staff_amount" AS (
  resource text, amount bigint, per_call bigint, per_day bigint, counter "onceward"."counter");
--> statement-breakpoint

-- How much a staff member may give and has given. `given`: by this operation. Bounds and amounts
-- are in value; what does not count in value is among the gifts. `takes`: what the operation takes.
CREATE TYPE "onceward"."staff_state" AS (
  reward_limit bigint, daily_budget bigint, awards_per_day bigint, given bigint,
  budget "onceward"."counter", awards "onceward"."counter", gifts "onceward"."staff_amount"[],
  takes "onceward"."staff_amount"[]);
--> statement-breakpoint

-- What the ledger holds of the subjects of one operation. `merged_into`, `guests`: as in `actors`;
-- `claimed_by`, `claimed_as`: the guest who made the claim before, and their number of it.
CREATE TYPE "onceward"."state" AS (
  me "onceward"."side", other "onceward"."side", id text, other_id text,
  handle bytea, zones text, number integer, version integer, other_number integer,
  other_version integer,
  present boolean, other_present boolean, other_accepts boolean, at timestamptz,
  refused_today integer,
  earlier integer, generation smallint, reopened boolean, announced integer, taken json,
  counters "onceward"."counter"[], forbidden text, staff "onceward"."staff_state",
  pending boolean, known boolean, frozen boolean, merged_into bigint, guests bigint[],
  other_merged boolean, claimed_by bigint, claimed_as integer);
--> statement-breakpoint

-- What an operation takes from the ledger instead of from its caller: a pending reward, a code, or
-- a claim that it reverses. `announced`: the number of the reward's announcement; `target`: the
-- claim; `gives_back`: what it had used of limits and this operation frees; `uses`: the use of a
-- code, which is valid from `opens_at` and before `closes_at`; `dropped`: the pending rewards that a
-- merge gives up.
CREATE TYPE "onceward"."resolution" AS (
  rejection json, amounts_version integer, announced integer, expires_at timestamptz,
  target integer, target_units integer,
  reversed integer, part smallint, budget_returned boolean,
  gives_back "onceward"."counter"[], uses "onceward"."counter"[], opens_at timestamptz,
  closes_at timestamptz, dropped "onceward"."pending_rewards"[]);--> statement-breakpoint

-- What counts towards a breaker (drizzle/kernel/77_breakers.sql): in an hour, of the game (subject 0),
-- of a server or under a config version.
CREATE TYPE "onceward"."emission" AS (
  limit_no smallint, subject bigint, hour timestamptz, amount bigint, bound bigint,
  stripe smallint);--> statement-breakpoint

-- The same for all operations of a call. `version` and `sha256` are null before the first
-- publication.
CREATE TYPE "onceward"."context" AS (
  at timestamptz, version integer, sha256 text, refusals_per_day integer,
  retention_days integer, outbox boolean, outbox_slot smallint,
  milestones "onceward"."milestones"[], breakers "onceward"."breakers"[]);--> statement-breakpoint

-- What level, tier and stats follow from and a claim did not move: by number to be stored, and by
-- name.
CREATE TYPE "onceward"."shown" AS (by_number json, by_name json);--> statement-breakpoint

-- What a granted claim does not pay yet (drizzle/kernel/76_hold.sql). `origin`: 5 a breaker, 6 its
-- player is frozen; `held_by`: the number of the breaker's name.
CREATE TYPE "onceward"."hold" AS (
  origin smallint, held_by smallint, plan "onceward"."plan");--> statement-breakpoint

-- What was decided about one operation: `draws`, `moves` and `uses` are to be written, or
-- `rejection` is recorded. `raises`, `other_raises`: by how much the players' versions rise.
-- `became_pending`: what its receiver should get did not fit, or is held back (`hold`), and becomes a
-- pending reward.
CREATE TYPE "onceward"."verdict" AS (
  rejection json, me "onceward"."side", moves "onceward"."move"[],
  other_moves "onceward"."move"[], draws json[], uses "onceward"."counter"[],
  raises integer, other_raises integer, paid_with smallint, became_pending boolean,
  hold "onceward"."hold");--> statement-breakpoint

-- One row for each granted operation. A reader takes the rows whose transaction is older than every
-- running one, so it misses none. A partition whose events were all sent is emptied at once
-- (drizzle/kernel/12_outbox.sql).
--
-- `transaction` is the event's own or, if that is newer, the newest that had ended when the event
-- was written, behind the locks of its players. A transaction of several players has its ID before
-- it holds all their locks; by its ID alone, its event could come before an earlier one of the same
-- player. So (transaction, no) rises with each player's numbers.
CREATE TABLE "onceward"."outbox" (
  "transaction" xid8 NOT NULL DEFAULT greatest(pg_current_xact_id(),
    (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text::xid8),
  "no" bigint NOT NULL GENERATED ALWAYS AS IDENTITY, "player" bigint NOT NULL,
  "number" integer NOT NULL, "slot" smallint NOT NULL,
  PRIMARY KEY ("slot", "transaction", "no")) PARTITION BY LIST ("slot");--> statement-breakpoint
CREATE TABLE "onceward"."outbox_0" PARTITION OF "onceward"."outbox" FOR VALUES IN (0);
--> statement-breakpoint
CREATE TABLE "onceward"."outbox_1" PARTITION OF "onceward"."outbox" FOR VALUES IN (1);
--> statement-breakpoint
CREATE TABLE "onceward"."outbox_2" PARTITION OF "onceward"."outbox" FOR VALUES IN (2);
--> statement-breakpoint

ALTER TABLE "onceward"."ledger_entries"
  ADD COLUMN "after" bigint GENERATED ALWAYS AS ("before" + "delta") VIRTUAL;
--> statement-breakpoint
INSERT INTO "onceward"."settings" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "onceward"."outbox_state" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "onceward"."economy_roll_up" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "onceward"."economy_walk" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "onceward"."erasure_search" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "onceward"."lock_buckets" SELECT generate_series(0, 1023);
