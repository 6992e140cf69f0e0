CREATE TABLE "onceward"."owed_claims" (
	"player_id" text NOT NULL,
	"claim_type" text NOT NULL,
	"claim_key" text NOT NULL,
	"announced_by" uuid NOT NULL,
	"announced_at" timestamp with time zone NOT NULL,
	"plan" jsonb NOT NULL,
	CONSTRAINT "owed_claims_one_per_claim" PRIMARY KEY("player_id","claim_type","claim_key"),
	CONSTRAINT "owed_claims_in_order" UNIQUE("announced_by")
);
--> statement-breakpoint
CREATE TABLE "onceward"."player_quotas" (
	"player_id" text NOT NULL,
	"name" text NOT NULL,
	"period" text NOT NULL,
	"used" bigint NOT NULL,
	CONSTRAINT "player_quotas_one_per_period" PRIMARY KEY("player_id","name","period"),
	CONSTRAINT "player_quotas_are_short" CHECK (length("onceward"."player_quotas"."name") <= 128 AND length("onceward"."player_quotas"."period") <= 32),
	CONSTRAINT "player_quotas_used_is_safe" CHECK ("onceward"."player_quotas"."used" BETWEEN 0 AND 9007199254740991)
);
--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" DROP CONSTRAINT "reward_claims_claim_is_short";--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" DROP CONSTRAINT "reward_claims_actor_is_known";--> statement-breakpoint
ALTER TABLE "onceward"."balances" ADD COLUMN "anchored_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ADD COLUMN "cause" text DEFAULT 'operation' NOT NULL;--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD COLUMN "anchors_after" jsonb;--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD COLUMN "draws" jsonb;--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD COLUMN "counterparty_id" text;--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD COLUMN "counterparty_version" bigint;--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD COLUMN "counterparty_balances_after" jsonb;--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD COLUMN "occurred_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "onceward"."staff_budget_days" ADD COLUMN "awards" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "onceward"."owed_claims" ADD CONSTRAINT "owed_claims_were_announced" FOREIGN KEY ("announced_by") REFERENCES "onceward"."reward_claims"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "owed_claims_by_player" ON "onceward"."owed_claims" USING btree ("player_id","announced_by");--> statement-breakpoint
CREATE INDEX "owed_claims_by_type" ON "onceward"."owed_claims" USING btree ("claim_type","announced_by");--> statement-breakpoint
CREATE UNIQUE INDEX "reward_claims_one_per_counterparty_version" ON "onceward"."reward_claims" USING btree ("counterparty_id","counterparty_version") WHERE counterparty_id IS NOT NULL;--> statement-breakpoint
ALTER TABLE "onceward"."ledger_entries" ADD CONSTRAINT "ledger_entries_cause_is_known" CHECK ("onceward"."ledger_entries"."cause" IN ('operation', 'milestone', 'regeneration', 'opening'));--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD CONSTRAINT "reward_claims_counterparty_is_whole" CHECK (num_nulls("onceward"."reward_claims"."counterparty_id", "onceward"."reward_claims"."counterparty_version", "onceward"."reward_claims"."counterparty_balances_after") IN (0, 3) AND "onceward"."reward_claims"."counterparty_id" <> "onceward"."reward_claims"."player_id");--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD CONSTRAINT "reward_claims_claim_is_short" CHECK (length("onceward"."reward_claims"."claim_type") <= 64 AND length("onceward"."reward_claims"."claim_key") <= 200);--> statement-breakpoint
ALTER TABLE "onceward"."reward_claims" ADD CONSTRAINT "reward_claims_actor_is_known" CHECK ("onceward"."reward_claims"."actor_kind" IN ('player', 'server', 'staff', 'operator'));