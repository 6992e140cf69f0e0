/** E22: emission never exceeds the bound of a breaker; the excess is pending, not lost. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  BOUND,
  claim,
  guarded,
  heldClaim,
  inboxOf,
  lumeesOf,
  newStaff,
  TOO_MUCH,
} from '../support/worker/breakers.ts';
import { receiptOf, resultAs, resultOf, untilAnswered } from '../support/worker/client.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

describe('E22 a formula that pays a thousand times too much', () => {
  beforeAll(() => guarded({ e22_hourly: { resource: 'lumees', perHour: BOUND } }));

  it('E22 never pays beyond the bound of a breaker under 64 clients, and stops within 2 % of it', async () => {
    const players = Array.from({ length: 64 }, () => fresh('player'));
    const receipts = await Promise.all(
      players.map(async (playerId) => {
        const own = [];
        for (let wave = 0; wave < 5; wave++) own.push(receiptOf(await claim(playerId)));
        return own;
      }),
    );
    const paid = receipts.flat().filter(({ claim: { becamePending } }) => !becamePending);
    const sum = paid.length * TOO_MUCH;
    expect(sum).toBeLessThanOrEqual(BOUND);
    expect(sum).toBeGreaterThanOrEqual(BOUND * 0.98);
    const balances = await Promise.all(players.map(lumeesOf));
    expect(balances.reduce((all, one) => all + one, 0)).toBe(sum);
    const inboxes = await Promise.all(players.map(inboxOf));
    expect(inboxes.flat()).toHaveLength(320 - paid.length);
    for (const playerId of players.slice(0, 4)) expect(await ledgerFaults(playerId)).toEqual([]);
    const [state] = resultOf(await (await newStaff()).breakers({}));
    expect(state).toMatchObject({ name: 'e22_hourly', per: 'GAME', subject: null, bound: BOUND, given: sum });
    expect(state?.trippedAt).not.toBeNull();
    const { edges } = resultOf(await (await newStaff()).alarms({ open: true, first: 100 }));
    const raised = edges.filter(({ node }) => node.kind === 'BREAKER' && node.subject === 'e22_hourly');
    expect(raised.map(({ node }) => node.times)).toEqual([1]);
  });
});

describe('E22 what a breaker holds', () => {
  beforeAll(() => guarded({ e22_waves: { claimTypes: ['wave'], perHour: 1 } }));

  it('E22 is paid once when it is released, under 64 releases at the same time', async () => {
    await claim(fresh('player'));
    const held = await Promise.all(Array.from({ length: 20 }, () => heldClaim()));
    const staff = await newStaff();
    const release = async () => {
      const input = { breaker: 'e22_waves', reason: 'it was right', atMost: 7 as never };
      const keys = { key: freshKey() };
      const answer = await untilAnswered(() => staff.releaseRewards(input, keys));
      return resultAs(answer, 'HeldReceipt').settlement;
    };
    const settled = (await atOnce(64, release)).reduce((sum, one) => sum + one.settled, 0);
    // What another release was paying is left for the next one.
    let rest = 0;
    for (let more = true; more; ) {
      const one = await release();
      rest += one.settled;
      more = one.hasMore;
    }
    expect(settled + rest).toBe(20);
    for (const { playerId } of held) {
      expect([await lumeesOf(playerId), await inboxOf(playerId)]).toEqual([TOO_MUCH, []]);
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });
});
