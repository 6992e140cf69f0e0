import { beforeAll, describe, expect, test } from 'vitest';
import { bulkOf, commitBulk } from '../support/ledger/bulks.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, operation, take } from '../support/ledger/operations.ts';

const { app, owner, commit, addStaff } = openLedger();

/** With a column that could be changed in place. */
const RECORDED = {
  names: 'name = name',
  bulk_calls: 'items = NULL',
  reward_claims: 'reason = NULL',
  refusals: 'reason = NULL',
  ledger_entries: 'delta = delta',
  balance_configs: 'sha256 = sha256',
  milestones: 'resource = resource',
  award_limits: 'reward_limit = reward_limit',
  staff_values: 'value = value',
  take_limits: 'per_day = per_day',
  audit_events: 'reason = NULL',
};
const REFUSED = { code: '23000', hint: expect.stringContaining('new operation') };

beforeAll(async () => {
  const player = fresh('player');
  await granted(commit(operation({ player })));
  await commit(operation({ player, postings: [take('gold', 99)] }));
  await granted(commit({ ...award(await addStaff(), 5), player }));
  await commitBulk(app, bulkOf(), [operation()]);
});

describe.each(Object.entries(RECORDED))('what %s has recorded', (table, change) => {
  test.each([
    ['updated', `UPDATE onceward.${table} SET ${change}`],
    ['deleted', `DELETE FROM onceward.${table}`],
    ['truncated', `TRUNCATE onceward.${table} CASCADE`],
    ['merged away', `MERGE INTO onceward.${table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`],
  ])('is never %s, not even by the owner', async (_, statement) => {
    const count = async () =>
      (await owner.query(`SELECT count(*) > 0 AS any FROM onceward.${table}`)).rows[0].any;
    expect(await count()).toBe(true);
    await expect(owner.query(statement)).rejects.toMatchObject(REFUSED);
    expect(await count()).toBe(true);
  });
});

test('an upsert over a published config, and a claim moved to another player, are refused', async () => {
  const { claim } = await granted(commit(operation()));
  const upsert = owner.query(
    `INSERT INTO onceward.balance_configs SELECT * FROM onceward.balance_configs LIMIT 1
     ON CONFLICT (version) DO UPDATE SET sha256 = 'forged'`,
  );
  await expect(upsert).rejects.toMatchObject(REFUSED);
  const forged = owner.query(
    `UPDATE onceward.reward_claims SET player = player + 1
      WHERE player = (SELECT no FROM onceward.actors WHERE (id, kind) = ($1, 1))`,
    [claim.playerId],
  );
  await expect(forged).rejects.toMatchObject(REFUSED);
});

test('publishing may mark a resource as regenerating, and nothing else of a name changes', async () => {
  const name = fresh('resource');
  await owner.query('SELECT onceward.register_names(1::smallint, $1)', [[name]]);
  await owner.query('UPDATE onceward.names SET regenerates = true WHERE name = $1', [name]);
  for (const column of ['kind', 'no', 'name'])
    await expect(
      owner.query(`UPDATE onceward.names SET ${column} = ${column} WHERE name = $1`, [name]),
    ).rejects.toMatchObject(REFUSED);
});

describe('a refusal', () => {
  /** Days from today (UTC); null: kept for good. */
  async function refusalThatExpires(days: number | null): Promise<string> {
    const key = fresh('expiring');
    await owner.query(
      `INSERT INTO onceward.refusals (player, actor, refused_at, correlation_id, fingerprint, config_version, version,
                                      expires_on, operation, idempotency_key, claim_type, claim_key, input, rejection)
       SELECT a.no, a.no, now(), uuidv7(), uuidv7(), 1, 0, (now() AT TIME ZONE 'UTC')::date + $2::int, 1, $1, 'x', 'x', '{}', '{}'
         FROM onceward.actors a WHERE a.kind = 1 LIMIT 1`,
      [key, days],
    );
    return key;
  }
  const remove = (key: string) =>
    owner.query('DELETE FROM onceward.refusals WHERE idempotency_key = $1', [key]);

  test.each([null, 0, 1, 30])('that expires in %s days cannot be deleted', async (days) => {
    await expect(remove(await refusalThatExpires(days))).rejects.toMatchObject(REFUSED);
  });

  test('that has expired may be deleted, and still not changed', async () => {
    const key = await refusalThatExpires(-1);
    const change = owner.query(`UPDATE onceward.refusals SET rejection = '{}' WHERE idempotency_key = $1`, [
      key,
    ]);
    await expect(change).rejects.toMatchObject(REFUSED);
    expect((await remove(key)).rowCount).toBe(1);
  });
});
