CREATE TABLE "onceward"."claim_keys" (
	"player_id" text NOT NULL,
	"key_type" text NOT NULL,
	"key" text NOT NULL,
	"claim_id" uuid NOT NULL,
	CONSTRAINT "claim_keys_granted_once" PRIMARY KEY("player_id","key_type","key"),
	CONSTRAINT "claim_keys_are_short" CHECK (length("onceward"."claim_keys"."key_type") <= 64 AND length("onceward"."claim_keys"."key") <= 512)
);
--> statement-breakpoint
ALTER TABLE "onceward"."claim_keys" ADD CONSTRAINT "claim_keys_have_a_claim" FOREIGN KEY ("claim_id") REFERENCES "onceward"."reward_claims"("id") ON DELETE no action ON UPDATE no action;