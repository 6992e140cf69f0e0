// E24: staff freeze a player while the player's rewards and charges arrive.
import { beforeAll, expect, test } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  type Answer,
  asServer,
  asStaff,
  type CallOptions,
  receiptOf,
  resultAs,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import type { ClaimRewardResult, SpendResourceResult } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { balanceOf } from '../support/worker/transfers.ts';

beforeAll(serveExample);

type Result = ClaimRewardResult | SpendResourceResult;

/** On a loaded machine a request may wait too long for the player: it is sent again with its key, as a client does. */
async function outcomeOf(send: (options: CallOptions) => Promise<Answer<Result>>): Promise<string> {
  const key = freshKey();
  for (;;) {
    const { result } = await send({ key });
    if (result === null) continue;
    return result.__typename === 'Receipt' && result.claim.becamePending ? 'held' : result.__typename;
  }
}

const count = (outcomes: readonly string[], outcome: string) =>
  outcomes.filter((one) => one === outcome).length;

test('E24 pays and spends nothing of a frozen player from the answer on, and pays each released reward once', async () => {
  const { playerId } = await playerWith({ lumees: 10_000 });
  const staff = asStaff(await addStaffMember(fresh('staff'), { role: 'admin' }));
  // 160 lumees each.
  const facts = { difficulty: 'hard', enemy_level: 20 };
  const win = () => {
    const battle = { playerId, type: 'pve_victory', key: fresh('battle'), facts };
    return outcomeOf((options) => asServer().claimReward(battle, options));
  };
  const fee = { playerId, resource: 'lumees', amount: 5, reason: 'an entry fee' };
  const spend = () => outcomeOf((options) => asServer().spendResource(fee, options));
  const sixteen = (send: () => Promise<string>) => Promise.all(Array.from({ length: 16 }, send));

  const before = [sixteen(win), sixteen(spend)] as const;
  receiptOf(await staff.freezePlayer({ playerId, reason: 'a suspicion' }));
  const [wonAfter, spentAfter] = await Promise.all([sixteen(win), sixteen(spend)]);
  expect(wonAfter).toEqual(Array(16).fill('held'));
  expect(spentAfter).toEqual(Array(16).fill('PlayerFrozen'));
  const [won, spent] = await Promise.all(before);
  const [paid, charged] = [count(won, 'Receipt'), count(spent, 'Receipt')];
  expect([paid + count(won, 'held'), charged + count(spent, 'PlayerFrozen')]).toEqual([16, 16]);
  expect(await balanceOf(playerId)).toBe(10_000 + 160 * paid - 5 * charged);

  receiptOf(await staff.unfreezePlayer({ playerId, reason: 'nothing was found' }));
  const release = async () => {
    const answer = await staff.releaseRewards({ playerId, reason: 'nothing was found' });
    return resultAs(answer, 'HeldReceipt').settlement;
  };
  const settlements = [...(await Promise.all([release(), release(), release(), release()])), await release()];
  expect(settlements.at(-1)?.hasMore).toBe(false);
  expect(settlements.reduce((sum, { settled }) => sum + settled, 0)).toBe(32 - paid);
  expect(await balanceOf(playerId)).toBe(10_000 + 160 * 32 - 5 * charged);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
