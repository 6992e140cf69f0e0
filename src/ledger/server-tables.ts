/** The registry of game servers. Actions of staff and the owner's command write it (drizzle/kernel/64_server_changes.sql, cli/server.ts). */
import { sql } from 'drizzle-orm';
import { check, text } from 'drizzle-orm/pg-core';
import { actorNumber, instant, onceward, safeCount } from './columns.ts';

/** What a game server may do at most. The scope of its token can take more away, and give nothing. Null: as the token says. */
export const servers = onceward.table(
  'servers',
  {
    actor: actorNumber('actor').primaryKey(),
    registeredAt: instant('registered_at').notNull(),
    /** Since then it may do nothing. */
    disabledAt: instant('disabled_at'),
    disabledBy: actorNumber('disabled_by'),
    /** The largest amount of a resource that one operation moves. */
    largestAmount: safeCount('largest_amount'),
    /** How many operations are granted in an hour of UTC. */
    claimsPerHour: safeCount('claims_per_hour'),
    /** What they give, less what each of them takes, in the value that the balance config gives each resource. */
    valuePerHour: safeCount('value_per_hour'),
    /** The IDs of the keys that may sign its tokens. */
    keyIds: text('key_ids').array(),
    operations: text('operations').array(),
    claimTypes: text('claim_types').array(),
    disabledReason: text('disabled_reason'),
  },
  (t) => [
    check(
      'servers_are_disabled_by_somebody',
      sql`num_nulls(${t.disabledAt}, ${t.disabledBy}, ${t.disabledReason}) IN (0, 3)`,
    ),
    check(
      'servers_have_short_lists',
      sql`greatest(cardinality(${t.keyIds}), cardinality(${t.operations}), cardinality(${t.claimTypes})) <= 100`,
    ),
  ],
);
