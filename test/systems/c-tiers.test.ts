import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { atOnce, award, closeSlip, newStaff, receiptsOf } from '../support/worker/loyalty.ts';
import { manualReward, original, resultOf } from '../support/worker/mutations.ts';
import { fresh, playerToken, send } from '../support/worker/service.ts';

beforeEach(() => publish(changedExample(() => {})));

it('C9 the tier comes from the lifetime points by one derivation, wherever it is shown', async () => {
  const playerId = fresh('player');
  const token = await playerToken(playerId);
  const receipts = receiptsOf(
    await atOnce(12, (index) =>
      closeSlip(playerId, `slip-${index}`, { facts: { minutes: 60, average_bet: 50_000 } }),
    ),
  ).toSorted((a, b) => a.claim.playerVersion - b.claim.playerVersion);
  // 500 each: Silver from 1,000, Gold from 5,000. Each receipt begins in the tier in which the one before it ended.
  const tiers = ['Bronze', 'Bronze', ...Array(8).fill('Silver'), ...Array(3).fill('Gold')];
  expect(receipts.map(({ tierBefore }) => tierBefore)).toEqual(tiers.slice(0, 12));
  expect(receipts.map(({ tierAfter }) => tierAfter)).toEqual(tiers.slice(1));
  expect(receipts.map(({ player }) => player.tier.name)).toEqual(tiers.slice(1));

  const TIER = 'tier { name lifetimePoints next { name from missing } }';
  const query = `query($id: PlayerId!) { me { ${TIER} } player(id: $id) { ${TIER} } }`;
  const { me, player } = (await send(query, { id: playerId }, { token })).data;
  const last = original(receipts.at(-1)).player.tier;
  expect([me.tier, player.tier]).toEqual([last, last]);
  // Spendable points are not what counts.
  const staff = await newStaff();
  const richer = resultOf(await manualReward(award(playerId, 10_000), { token: staff.token }));
  expect([richer.tierBefore, richer.tierAfter, richer.player.tier]).toEqual(['Gold', 'Gold', last]);
});
