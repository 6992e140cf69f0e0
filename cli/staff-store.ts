/** Staff rows and their audit: adding (or changing), disabling, listing. Done by operators with the owner's URL. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { STAFF_ROLES, type StaffRole } from '../src/domain/actor.ts';
import { withClient } from './connect.ts';

export { STAFF_ROLES };

export interface StaffMember {
  readonly id: string;
  readonly role: StaffRole;
  /** Largest sum of amounts in one award, and in one day; null: the config's defaults. */
  readonly rewardLimit: number | null;
  readonly dailyBudget: number | null;
}

/** Adds the member, or gives an existing one this role and these limits and enables them again. */
export async function addStaff(
  ownerDatabaseUrl: string,
  { id, role, rewardLimit, dailyBudget }: StaffMember,
): Promise<void> {
  await withAudit(ownerDatabaseUrl, 'staff.add', { id, role, rewardLimit, dailyBudget }, (client) =>
    client.query(
      `INSERT INTO onceward.staff (id, role, reward_limit, daily_budget) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET role = excluded.role, reward_limit = coalesce(excluded.reward_limit, staff.reward_limit),
         daily_budget = coalesce(excluded.daily_budget, staff.daily_budget), disabled_at = NULL`,
      [id, role, rewardLimit, dailyBudget],
    ),
  );
}

/** False: there is no such member. */
export async function disableStaff(ownerDatabaseUrl: string, id: string): Promise<boolean> {
  const { rowCount } = await withAudit(ownerDatabaseUrl, 'staff.disable', { id }, (client) =>
    client.query('UPDATE onceward.staff SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1', [id]),
  );
  return rowCount === 1;
}

export async function listStaff(
  ownerDatabaseUrl: string,
): Promise<(StaffMember & { disabledAt: Date | null })[]> {
  return withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      'SELECT id, role, reward_limit, daily_budget, disabled_at FROM onceward.staff ORDER BY id',
    );
    return rows.map((row) => ({
      id: row.id,
      role: row.role,
      rewardLimit: row.reward_limit === null ? null : Number(row.reward_limit),
      dailyBudget: row.daily_budget === null ? null : Number(row.daily_budget),
      disabledAt: row.disabled_at,
    }));
  });
}

/** The change and its audit row together, or neither; no audit row where nothing was changed. */
function withAudit(
  ownerDatabaseUrl: string,
  action: string,
  detail: { readonly id: string } & Partial<StaffMember>,
  change: (client: pg.Client) => Promise<pg.QueryResult>,
): Promise<pg.QueryResult> {
  return withClient(ownerDatabaseUrl, async (client) => {
    await client.query('BEGIN');
    const result = await change(client);
    if (result.rowCount) {
      await client.query(
        `INSERT INTO onceward.audit_events (actor_kind, actor_id, action, outcome, detail) VALUES ('operator', $1, $2, 'done', $3)`,
        [userInfo().username, action, JSON.stringify(detail)],
      );
    }
    await client.query('COMMIT');
    return result;
  });
}
