-- The bounds of single columns, from CHECKs of the tables to domains (src/ledger/domains.ts says why). A column takes on a domain
-- without being rewritten as long as the domain checks nothing, so what it checks is added last, by reading the tables once.
CREATE DOMAIN "onceward"."amount" AS bigint;--> statement-breakpoint
CREATE DOMAIN "onceward"."counter" AS bigint;--> statement-breakpoint
CREATE DOMAIN "onceward"."sequence_number" AS bigint;--> statement-breakpoint
CREATE DOMAIN "onceward"."player_id" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."resource_name" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."claim_type" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."claim_key" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."idempotency_key" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."reason" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."actor_kind" AS text;--> statement-breakpoint
CREATE DOMAIN "onceward"."entry_cause" AS text;--> statement-breakpoint
ALTER TABLE "onceward"."balances" ALTER COLUMN "resource" SET DATA TYPE "onceward"."resource_name";--> statement-breakpoint
ALTER TABLE "onceward"."balances" ALTER COLUMN "amount" SET DATA TYPE "onceward"."amount";--> statement-breakpoint
ALTER TABLE "onceward"."balances" ALTER COLUMN "last_sequence" SET DATA TYPE "onceward"."counter";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ALTER COLUMN "sequence" SET DATA TYPE "onceward"."sequence_number";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ALTER COLUMN "balance_before" SET DATA TYPE "onceward"."amount";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ALTER COLUMN "balance_after" SET DATA TYPE "onceward"."amount";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ALTER COLUMN "requested" SET DATA TYPE "onceward"."amount";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ALTER COLUMN "cause" SET DATA TYPE "onceward"."entry_cause";--> statement-breakpoint
ALTER TABLE "onceward"."players" ALTER COLUMN "id" SET DATA TYPE "onceward"."player_id";--> statement-breakpoint
ALTER TABLE "onceward"."players" ALTER COLUMN "version" SET DATA TYPE "onceward"."counter";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ALTER COLUMN "claim_type" SET DATA TYPE "onceward"."claim_type";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ALTER COLUMN "claim_key" SET DATA TYPE "onceward"."claim_key";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ALTER COLUMN "idempotency_key" SET DATA TYPE "onceward"."idempotency_key";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ALTER COLUMN "actor_kind" SET DATA TYPE "onceward"."actor_kind";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ALTER COLUMN "reason" SET DATA TYPE "onceward"."reason";--> statement-breakpoint
ALTER TABLE "onceward"."balances" DROP CONSTRAINT "balances_resource_is_short";--> statement-breakpoint
ALTER TABLE "onceward"."balances" DROP CONSTRAINT "balances_amount_is_safe";--> statement-breakpoint
ALTER TABLE "onceward"."balances" DROP CONSTRAINT "balances_sequence_counts_up";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" DROP CONSTRAINT "ledger_entries_before_is_safe";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" DROP CONSTRAINT "ledger_entries_after_is_safe";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" DROP CONSTRAINT "ledger_entries_requested_is_safe";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" DROP CONSTRAINT "ledger_entries_cause_is_known";--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" DROP CONSTRAINT "ledger_entries_sequence_from_one";--> statement-breakpoint
ALTER TABLE "onceward"."players" DROP CONSTRAINT "players_id_is_short";--> statement-breakpoint
ALTER TABLE "onceward"."players" DROP CONSTRAINT "players_version_counts_up";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" DROP CONSTRAINT "reward_claims_idempotency_key_format";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" DROP CONSTRAINT "reward_claims_claim_is_short";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" DROP CONSTRAINT "reward_claims_actor_is_known";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" DROP CONSTRAINT "reward_claims_reason_is_short";--> statement-breakpoint
ALTER DOMAIN "onceward"."amount" ADD CONSTRAINT "amount_is_safe" CHECK (VALUE BETWEEN -9007199254740991 AND 9007199254740991);--> statement-breakpoint
ALTER DOMAIN "onceward"."counter" ADD CONSTRAINT "counter_counts_up" CHECK (VALUE >= 0);--> statement-breakpoint
ALTER DOMAIN "onceward"."sequence_number" ADD CONSTRAINT "sequence_number_from_one" CHECK (VALUE >= 1);--> statement-breakpoint
ALTER DOMAIN "onceward"."player_id" ADD CONSTRAINT "player_id_is_short" CHECK (length(VALUE) BETWEEN 1 AND 128);--> statement-breakpoint
ALTER DOMAIN "onceward"."resource_name" ADD CONSTRAINT "resource_name_is_short" CHECK (length(VALUE) BETWEEN 1 AND 64);--> statement-breakpoint
ALTER DOMAIN "onceward"."claim_type" ADD CONSTRAINT "claim_type_is_short" CHECK (length(VALUE) <= 64);--> statement-breakpoint
ALTER DOMAIN "onceward"."claim_key" ADD CONSTRAINT "claim_key_is_short" CHECK (length(VALUE) <= 200);--> statement-breakpoint
ALTER DOMAIN "onceward"."idempotency_key" ADD CONSTRAINT "idempotency_key_is_well_formed" CHECK (length(VALUE) BETWEEN 16 AND 128 AND VALUE ~ '^[A-Za-z0-9_.:-]*$');--> statement-breakpoint
ALTER DOMAIN "onceward"."reason" ADD CONSTRAINT "reason_is_short" CHECK (length(VALUE) <= 500);--> statement-breakpoint
ALTER DOMAIN "onceward"."actor_kind" ADD CONSTRAINT "actor_kind_is_known" CHECK (VALUE IN ('player', 'server', 'staff', 'operator'));--> statement-breakpoint
ALTER DOMAIN "onceward"."entry_cause" ADD CONSTRAINT "entry_cause_is_known" CHECK (VALUE IN ('operation', 'milestone', 'regeneration', 'opening'));
