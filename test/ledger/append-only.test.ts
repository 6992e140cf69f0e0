import { beforeAll, describe, expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, operation, take } from '../support/ledger/operations.ts';

const { owner, commit, addStaff } = openLedger();

const RECORDED = ['ledger_entries', 'reward_claims', 'claim_keys', 'audit_events', 'balance_configs'];
const REFUSED = { code: '23000', hint: expect.stringContaining('new operation') };

beforeAll(async () => {
  const playerId = fresh('player');
  await granted(commit(operation({ playerId, furtherKeys: [{ type: 'gold', key: 'match/7' }] })));
  await commit(operation({ playerId, postings: [take('gold', 99)] }));
  await granted(commit({ ...award(await addStaff(), 5), playerId }));
});

describe.each(RECORDED)('what %s has recorded', (table) => {
  test.each([
    ['updated', `UPDATE onceward.${table} SET ${columnOf(table)}`],
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

function columnOf(table: string): string {
  const columns: Record<string, string> = {
    balance_configs: 'sha256 = sha256',
    ledger_entries: 'delta = delta',
    claim_keys: 'key = key',
  };
  return columns[table] ?? 'reason = NULL';
}

test('an upsert over a published config, and a claim moved to another player, are refused as well', async () => {
  const { claim } = await granted(commit(operation()));
  const upsert = owner.query(
    `INSERT INTO onceward.balance_configs SELECT * FROM onceward.balance_configs LIMIT 1
     ON CONFLICT (version) DO UPDATE SET sha256 = 'forged'`,
  );
  await expect(upsert).rejects.toMatchObject(REFUSED);
  const forged = owner.query(`UPDATE onceward.reward_claims SET player_id = 'thief' WHERE id = $1`, [
    claim.id,
  ]);
  await expect(forged).rejects.toMatchObject(REFUSED);
});

test('a player who has balances cannot be removed', async () => {
  const { claim } = await granted(commit(operation()));
  await expect(
    owner.query('DELETE FROM onceward.players WHERE id = $1', [claim.playerId]),
  ).rejects.toMatchObject({
    constraint: 'balances_have_a_player',
  });
});
