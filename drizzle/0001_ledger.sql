CREATE TABLE "onceward"."alarms" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."alarms_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"raised_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"cleared_at" timestamp with time zone,
	"acknowledged_at" timestamp with time zone,
	"acknowledged_by" bigint,
	"times" integer DEFAULT 1 NOT NULL,
	"logged" text DEFAULT 'nothing' NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"note" text,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "alarms_are_short" CHECK (length("onceward"."alarms"."subject") BETWEEN 1 AND 200),
	CONSTRAINT "alarms_acknowledged_whole" CHECK (num_nulls("onceward"."alarms"."acknowledged_at", "onceward"."alarms"."acknowledged_by", "onceward"."alarms"."note") IN (0, 3))
);
--> statement-breakpoint
CREATE TABLE "onceward"."integrity_walk" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"player" bigint DEFAULT 0 NOT NULL,
	"round_began_at" timestamp with time zone NOT NULL,
	"verified_since" timestamp with time zone,
	"day" date
);
--> statement-breakpoint
CREATE TABLE "onceward"."scheduled_jobs" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"succeeded_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."archive_keys" (
	"player" bigint PRIMARY KEY NOT NULL,
	"key" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."archive_parts" (
	"no" integer PRIMARY KEY NOT NULL,
	"claims" integer NOT NULL,
	"entries" integer NOT NULL,
	"archived_at" timestamp with time zone NOT NULL,
	"claimed_from" timestamp with time zone NOT NULL,
	"claimed_until" timestamp with time zone NOT NULL,
	"restored_at" timestamp with time zone,
	"claims_bytes" bigint NOT NULL,
	"entries_bytes" bigint NOT NULL,
	"claims_sha256" "bytea" NOT NULL,
	"entries_sha256" "bytea" NOT NULL,
	"sums" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."archived_claims" (
	"player" bigint NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"key_digest" uuid NOT NULL,
	"claim_digest" uuid NOT NULL,
	"fingerprint" uuid NOT NULL,
	"counterparty" bigint,
	"expired_at" timestamp with time zone,
	"number" integer NOT NULL,
	"part" integer NOT NULL,
	"row" integer NOT NULL,
	"entry_row" integer NOT NULL,
	"counterparty_number" integer,
	"announced" integer,
	"entries" smallint NOT NULL,
	"generation" smallint NOT NULL,
	"became_pending" boolean,
	"texts" json,
	CONSTRAINT "archived_claims_one_per_number" PRIMARY KEY("player","number"),
	CONSTRAINT "archived_claims_one_per_idempotency_key" UNIQUE("player","key_digest"),
	CONSTRAINT "archived_claims_granted_once" UNIQUE("player","claim_digest","generation")
);
--> statement-breakpoint
CREATE TABLE "onceward"."archived_uses" (
	"player" bigint NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"claim_type" smallint NOT NULL,
	"resource" smallint NOT NULL,
	"received" boolean NOT NULL,
	"numbers" integer[] NOT NULL,
	"amounts" bigint[] NOT NULL,
	CONSTRAINT "archived_uses_one_per_type" PRIMARY KEY("player","claim_type","resource","received")
);
--> statement-breakpoint
CREATE TABLE "onceward"."breaker_counters" (
	"subject" bigint NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"used" "onceward"."count" DEFAULT 0 NOT NULL,
	"bound" "onceward"."count" DEFAULT 0 NOT NULL,
	"limit" smallint NOT NULL,
	"stripe" smallint NOT NULL,
	CONSTRAINT "breaker_counters_one_per_stripe" PRIMARY KEY("limit","subject","hour","stripe"),
	CONSTRAINT "breaker_counters_have_stripes" CHECK ("onceward"."breaker_counters"."stripe" BETWEEN 0 AND 63)
);
--> statement-breakpoint
CREATE TABLE "onceward"."breaker_trips" (
	"subject" bigint NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"tripped_at" timestamp with time zone NOT NULL,
	"bound" "onceward"."count" NOT NULL,
	"config_version" integer NOT NULL,
	"limit" smallint NOT NULL,
	CONSTRAINT "breaker_trips_one_per_hour" PRIMARY KEY("limit","subject","hour")
);
--> statement-breakpoint
CREATE TABLE "onceward"."breakers" (
	"config_version" integer NOT NULL,
	"bound" "onceward"."count" NOT NULL,
	"limit" smallint NOT NULL,
	"resource" smallint,
	"per" smallint NOT NULL,
	"claim_types" smallint[],
	CONSTRAINT "breakers_one_per_name" PRIMARY KEY("config_version","limit"),
	CONSTRAINT "breakers_count_something" CHECK ("onceward"."breakers"."per" BETWEEN 1 AND 3 AND num_nulls("onceward"."breakers"."resource", "onceward"."breakers"."claim_types") < 2)
);
--> statement-breakpoint
CREATE TABLE "onceward"."held_settlements" (
	"actor" bigint NOT NULL,
	"number" integer NOT NULL,
	"settled" integer NOT NULL,
	"waiting" integer NOT NULL,
	"more" boolean NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	CONSTRAINT "held_settlements_one_per_claim" PRIMARY KEY("actor","number")
);
--> statement-breakpoint
CREATE TABLE "onceward"."campaign_rows" (
	"campaign" bigint NOT NULL,
	"line" integer NOT NULL,
	"number" integer,
	"why" text COLLATE "C",
	CONSTRAINT "campaign_rows_once" PRIMARY KEY("campaign","line")
);
--> statement-breakpoint
CREATE TABLE "onceward"."campaigns" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."campaigns_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"list" bigint NOT NULL,
	"made_by" bigint NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"stepped_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"proposal" bigint,
	"value" "onceward"."count",
	"granted" bigint DEFAULT 0 NOT NULL,
	"pending" bigint DEFAULT 0 NOT NULL,
	"made_number" integer NOT NULL,
	"config_version" integer,
	"instance" integer DEFAULT 0 NOT NULL,
	"line" integer DEFAULT 0 NOT NULL,
	"skipped" integer[] DEFAULT '{}' NOT NULL,
	"state" text DEFAULT 'checking' NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"config_sha256" text COLLATE "C",
	"digest" text COLLATE "C",
	"reason" text NOT NULL,
	"stopped" text,
	"handle" "bytea" DEFAULT onceward.new_handle() NOT NULL,
	"message" json,
	"gives" json,
	"on_full" json,
	"forecast" json DEFAULT '{}'::json NOT NULL,
	"given" json DEFAULT '{}'::json NOT NULL,
	"refused" json DEFAULT '{}'::json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."list_chunks" (
	"list" bigint NOT NULL,
	"chunk" integer NOT NULL,
	"rows" integer NOT NULL,
	"digest" text COLLATE "C" NOT NULL,
	CONSTRAINT "list_chunks_once" PRIMARY KEY("list","chunk")
);
--> statement-breakpoint
CREATE TABLE "onceward"."list_rows" (
	"list" bigint NOT NULL,
	"player" bigint NOT NULL,
	"line" integer NOT NULL,
	"rank" integer,
	"item" text COLLATE "C",
	"gives" json,
	CONSTRAINT "list_rows_in_order" PRIMARY KEY("list","line")
);
--> statement-breakpoint
CREATE TABLE "onceward"."lists" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."lists_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"made_by" bigint NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"scanned_to" bigint DEFAULT 0 NOT NULL,
	"scans_to" bigint NOT NULL,
	"made_number" integer NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"last_line" integer,
	"given_rows" integer,
	"name" text COLLATE "C" NOT NULL,
	"digest" text COLLATE "C",
	"query" json,
	"gives" json
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_buckets" (
	"players" bigint NOT NULL,
	"resource" smallint NOT NULL,
	"bucket" smallint NOT NULL,
	CONSTRAINT "economy_buckets_once" PRIMARY KEY("resource","bucket")
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_claims" (
	"day" date NOT NULL,
	"claims" bigint NOT NULL,
	"units" bigint NOT NULL,
	"claim_type" smallint NOT NULL,
	"operation" smallint NOT NULL,
	CONSTRAINT "economy_claims_once" PRIMARY KEY("day","claim_type","operation")
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_draws" (
	"day" date NOT NULL,
	"draws" bigint NOT NULL,
	"config_version" integer NOT NULL,
	"guaranteed" boolean NOT NULL,
	"table" text COLLATE "C" NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	CONSTRAINT "economy_draws_once" PRIMARY KEY("day","config_version","table","outcome","guaranteed")
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_flows" (
	"day" date NOT NULL,
	"gained" numeric NOT NULL,
	"lost" numeric NOT NULL,
	"entries" bigint NOT NULL,
	"resource" smallint NOT NULL,
	"claim_type" smallint NOT NULL,
	"operation" smallint NOT NULL,
	"cause" smallint NOT NULL,
	"between_players" boolean NOT NULL,
	CONSTRAINT "economy_flows_once" PRIMARY KEY("day","resource","claim_type","operation","cause","between_players")
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_ranks" (
	"player" bigint NOT NULL,
	"amount" "onceward"."amount" NOT NULL,
	"round" integer NOT NULL,
	"resource" smallint NOT NULL,
	"indebted" boolean NOT NULL,
	CONSTRAINT "economy_ranks_once" PRIMARY KEY("round","resource","indebted","player")
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_roll_up" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"transaction" "xid8" DEFAULT '0' NOT NULL,
	"event" bigint DEFAULT 0 NOT NULL,
	"below" "xid8" DEFAULT '0' NOT NULL,
	"complete_until" timestamp with time zone,
	"next_below" "xid8" DEFAULT '0' NOT NULL,
	"next_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "onceward"."economy_walk" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"visited" bigint DEFAULT 0 NOT NULL,
	"event" bigint DEFAULT -1 NOT NULL,
	"began_at" timestamp with time zone,
	"ranked_from" timestamp with time zone,
	"ranked_until" timestamp with time zone,
	"round" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."dead_letters" (
	"endpoint" bigint NOT NULL,
	"transaction" "xid8" NOT NULL,
	"event" bigint NOT NULL,
	"player" bigint NOT NULL,
	"counterparty" bigint,
	"died_at" timestamp with time zone NOT NULL,
	"number" integer NOT NULL,
	"attempts" integer NOT NULL,
	"last_failure" text NOT NULL,
	CONSTRAINT "dead_letters_in_order" PRIMARY KEY("endpoint","event")
);
--> statement-breakpoint
CREATE TABLE "onceward"."endpoints" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."endpoints_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"made_by" bigint NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"transaction" "xid8" NOT NULL,
	"event" bigint NOT NULL,
	"holder" uuid,
	"held_until" timestamp with time zone,
	"rests_until" timestamp with time zone NOT NULL,
	"overlap_until" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"accepted_at" timestamp with time zone,
	"changed_at" timestamp with time zone NOT NULL,
	"accepted" bigint DEFAULT 0 NOT NULL,
	"made_number" integer NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'enabled' NOT NULL,
	"url" text NOT NULL,
	"description" text NOT NULL,
	"last_failure" text,
	"salt" "bytea" NOT NULL,
	CONSTRAINT "endpoints_are_sensible" CHECK (length("onceward"."endpoints"."url") <= 2048 AND length("onceward"."endpoints"."salt") = 16)
);
--> statement-breakpoint
CREATE TABLE "onceward"."event_marks" (
	"at" timestamp with time zone PRIMARY KEY NOT NULL,
	"below" "xid8" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."event_sends" (
	"no" bigint GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."event_sends_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"endpoint" bigint NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"after_transaction" "xid8" NOT NULL,
	"after_event" bigint NOT NULL,
	"transaction" "xid8" NOT NULL,
	"event" bigint NOT NULL,
	"accepted" smallint NOT NULL,
	"failed" smallint NOT NULL,
	"longest_ms" integer NOT NULL,
	"attempts" jsonb NOT NULL,
	CONSTRAINT "event_sends_in_order" PRIMARY KEY("endpoint","no")
);
--> statement-breakpoint
CREATE TABLE "onceward"."waiting_events" (
	"endpoint" bigint NOT NULL,
	"transaction" "xid8" NOT NULL,
	"event" bigint NOT NULL,
	"player" bigint NOT NULL,
	"counterparty" bigint,
	"first_tried_at" timestamp with time zone,
	"next_try_at" timestamp with time zone NOT NULL,
	"number" integer NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_failure" text,
	CONSTRAINT "waiting_events_in_order" PRIMARY KEY("endpoint","event")
);
--> statement-breakpoint
CREATE TABLE "onceward"."erasure_search" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"place" smallint DEFAULT 0 NOT NULL,
	"block" bigint DEFAULT 0 NOT NULL,
	"blocks_to" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."erasures" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."erasures_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"player" bigint NOT NULL,
	"made_by" bigint NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"stepped_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"began" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"proposal" bigint,
	"made_number" integer NOT NULL,
	"line" integer DEFAULT 0 NOT NULL,
	"claims_to" integer NOT NULL,
	"state" text DEFAULT 'scrubbing' NOT NULL,
	"new_id" text COLLATE "C" NOT NULL,
	"digest" text COLLATE "C" NOT NULL,
	"old_id" text COLLATE "C",
	"old_handle" "bytea",
	"salt" "bytea",
	"counts" json DEFAULT '{}'::json NOT NULL,
	CONSTRAINT "erasures_one_per_player" UNIQUE("player"),
	CONSTRAINT "erasures_one_per_action" UNIQUE("made_by","made_number")
);
--> statement-breakpoint
CREATE TABLE "onceward"."event_readers" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"transaction" "xid8" NOT NULL,
	"event" bigint NOT NULL,
	"advanced_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."outbox_state" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"removed_transaction" "xid8" DEFAULT '0' NOT NULL,
	"removed_event" bigint DEFAULT 0 NOT NULL,
	"rotated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."audit_events" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" bigint NOT NULL,
	"player" bigint,
	"amount" "onceward"."amount",
	"correlation_id" uuid,
	"number" integer,
	"client_correlation_id" text COLLATE "C",
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "onceward"."award_limits" (
	"config_version" integer NOT NULL,
	"reward_limit" "onceward"."count" NOT NULL,
	"daily_budget" "onceward"."count" NOT NULL,
	"awards_per_day" "onceward"."count",
	"kind" smallint NOT NULL,
	CONSTRAINT "award_limits_one_per_kind" PRIMARY KEY("config_version","kind")
);
--> statement-breakpoint
CREATE TABLE "onceward"."balance_configs" (
	"version" integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "onceward"."balance_configs_version_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"effective_from" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	"sha256" text NOT NULL,
	"publisher" bigint NOT NULL,
	"number" integer,
	"reason" text,
	"document" jsonb NOT NULL,
	"reversible_by_servers" smallint[] DEFAULT '{}' NOT NULL,
	"corrects" smallint
);
--> statement-breakpoint
CREATE TABLE "onceward"."catalogue_texts" (
	"version" integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "onceward"."catalogue_texts_version_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"published_at" timestamp with time zone DEFAULT now() NOT NULL,
	"language" text NOT NULL,
	"sha256" text NOT NULL,
	"published_by" text NOT NULL,
	"reason" text,
	"document" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."lock_buckets" (
	"no" smallint PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."milestones" (
	"config_version" integer NOT NULL,
	"resource" smallint NOT NULL,
	"paid_resource" smallint NOT NULL,
	"thresholds" bigint[] NOT NULL,
	"grants" json NOT NULL,
	CONSTRAINT "milestones_one_per_resource" PRIMARY KEY("config_version","resource")
);
--> statement-breakpoint
CREATE TABLE "onceward"."proposals" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."proposals_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"proposed_by" bigint NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"decided_by" bigint,
	"decided_at" timestamp with time zone,
	"executed_at" timestamp with time zone,
	"kind" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"digest" text COLLATE "C" NOT NULL,
	"permission" text COLLATE "C" NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"summary" json NOT NULL,
	"document" jsonb,
	CONSTRAINT "proposals_are_approved_by_another" CHECK ("onceward"."proposals"."state" NOT IN ('approved', 'executed') OR "onceward"."proposals"."decided_by" <> "onceward"."proposals"."proposed_by")
);
--> statement-breakpoint
CREATE TABLE "onceward"."regeneration_rules" (
	"effective_from" timestamp with time zone NOT NULL,
	"effective_until" timestamp with time zone NOT NULL,
	"config_version" integer NOT NULL,
	"every_seconds" integer,
	"amount" "onceward"."count",
	"opening_base" "onceward"."count",
	"opening_per_unit" "onceward"."count",
	"cap_base" "onceward"."count",
	"cap_per_unit" "onceward"."count",
	"resource" smallint NOT NULL,
	"opening_of" smallint,
	"cap_of" smallint,
	CONSTRAINT "regeneration_rules_in_order" PRIMARY KEY("resource","effective_from"),
	CONSTRAINT "regeneration_rules_are_whole" CHECK (num_nulls("onceward"."regeneration_rules"."every_seconds", "onceward"."regeneration_rules"."amount", "onceward"."regeneration_rules"."cap_base") IN (0, 3))
);
--> statement-breakpoint
CREATE TABLE "onceward"."settings" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"refusal_retention_days" smallint DEFAULT 30 NOT NULL,
	"refusals_per_day" integer DEFAULT 1000 NOT NULL,
	"wrong_codes_per_hour" smallint DEFAULT 10 NOT NULL,
	"outbox" boolean DEFAULT true NOT NULL,
	"outbox_slot" smallint DEFAULT 0 NOT NULL,
	"config_publishing" text DEFAULT 'staff' NOT NULL,
	"staff_approval_above" "onceward"."count" DEFAULT 0 NOT NULL,
	"erasure_approval" boolean DEFAULT false NOT NULL,
	"event_retention_days" smallint DEFAULT 7 NOT NULL,
	"event_hold_days" smallint DEFAULT 14 NOT NULL,
	"event_retry_hours" smallint DEFAULT 72 NOT NULL,
	"event_retry_ms" integer DEFAULT 5000 NOT NULL,
	"servers" text DEFAULT 'open' NOT NULL,
	"archive_after_days" integer DEFAULT 1095 NOT NULL,
	CONSTRAINT "settings_are_one_row" CHECK ("onceward"."settings"."one" = 1),
	CONSTRAINT "settings_admit_servers" CHECK ("onceward"."settings"."servers" IN ('open', 'registered')),
	CONSTRAINT "settings_keep_claims_for_a_quarter" CHECK ("onceward"."settings"."archive_after_days" >= 92),
	CONSTRAINT "settings_are_sensible" CHECK ("onceward"."settings"."refusal_retention_days" >= 30 AND "onceward"."settings"."refusals_per_day" >= 1 AND "onceward"."settings"."wrong_codes_per_hour" >= 1
        AND "onceward"."settings"."config_publishing" IN ('off', 'staff', 'approved')),
	CONSTRAINT "settings_of_events_are_sensible" CHECK ("onceward"."settings"."event_retention_days" >= 1 AND "onceward"."settings"."event_hold_days" >= "onceward"."settings"."event_retention_days"
        AND "onceward"."settings"."event_retry_hours" BETWEEN 0 AND 720 AND "onceward"."settings"."event_retry_ms" BETWEEN 1 AND 3600000)
);
--> statement-breakpoint
CREATE TABLE "onceward"."staff_values" (
	"config_version" integer NOT NULL,
	"value" "onceward"."count",
	"per_reward" "onceward"."count",
	"per_day" "onceward"."count",
	"resource" smallint NOT NULL,
	CONSTRAINT "staff_values_one_per_resource" PRIMARY KEY("config_version","resource"),
	CONSTRAINT "staff_values_count_one_way" CHECK (num_nulls("onceward"."staff_values"."value", "onceward"."staff_values"."per_day") = 1)
);
--> statement-breakpoint
CREATE TABLE "onceward"."take_limits" (
	"config_version" integer NOT NULL,
	"per_call" "onceward"."count",
	"per_day" "onceward"."count" NOT NULL,
	"resource" smallint NOT NULL,
	CONSTRAINT "take_limits_one_per_resource" PRIMARY KEY("config_version","resource")
);
--> statement-breakpoint
CREATE TABLE "onceward"."ranking_rows" (
	"ranking" bigint NOT NULL,
	"line" integer NOT NULL,
	"number" integer,
	"why" text COLLATE "C",
	"given" json,
	CONSTRAINT "ranking_rows_once" PRIMARY KEY("ranking","line")
);
--> statement-breakpoint
CREATE TABLE "onceward"."rankings" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."rankings_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"list" bigint NOT NULL,
	"made_by" bigint NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"stepped_at" timestamp with time zone NOT NULL,
	"made_number" integer NOT NULL,
	"config_version" integer NOT NULL,
	"participants" integer NOT NULL,
	"paid" integer DEFAULT 0 NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"line" integer DEFAULT 0 NOT NULL,
	"skipped" integer[] DEFAULT '{}' NOT NULL,
	"state" text DEFAULT 'paying' NOT NULL,
	"payout" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"stopped" text,
	"handle" "bytea" DEFAULT onceward.new_handle() NOT NULL,
	"rule" json NOT NULL,
	"refused" json DEFAULT '{}'::json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."servers" (
	"actor" bigint PRIMARY KEY NOT NULL,
	"registered_at" timestamp with time zone NOT NULL,
	"disabled_at" timestamp with time zone,
	"disabled_by" bigint,
	"largest_amount" "onceward"."count",
	"claims_per_hour" "onceward"."count",
	"value_per_hour" "onceward"."count",
	"key_ids" text[],
	"operations" text[],
	"claim_types" text[],
	"disabled_reason" text,
	CONSTRAINT "servers_are_disabled_by_somebody" CHECK (num_nulls("onceward"."servers"."disabled_at", "onceward"."servers"."disabled_by", "onceward"."servers"."disabled_reason") IN (0, 3)),
	CONSTRAINT "servers_have_short_lists" CHECK (greatest(cardinality("onceward"."servers"."key_ids"), cardinality("onceward"."servers"."operations"), cardinality("onceward"."servers"."claim_types")) <= 100)
);
--> statement-breakpoint
CREATE TABLE "onceward"."notes" (
	"player" bigint NOT NULL,
	"no" bigint GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."notes_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"author" bigint NOT NULL,
	"written_at" timestamp with time zone NOT NULL,
	"number" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "notes_in_order" PRIMARY KEY("player","no"),
	CONSTRAINT "notes_are_short" CHECK (length("onceward"."notes"."text") BETWEEN 1 AND 2000)
);
--> statement-breakpoint
CREATE TABLE "onceward"."permissions" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."role_permissions" (
	"permission" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C" NOT NULL,
	CONSTRAINT "role_permissions_once" PRIMARY KEY("permission","role")
);
--> statement-breakpoint
CREATE TABLE "onceward"."roles" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."staff" (
	"actor" bigint PRIMARY KEY NOT NULL,
	"role" text COLLATE "C" NOT NULL,
	"reward_limit" "onceward"."count",
	"daily_budget" "onceward"."count",
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."staff_limits" (
	"actor" bigint NOT NULL,
	"per_call" "onceward"."count",
	"per_day" "onceward"."count",
	"resource" smallint NOT NULL,
	"takes" boolean NOT NULL,
	CONSTRAINT "staff_limits_one_per_resource" PRIMARY KEY("actor","resource","takes"),
	CONSTRAINT "staff_limits_limit_something" CHECK (num_nonnulls("onceward"."staff_limits"."per_call", "onceward"."staff_limits"."per_day") > 0)
);
--> statement-breakpoint
CREATE TABLE "onceward"."checkpoints" (
	"player" bigint NOT NULL,
	"balance" "onceward"."amount" NOT NULL,
	"anchored_at" timestamp with time zone,
	"sequence" integer NOT NULL,
	"number" integer NOT NULL,
	"resource" smallint NOT NULL,
	CONSTRAINT "checkpoints_one_per_balance" PRIMARY KEY("player","resource")
);
--> statement-breakpoint
CREATE TABLE "onceward"."code_batches" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."code_batches_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone NOT NULL,
	"opens_at" timestamp with time zone,
	"closes_at" timestamp with time zone,
	"actor" bigint NOT NULL,
	"uses" "onceward"."count" NOT NULL,
	"number" integer NOT NULL,
	"config_version" integer NOT NULL,
	"codes" integer NOT NULL,
	"per_player" smallint NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"label" text COLLATE "C" NOT NULL,
	"reward_type" text COLLATE "C",
	"plan" json NOT NULL,
	CONSTRAINT "code_batches_one_per_claim" UNIQUE("actor","number"),
	CONSTRAINT "code_batches_one_per_id" UNIQUE("id"),
	CONSTRAINT "code_batches_are_redeemable" CHECK ("onceward"."code_batches"."uses" >= 1 AND "onceward"."code_batches"."per_player" BETWEEN 1 AND 100)
);
--> statement-breakpoint
CREATE TABLE "onceward"."code_tries" (
	"player" bigint PRIMARY KEY NOT NULL,
	"wrong_at" timestamp with time zone[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."codes" (
	"digest" "bytea" PRIMARY KEY NOT NULL,
	"batch" integer NOT NULL,
	"ordinal" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onceward"."counted_claims" (
	"subject" bigint NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"up_to" integer NOT NULL,
	"limit" smallint NOT NULL,
	"kind" smallint NOT NULL,
	"claim_type" smallint NOT NULL,
	"received" boolean DEFAULT false NOT NULL,
	"resource" smallint,
	"period" "onceward"."limit_period" NOT NULL,
	CONSTRAINT "counted_claims_one_per_type" PRIMARY KEY("subject","limit","period","kind","claim_type")
);
--> statement-breakpoint
CREATE TABLE "onceward"."game_limits" (
	"bound" "onceward"."count" NOT NULL,
	"limit" smallint NOT NULL,
	"stripes" smallint DEFAULT 1 NOT NULL,
	"period" text COLLATE "C" NOT NULL,
	CONSTRAINT "game_limits_one_per_period" PRIMARY KEY("limit","period"),
	CONSTRAINT "game_limits_have_stripes" CHECK ("onceward"."game_limits"."stripes" BETWEEN 1 AND 32)
);
--> statement-breakpoint
CREATE TABLE "onceward"."limit_counters" (
	"subject" bigint NOT NULL,
	"used" "onceward"."count" NOT NULL,
	"limit" smallint NOT NULL,
	"kind" smallint NOT NULL,
	"period" "onceward"."limit_period" NOT NULL,
	CONSTRAINT "limit_counters_one_per_period" PRIMARY KEY("subject","limit","period","kind")
);
--> statement-breakpoint
CREATE TABLE "onceward"."pending_rewards" (
	"player" bigint NOT NULL,
	"announced_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"number" integer NOT NULL,
	"config_version" integer NOT NULL,
	"claim_type" smallint NOT NULL,
	"origin" smallint NOT NULL,
	"held_type" smallint,
	"held_by" smallint,
	"is_held" boolean DEFAULT false NOT NULL,
	"unread" boolean DEFAULT true NOT NULL,
	"claim_key" text COLLATE "C" NOT NULL,
	"message" json,
	"plan" json NOT NULL,
	CONSTRAINT "pending_rewards_one_per_claim" PRIMARY KEY("player","claim_type","claim_key"),
	CONSTRAINT "pending_rewards_of_player_in_order" UNIQUE("player","number"),
	CONSTRAINT "pending_rewards_are_held_from_a_claim" CHECK (NOT "onceward"."pending_rewards"."is_held" OR "onceward"."pending_rewards"."held_type" IS NOT NULL),
	CONSTRAINT "pending_rewards_expire_later" CHECK ("onceward"."pending_rewards"."expires_at" > "onceward"."pending_rewards"."announced_at"),
	CONSTRAINT "pending_rewards_are_read_or_not" CHECK ("onceward"."pending_rewards"."unread" = ("onceward"."pending_rewards"."read_at" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "onceward"."reversed_claims" (
	"player" bigint NOT NULL,
	"number" integer NOT NULL,
	"units" integer NOT NULL,
	"reversed" integer NOT NULL,
	"reversed_by" integer NOT NULL,
	"parts" smallint NOT NULL,
	"reopened" boolean DEFAULT false NOT NULL,
	"budget_returned" boolean DEFAULT false NOT NULL,
	CONSTRAINT "reversed_claims_one_per_claim" PRIMARY KEY("player","number"),
	CONSTRAINT "reversed_claims_never_exceed_the_claim" CHECK ("onceward"."reversed_claims"."reversed" BETWEEN 1 AND "onceward"."reversed_claims"."units"),
	CONSTRAINT "reversed_claims_reopen_whole" CHECK (NOT "onceward"."reversed_claims"."reopened" OR "onceward"."reversed_claims"."reversed" = "onceward"."reversed_claims"."units")
);
--> statement-breakpoint
CREATE TABLE "onceward"."source_keys" (
	"scope" bigint NOT NULL,
	"player" bigint NOT NULL,
	"number" integer NOT NULL,
	"resource" smallint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	CONSTRAINT "source_keys_taken_once" PRIMARY KEY("scope","resource","key")
);
--> statement-breakpoint
CREATE TABLE "onceward"."actors" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."actors_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"updated_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone,
	"frozen_at" timestamp with time zone,
	"number" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"refused" integer DEFAULT 0 NOT NULL,
	"refused_on" date,
	"archived" integer,
	"merged_into" bigint,
	"merged_from" bigint[],
	"accepts_gifts" boolean DEFAULT true NOT NULL,
	"kind" smallint NOT NULL,
	"handle" "bytea" DEFAULT onceward.new_handle() NOT NULL,
	"id" "onceward"."actor_id" NOT NULL,
	"zones" text,
	CONSTRAINT "actors_one_per_id" UNIQUE("id","kind")
);
--> statement-breakpoint
CREATE TABLE "onceward"."balances" (
	"player" bigint NOT NULL,
	"amount" "onceward"."amount" NOT NULL,
	"anchored_at" timestamp with time zone,
	"sequence" integer NOT NULL,
	"resource" smallint NOT NULL,
	CONSTRAINT "balances_one_per_player_and_resource" PRIMARY KEY("player","resource")
);
--> statement-breakpoint
CREATE TABLE "onceward"."bulk_calls" (
	"actor" bigint NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"correlation_id" uuid NOT NULL,
	"fingerprint" uuid NOT NULL,
	"config_version" integer NOT NULL,
	"operation" smallint NOT NULL,
	"idempotency_key" text COLLATE "C" NOT NULL,
	"client_correlation_id" text COLLATE "C",
	"input" json NOT NULL,
	"items" json,
	CONSTRAINT "bulk_calls_one_per_key" PRIMARY KEY("actor","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "onceward"."ledger_entries" (
	"player" bigint NOT NULL,
	"delta" bigint NOT NULL,
	"before" bigint NOT NULL,
	"requested" "onceward"."amount",
	"anchored_at" timestamp with time zone,
	"number" integer NOT NULL,
	"sequence" integer NOT NULL,
	"resource" smallint NOT NULL,
	"ordinal" smallint NOT NULL,
	"cause" smallint NOT NULL,
	CONSTRAINT "ledger_entries_in_order" PRIMARY KEY("player","number","ordinal"),
	CONSTRAINT "ledger_entries_one_per_sequence" UNIQUE("player","resource","sequence")
);
--> statement-breakpoint
CREATE TABLE "onceward"."names" (
	"kind" smallint NOT NULL,
	"no" smallint NOT NULL,
	"regenerates" boolean DEFAULT false NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	CONSTRAINT "names_one_per_number" PRIMARY KEY("kind","no"),
	CONSTRAINT "names_one_per_name" UNIQUE("name","kind"),
	CONSTRAINT "names_are_short" CHECK (length("onceward"."names"."name") BETWEEN 1 AND 128)
);
--> statement-breakpoint
CREATE TABLE "onceward"."refusals" (
	"player" bigint NOT NULL,
	"actor" bigint NOT NULL,
	"refused_at" timestamp with time zone NOT NULL,
	"correlation_id" uuid NOT NULL,
	"fingerprint" uuid NOT NULL,
	"config_version" integer NOT NULL,
	"version" integer NOT NULL,
	"expires_on" date,
	"operation" smallint NOT NULL,
	"idempotency_key" text COLLATE "C" NOT NULL,
	"claim_type" text NOT NULL,
	"claim_key" text NOT NULL,
	"client_correlation_id" text COLLATE "C",
	"reason" text,
	"input" json NOT NULL,
	"rejection" json NOT NULL,
	CONSTRAINT "refusals_one_per_key" PRIMARY KEY("player","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "onceward"."reward_claims" (
	"player" bigint NOT NULL,
	"actor" bigint NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"counterparty" bigint,
	"occurred_at" timestamp with time zone,
	"correlation_id" uuid NOT NULL,
	"fingerprint" uuid NOT NULL,
	"number" integer NOT NULL,
	"version" integer NOT NULL,
	"config_version" integer NOT NULL,
	"amounts_version" integer,
	"counterparty_number" integer,
	"counterparty_version" integer,
	"announced" integer,
	"units" integer DEFAULT 1 NOT NULL,
	"operation" smallint NOT NULL,
	"claim_type" smallint NOT NULL,
	"generation" smallint DEFAULT 0 NOT NULL,
	"claim_key" text COLLATE "C" NOT NULL,
	"idempotency_key" text COLLATE "C" NOT NULL,
	"client_correlation_id" text COLLATE "C",
	"reason" text,
	"input" json NOT NULL,
	"draws" json,
	"shown" json,
	"limits_used" json,
	"facts_read" json,
	"paid_with" smallint,
	"became_pending" boolean,
	CONSTRAINT "reward_claims_one_per_number" PRIMARY KEY("player","number"),
	CONSTRAINT "reward_claims_one_per_idempotency_key" UNIQUE("player","idempotency_key"),
	CONSTRAINT "reward_claims_granted_once" UNIQUE("player","claim_type","claim_key","generation")
);
--> statement-breakpoint
CREATE TABLE "onceward"."undo_claims" (
	"undo" bigint NOT NULL,
	"player" bigint NOT NULL,
	"place" integer NOT NULL,
	"number" integer NOT NULL,
	"reversal" integer,
	"forecast" text COLLATE "C",
	"outcome" text COLLATE "C",
	CONSTRAINT "undo_claims_in_order" PRIMARY KEY("undo","place")
);
--> statement-breakpoint
CREATE TABLE "onceward"."undo_players" (
	"undo" bigint NOT NULL,
	"player" bigint NOT NULL,
	"forecast" text[],
	"differs" text[],
	CONSTRAINT "undo_players_once" PRIMARY KEY("undo","player")
);
--> statement-breakpoint
CREATE TABLE "onceward"."undos" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "onceward"."undos_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"made_by" bigint NOT NULL,
	"run_by" bigint,
	"made_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"stepped_at" timestamp with time zone NOT NULL,
	"scanned_to" bigint DEFAULT 0 NOT NULL,
	"scans_to" bigint NOT NULL,
	"proposal" bigint,
	"players_named" bigint[],
	"made_number" integer NOT NULL,
	"claims" integer DEFAULT 0 NOT NULL,
	"players" integer DEFAULT 0 NOT NULL,
	"checked" integer DEFAULT 0 NOT NULL,
	"reversed" integer DEFAULT 0 NOT NULL,
	"debt" boolean NOT NULL,
	"state" text DEFAULT 'selecting' NOT NULL,
	"reason" text NOT NULL,
	"digest" text COLLATE "C",
	"stopped" text,
	"filter" json NOT NULL,
	"forecast" json DEFAULT '{}'::json NOT NULL,
	"moved" json DEFAULT '{}'::json NOT NULL,
	"refused" json DEFAULT '{}'::json NOT NULL
);
--> statement-breakpoint
ALTER TABLE "onceward"."staff" ADD CONSTRAINT "staff_role_is_known" FOREIGN KEY ("role") REFERENCES "onceward"."roles"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alarms_one_open" ON "onceward"."alarms" USING btree ("kind","subject") WHERE cleared_at IS NULL;--> statement-breakpoint
CREATE INDEX "alarms_open_first" ON "onceward"."alarms" USING btree (((cleared_at IS NULL)::integer),"no");--> statement-breakpoint
CREATE INDEX "alarms_not_logged" ON "onceward"."alarms" USING btree ("no") WHERE logged = 'nothing' OR logged = 'raised' AND cleared_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "archived_claims_one_per_counterparty_number" ON "onceward"."archived_claims" USING btree ("counterparty","counterparty_number") WHERE counterparty IS NOT NULL;--> statement-breakpoint
CREATE INDEX "archived_claims_of_part" ON "onceward"."archived_claims" USING btree ("part");--> statement-breakpoint
CREATE INDEX "campaign_rows_refused" ON "onceward"."campaign_rows" USING btree ("campaign","line") WHERE why IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_one_per_name" ON "onceward"."campaigns" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_one_per_action" ON "onceward"."campaigns" USING btree ("made_by","made_number");--> statement-breakpoint
CREATE INDEX "campaigns_at_work" ON "onceward"."campaigns" USING btree ("stepped_at") WHERE state IN ('checking', 'running');--> statement-breakpoint
CREATE INDEX "list_rows_of_player" ON "onceward"."list_rows" USING btree ("player");--> statement-breakpoint
CREATE UNIQUE INDEX "lists_one_per_name" ON "onceward"."lists" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "lists_one_per_action" ON "onceward"."lists" USING btree ("made_by","made_number");--> statement-breakpoint
CREATE INDEX "dead_letters_by_time" ON "onceward"."dead_letters" USING btree ("died_at");--> statement-breakpoint
CREATE UNIQUE INDEX "endpoints_one_per_action" ON "onceward"."endpoints" USING btree ("made_by","made_number");--> statement-breakpoint
CREATE INDEX "event_sends_by_time" ON "onceward"."event_sends" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "erasures_by_digest" ON "onceward"."erasures" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "erasures_at_work" ON "onceward"."erasures" USING btree ("state","no") WHERE state <> 'done';--> statement-breakpoint
CREATE UNIQUE INDEX "audit_events_one_per_claim" ON "onceward"."audit_events" USING btree ("player","number") WHERE number IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_events_of_actor" ON "onceward"."audit_events" USING btree ("actor","recorded_at");--> statement-breakpoint
CREATE INDEX "audit_events_forbidden" ON "onceward"."audit_events" USING btree ("player","recorded_at") WHERE outcome = 'forbidden';--> statement-breakpoint
CREATE INDEX "audit_events_of_player" ON "onceward"."audit_events" USING btree ("player","id") WHERE player IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_events_by_correlation" ON "onceward"."audit_events" USING btree ("correlation_id","recorded_at");--> statement-breakpoint
CREATE INDEX "audit_events_by_client_correlation" ON "onceward"."audit_events" USING btree ("client_correlation_id","recorded_at") WHERE client_correlation_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "balance_configs_by_time" ON "onceward"."balance_configs" USING btree ("effective_from","version");--> statement-breakpoint
CREATE UNIQUE INDEX "balance_configs_one_per_claim" ON "onceward"."balance_configs" USING btree ("publisher","number") WHERE number IS NOT NULL;--> statement-breakpoint
CREATE INDEX "catalogue_texts_by_language" ON "onceward"."catalogue_texts" USING btree ("language","version");--> statement-breakpoint
CREATE UNIQUE INDEX "proposals_one_per_subject" ON "onceward"."proposals" USING btree ("kind","subject") WHERE state IN ('open', 'approved');--> statement-breakpoint
CREATE INDEX "ranking_rows_refused" ON "onceward"."ranking_rows" USING btree ("ranking","line") WHERE why IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "rankings_one_per_key" ON "onceward"."rankings" USING btree ("payout","key") WHERE state <> 'cancelled';--> statement-breakpoint
CREATE UNIQUE INDEX "rankings_one_per_action" ON "onceward"."rankings" USING btree ("made_by","made_number");--> statement-breakpoint
CREATE INDEX "rankings_at_work" ON "onceward"."rankings" USING btree ("stepped_at") WHERE state = 'paying';--> statement-breakpoint
CREATE UNIQUE INDEX "notes_one_per_action" ON "onceward"."notes" USING btree ("author","number");--> statement-breakpoint
CREATE INDEX "pending_rewards_in_order" ON "onceward"."pending_rewards" USING btree ("announced_at","player","number");--> statement-breakpoint
CREATE INDEX "pending_rewards_by_type" ON "onceward"."pending_rewards" USING btree ("claim_type","announced_at","player","number");--> statement-breakpoint
CREATE INDEX "pending_rewards_of_inbox" ON "onceward"."pending_rewards" USING btree ("player","unread","number");--> statement-breakpoint
CREATE INDEX "pending_rewards_by_expiry" ON "onceward"."pending_rewards" USING btree ("expires_at","player") WHERE expires_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "pending_rewards_held" ON "onceward"."pending_rewards" USING btree ("announced_at","player","number") WHERE is_held;--> statement-breakpoint
CREATE INDEX "pending_rewards_held_by" ON "onceward"."pending_rewards" USING btree ("held_by","announced_at","player","number") WHERE is_held;--> statement-breakpoint
CREATE INDEX "pending_rewards_held_of_type" ON "onceward"."pending_rewards" USING btree ("held_type","announced_at","player","number") WHERE is_held;--> statement-breakpoint
CREATE INDEX "source_keys_of_claim" ON "onceward"."source_keys" USING btree ("player","number");--> statement-breakpoint
CREATE UNIQUE INDEX "actors_one_per_handle" ON "onceward"."actors" USING btree ("handle");--> statement-breakpoint
CREATE INDEX "refusals_of_player_in_order" ON "onceward"."refusals" USING btree ("player","refused_at");--> statement-breakpoint
CREATE INDEX "refusals_by_correlation" ON "onceward"."refusals" USING btree ("correlation_id");--> statement-breakpoint
CREATE INDEX "refusals_by_client_correlation" ON "onceward"."refusals" USING btree ("client_correlation_id","refused_at") WHERE client_correlation_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "refusals_by_expiry" ON "onceward"."refusals" USING btree ("expires_on") WHERE expires_on IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "reward_claims_one_per_counterparty_number" ON "onceward"."reward_claims" USING btree ("counterparty","counterparty_number") WHERE counterparty IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "reward_claims_settle_once" ON "onceward"."reward_claims" USING btree ("player","announced") WHERE announced IS NOT NULL;--> statement-breakpoint
CREATE INDEX "reward_claims_of_player_by_type" ON "onceward"."reward_claims" USING btree ("player","claim_type","number");--> statement-breakpoint
CREATE INDEX "reward_claims_by_key" ON "onceward"."reward_claims" USING btree (hashtextextended(claim_key, claim_type),"player","number");--> statement-breakpoint
CREATE INDEX "reward_claims_by_correlation" ON "onceward"."reward_claims" USING btree ("correlation_id","claimed_at");--> statement-breakpoint
CREATE INDEX "reward_claims_by_client_correlation" ON "onceward"."reward_claims" USING btree ("client_correlation_id","claimed_at") WHERE client_correlation_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "reward_claims_by_time" ON "onceward"."reward_claims" USING brin ("claimed_at");--> statement-breakpoint
CREATE INDEX "undo_claims_to_check" ON "onceward"."undo_claims" USING btree ("undo","place") WHERE forecast IS NULL;--> statement-breakpoint
CREATE INDEX "undo_claims_to_reverse" ON "onceward"."undo_claims" USING btree ("undo","place") WHERE outcome IS NULL;--> statement-breakpoint
CREATE INDEX "undo_claims_of_player" ON "onceward"."undo_claims" USING btree ("undo","player","place");--> statement-breakpoint
CREATE UNIQUE INDEX "undos_one_per_action" ON "onceward"."undos" USING btree ("made_by","made_number");--> statement-breakpoint
CREATE INDEX "undos_at_work" ON "onceward"."undos" USING btree ("stepped_at") WHERE state IN ('selecting', 'checking', 'running');