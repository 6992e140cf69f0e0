import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { startIsolate, startWithoutConfig } from '../../support/worker/isolate.ts';
import { atOnce, award, closeSlip, newStaff } from '../../support/worker/loyalty.ts';
import {
  claimReward,
  manualReward,
  type Result,
  resultOf,
  reverseClaim,
  transferResource,
} from '../../support/worker/mutations.ts';
import { countRequests, countSent } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, playerToken, type SendOptions, send, serverToken } from '../../support/worker/service.ts';

let server: string;
beforeAll(async () => {
  server = await serverToken();
});
beforeEach(() => publish(changedExample(() => {})));

const TIERS = 'tierBefore tierAfter lifetimePointsBefore lifetimePointsAfter nextTier { name from missing }';
const LEDGER = `query($id: PlayerId!, $first: Int, $last: Int, $after: String, $filter: HistoryFilter) {
  ledger(playerId: $id, first: $first, last: $last, after: $after, filter: $filter) {
    edges { cursor node { resource sequence playerVersion claim { id configVersion } ${TIERS} } } } }`;

async function entries(id: string, over: object = {}, options: SendOptions = { token: server }) {
  const { data, errors } = await send(LEDGER, { id, first: 100, ...over }, options);
  if (!data) throw new Error(JSON.stringify(errors));
  return data.ledger.edges.map(({ node }: Result) => node) as Result[];
}

const tiersOf = ({
  tierBefore,
  tierAfter,
  lifetimePointsBefore,
  lifetimePointsAfter,
  nextTier,
}: Result): unknown => ({ tierBefore, tierAfter, lifetimePointsBefore, lifetimePointsAfter, nextTier });

/** What the receipt of a claim says of the same. */
function told({ tierBefore, tierAfter, player, changes }: Result): unknown {
  const { lifetimePoints, next } = player.tier;
  const moved = changes
    .filter(({ resource }: Result) => resource === 'lifetime_points')
    .reduce((sum: number, { delta }: Result) => sum + delta, 0);
  return {
    tierBefore,
    tierAfter,
    lifetimePointsBefore: lifetimePoints - moved,
    lifetimePointsAfter: lifetimePoints,
    nextTier: next,
  };
}
const big = { facts: { minutes: 60, average_bet: 60_000 } };

describe('the tiers of a ledger entry', () => {
  it('are what the receipt of its claim said, on every entry of that claim, whatever the entry moved', async () => {
    const playerId = await seasonedPlayer();
    const { token } = await newStaff();
    const receipts: Result[] = [];
    // 600 each: Silver from the second on.
    for (const key of ['s-1', 's-2']) receipts.push(resultOf(await closeSlip(playerId, key, big)));
    receipts.push(resultOf(await manualReward(award(playerId, 7), { token })));
    receipts.push(
      resultOf(
        await reverseClaim(
          { playerId, claimId: receipts[1].claim.id, reason: 'counted twice', ifInsufficient: 'DEBT' },
          { token },
        ),
      ),
    );
    expect(receipts.map(({ tierBefore, tierAfter }) => [tierBefore, tierAfter])).toEqual([
      ['Bronze', 'Bronze'],
      ['Bronze', 'Silver'],
      ['Silver', 'Silver'],
      ['Silver', 'Bronze'],
    ]);
    const all = await entries(playerId);
    for (const receipt of receipts) {
      const own = all.filter(({ claim }) => claim.id === receipt.claim.id);
      expect(own).toHaveLength(receipt.changes.length);
      for (const entry of own) expect(tiersOf(entry)).toEqual(told(receipt));
    }
    // A page of one resource, from either end, in pages: the same, though the points' own entries are not on it.
    const coins = all.filter(({ resource }) => resource === 'loyalty_points');
    expect(await entries(playerId, { filter: { resource: 'loyalty_points' } })).toEqual(coins);
    expect(await entries(playerId, { first: null, last: 3 })).toEqual(all.slice(-3));
    expect(await entries(playerId, { first: 1 })).toEqual(all.slice(0, 1));
    expect(await entries(playerId, {}, { token: await playerToken(playerId) })).toEqual(all);
  });

  it('are those of the config that the claim was made with, whatever the tiers are now', async () => {
    const playerId = fresh('player');
    const receipts: Result[] = [];
    const name = (index: number) => (index % 2 ? `Iron ${index}` : `Opal ${index}`);
    for (let index = 0; index < 12; index += 1) {
      await publish(
        changedExample(({ tiers }) => {
          tiers.list = [
            { name: name(index), from: 50 * index },
            { name: 'Beyond', from: 10_000 + index },
          ];
        }),
      );
      receipts.push(resultOf(await closeSlip(playerId, `slip-${index}`)));
    }
    // Another resource may decide the tier by now.
    await publish(
      changedExample((document) => {
        document.tiers.resource = 'loyalty_points';
        document.tiers.list = [{ name: 'Other', from: 0 }];
      }),
    );
    const last = resultOf(await closeSlip(playerId, 'slip-12'));
    expect(last).toMatchObject({ tierBefore: 'Other', tierAfter: 'Other' });
    const all = await entries(playerId, {}, { token: server, door: startIsolate() });
    expect(all).toHaveLength(39);
    expect(new Set(all.map(({ claim }) => claim.configVersion)).size).toBe(13);
    for (const receipt of receipts)
      for (const entry of all.filter(({ claim }) => claim.id === receipt.claim.id))
        expect(tiersOf(entry)).toEqual(told(receipt));
    expect(tiersOf(all[0])).toEqual({
      tierBefore: 'Other',
      tierAfter: 'Other',
      lifetimePointsBefore: 1_200,
      lifetimePointsAfter: 1_300,
      nextTier: null,
    });
  });

  it('are the recipient’s own, where a transfer brought it', async () => {
    const [giver, recipient] = [fresh('player'), fresh('player')];
    await closeSlip(giver, 's-1', { facts: { minutes: 60, average_bet: 500_000 } });
    await claimReward({ type: 'daily_quest', playerId: giver }, { token: server });
    await closeSlip(recipient, 's-1');
    const token = await playerToken(giver);
    const sent = resultOf(
      await transferResource({ toPlayerId: recipient, resource: 'lumees', amount: 20 }, { token }),
    );
    expect(sent.__typename).toBe('Receipt');
    const [given] = await entries(giver, { filter: { resource: 'lumees' } });
    const [got] = await entries(recipient, { filter: { resource: 'lumees' } });
    expect([given.claim.id, got.claim.id]).toEqual([sent.claim.id, sent.claim.id]);
    expect(tiersOf(given)).toEqual(told(sent));
    expect(given.tierAfter).toBe('Gold');
    expect(tiersOf(got)).toEqual({
      tierBefore: 'Bronze',
      tierAfter: 'Bronze',
      lifetimePointsBefore: 100,
      lifetimePointsAfter: 100,
      nextTier: { name: 'Silver', from: 1_000, missing: 900 },
    });
  });

  it('of a hundred entries over many configs come with the page: one request, and no config is needed', async () => {
    const playerId = fresh('player');
    for (let index = 0; index < 10; index += 1) {
      await publish(
        changedExample(({ tiers }) => {
          tiers.list[1].from = 1_000 + index;
        }),
      );
      await atOnce(4, (slip) => closeSlip(playerId, `slip-${index}-${slip}`));
    }
    for (const door of [startIsolate(), startWithoutConfig()]) {
      let page: Result[] = [];
      const count = await countRequests(playerId, async () => {
        page = await entries(playerId, {}, { token: server, door });
      });
      expect(count).toBe(1);
      expect(page).toHaveLength(100);
      expect(page[0]).toMatchObject({ lifetimePointsBefore: 3_900, lifetimePointsAfter: 4_000 });
    }
  });

  it('are read only where they are asked for, through fragments too', async () => {
    const playerId = fresh('player');
    await closeSlip(playerId, 's-1');
    const ask = (fields: string, fragments = '') =>
      countSent([playerId, 'balance_configs'], async () => {
        const query = `query($id: PlayerId!) { ledger(playerId: $id) { edges { ${fields} } } } ${fragments}`;
        const { errors } = await send(query, { id: playerId }, { token: server, door: startWithoutConfig() });
        expect(errors).toBeUndefined();
      });
    expect(await ask('node { resource claim { id } }')).toBe(0);
    const deep = `fragment edge on QueryLedgerConnectionEdge { node { ... on LedgerEntry { ...tiers } } }
      fragment tiers on LedgerEntry { tierAfter }`;
    for (const [fields, fragments] of [
      ['node { nextTier { missing } }'],
      ['node { points: lifetimePointsAfter }'],
      ['...edge', deep],
    ])
      expect(await ask(fields as string, fragments)).toBe(1);
  });
});
