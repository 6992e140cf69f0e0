/**
 * The tables of operations in Drizzle: staff and their budgets, the audit, published configs. Operators' commands write staff and
 * configs (cli/), the kernel writes the rest.
 */
import { sql } from 'drizzle-orm';
import { check, date, foreignKey, index, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { amount, instant, onceward, SAFE_COUNT } from './columns.ts';
import { rewardClaims } from './tables.ts';

/** Staff members. The kernel reads role and limits from here, not from a token. */
export const staff = onceward.table(
  'staff',
  {
    id: text().primaryKey(),
    role: text({ enum: ['support', 'economist', 'auditor', 'admin'] }).notNull(),
    /** The largest sum of amounts in one award; null: the config's default. */
    rewardLimit: amount('reward_limit'),
    /** The largest sum of amounts in one day; null: the config's default. */
    dailyBudget: amount('daily_budget'),
    disabledAt: instant('disabled_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [
    check('staff_role_is_known', sql`${t.role} IN ('support', 'economist', 'auditor', 'admin')`),
    check('staff_limits_are_safe', sql`${t.rewardLimit} ${SAFE_COUNT} AND ${t.dailyBudget} ${SAFE_COUNT}`),
  ],
);

/** What each staff member has given per day. */
export const staffBudgetDays = onceward.table(
  'staff_budget_days',
  {
    staffId: text('staff_id').notNull(),
    day: date().notNull(),
    spent: amount('spent').notNull(),
    /** The number of awards. Reversals do not count. */
    awards: amount('awards').notNull().default(0),
  },
  (t) => [
    primaryKey({ name: 'staff_budget_days_one_per_day', columns: [t.staffId, t.day] }),
    foreignKey({ name: 'staff_budget_days_have_staff', columns: [t.staffId], foreignColumns: [staff.id] }),
    check('staff_budget_days_spent_is_safe', sql`${t.spent} ${SAFE_COUNT}`),
  ],
);

/** What staff and operators did: one row per claim or rejection of staff, change of staff, import and published config. */
export const auditEvents = onceward.table(
  'audit_events',
  {
    id: uuid().notNull().default(sql`uuidv7()`),
    actorKind: text('actor_kind', { enum: ['staff', 'operator'] }).notNull(),
    actorId: text('actor_id').notNull(),
    /** `manualReward`, `claimReward`, `staff.add`, `staff.disable`, `config.publish`. */
    action: text().notNull(),
    outcome: text({ enum: ['granted', 'rejected', 'done'] }).notNull(),
    playerId: text('player_id'),
    claimId: uuid('claim_id'),
    amount: amount('amount'),
    reason: text(),
    correlationId: text('correlation_id'),
    detail: jsonb(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'audit_events_id', columns: [t.id] }),
    unique('audit_events_one_per_claim').on(t.claimId),
    index('audit_events_by_correlation').on(t.correlationId),
    foreignKey({
      name: 'audit_events_claim_exists',
      columns: [t.claimId],
      foreignColumns: [rewardClaims.id],
    }),
  ],
);

/** Every published balance config: the source of truth behind KV. The highest version is the current one. */
export const balanceConfigs = onceward.table('balance_configs', {
  version: amount('version').primaryKey().generatedByDefaultAsIdentity(),
  /** Of the canonical JSON of the document. Not unique: a rollback publishes an old document under a new version. */
  sha256: text().notNull(),
  document: jsonb().notNull(),
  publishedBy: text('published_by').notNull(),
  reason: text(),
  publishedAt: instant('published_at').notNull().defaultNow(),
});
