-- What the tables need before they exist: the schema, the domains of their columns, and the random
-- handle of an actor.
CREATE SCHEMA "onceward";--> statement-breakpoint
-- ±(2^53 − 1): what a JSON number holds exactly.
CREATE DOMAIN "onceward"."amount" AS bigint
  CONSTRAINT "amount_is_safe" CHECK (VALUE BETWEEN -9007199254740991 AND 9007199254740991);
--> statement-breakpoint
CREATE DOMAIN "onceward"."count" AS bigint
  CONSTRAINT "count_is_safe" CHECK (VALUE BETWEEN 0 AND 9007199254740991);--> statement-breakpoint
-- What identifies an actor outside.
CREATE DOMAIN "onceward"."actor_id" AS text COLLATE "C"
  CONSTRAINT "actor_id_is_short" CHECK (length(VALUE) BETWEEN 1 AND 255);--> statement-breakpoint
CREATE DOMAIN "onceward"."limit_period" AS text COLLATE "C"
  CONSTRAINT "limit_period_is_short" CHECK (length(VALUE) <= 64);--> statement-breakpoint
-- Ten random bytes: a version 4 UUID without the digits that say that it is one.
CREATE FUNCTION "onceward"."new_handle"() RETURNS bytea LANGUAGE sql VOLATILE
RETURN (SELECT decode(substr(hex, 1, 12) || substr(hex, 21, 8), 'hex')
          FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS hex) AS random);
