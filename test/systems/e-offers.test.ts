import { beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../support/worker/balance.ts';
import { asPlayer, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { type LocalDay, publishDay } from '../support/worker/days.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { playerWith } from '../support/worker/players.ts';
import type { Claimable, Claimables, Offer, Offers } from '../support/worker/schema-types.ts';
import { sumOf } from '../support/worker/waves.ts';

let today: LocalDay;
beforeAll(async () => {
  today = await publishDay('earlier', ({ claimTypes, exchanges }: Document) => {
    Object.assign(exchanges.drop, { title: 'Drop', tags: ['shop'], sort: 1 });
    Object.assign(exchanges.multi_summon, { title: 'Ten summons and one more', tags: ['shop'], sort: 2 });
    Object.assign(exchanges.buy_summon_token, { title: 'Summon token', tags: ['shop'], sort: 3 });
    Object.assign(claimTypes.daily_quest, { title: 'Daily quest', tags: ['daily'], sort: 1 });
    Object.assign(claimTypes.weekly_chest, { title: 'Weekly chest', tags: ['daily'], sort: 2 });
  });
});

/** A screen, which is one request to the database. */
async function drawn<Screen>(playerId: string, ask: () => Promise<Screen>): Promise<Screen> {
  const screens: Screen[] = [];
  expect(await countRequests(playerId, async () => screens.push(await ask()))).toBe(1);
  return screens[0] as Screen;
}
const shopOf = (playerId: string): Promise<Offers> =>
  drawn(playerId, async () => resultOf(await asPlayer(playerId).offers({ tag: 'shop' })));
const dailyOf = (playerId: string): Promise<Claimables> =>
  drawn(playerId, async () => resultOf(await asPlayer(playerId).claimables({ tag: 'daily' })));

const byResource = (amounts: Offer['costs'], sign: number) =>
  amounts.map(({ resource, amount }) => [resource, sign * amount]);
/** What a receipt of the offer moves, apart from draws and level-ups. */
const promised = ({ costs, gives }: Offer): Record<string, number> =>
  Object.fromEntries([...byResource(costs, -1), ...byResource(gives, 1)]);

describe('E7', () => {
  it('E7 draws a shop from one query, and sells each offer as shown until its limits', async () => {
    const { playerId } = await playerWith({ auric_coins: 10_000, summon_tokens: 10 });
    const shop = await shopOf(playerId);
    expect(shop.offers.map(({ title }) => title)).toEqual([
      'Drop',
      'Ten summons and one more',
      'Summon token',
    ]);
    let bought = 0;
    for (const { id } of shop.offers) {
      // Buys what the screen says can be bought, one at a time, until the screen says that nothing can.
      for (;;) {
        const screen = await shopOf(playerId);
        const offer = screen.offers.find((each) => each.id === id) as Offer;
        const answer = await asPlayer(playerId).exchange({ exchange: id, terms: offer.terms });
        if (offer.available === 0) {
          const rejection = resultOf(answer);
          expect(rejection).toMatchObject({
            code: offer.blockedBy[0]?.code,
            message: offer.blockedBy[0]?.message,
          });
          break;
        }
        expect(offer.blockedBy).toEqual([]);
        const moved = receiptOf(answer).changes.filter(({ cause }) => cause === 'OPERATION');
        expect(sumOf(moved)).toMatchObject(promised(offer));
        bought += 1;
      }
    }
    // Five drop charges, ten tokens for one multi-summon, and 20 tokens a day.
    expect(bought).toBe(5 + 1 + 20);
    const sold = (await shopOf(playerId)).offers.find(({ id }) => id === 'buy_summon_token');
    expect(sold?.limits).toMatchObject([{ remaining: 0, resetsAt: today.renewsAt }]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('E7 draws a daily screen from one query, and pays what it says is ready', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    const screen = await dailyOf(playerId);
    expect(screen.claimables.map(({ title }) => title)).toEqual(['Daily quest', 'Weekly chest']);
    for (const { id: type, ready, terms, rewards, period } of screen.claimables) {
      expect(ready).toBe(true);
      const { claim, changes } = receiptOf(await asPlayer(playerId).claimReward({ type, terms }));
      expect(claim.key).toBe(period?.key);
      expect(sumOf(changes)).toMatchObject(
        Object.fromEntries(rewards.map(({ resource, amount }) => [resource, amount])),
      );
      const after = (await dailyOf(playerId)).claimables.find(({ id }) => id === type) as Claimable;
      expect(after).toMatchObject({
        ready: false,
        blockedBy: [{ code: 'ALREADY_CLAIMED', until: period?.resetsAt }],
      });
      rejectionOf(await asPlayer(playerId).claimReward({ type, terms }), 'AlreadyClaimed');
    }
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
