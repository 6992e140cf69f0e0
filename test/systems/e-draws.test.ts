import { expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { pendingRewards } from '../support/worker/pending.ts';
import { playerWith } from '../support/worker/players.ts';
import type { Draw, Receipt } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, receiptsIn, tally } from '../support/worker/waves.ts';

const LEGEND_AFTER = 5;
const EPIC_AFTER = 2;
/** A player holds so many of a hero; each further one becomes shards. */
const HELD = 2;
const SHARDS = 3;

/**
 * Two banners, of which the second is a rerun of the first: both count in one counter how long no legend came. A legend of the first
 * is drawn from a table of its own, in which the dragon is certain after another one.
 */
const banners = changedExample(({ resources, claimTypes, exchanges, drawTables }: Document) => {
  for (const counter of ['pity:legend', 'pity:epic', 'pity:rerun', 'featured']) resources[counter] = {};
  resources['hero:militia'] = {
    ceiling: HELD,
    atCeiling: 'convert',
    convertTo: { resource: 'shards:fire', rate: SHARDS },
  };
  const gives = { 'hero:militia': 1 };
  const guarantees = (epics: string) => [
    { counter: 'pity:legend', after: LEGEND_AFTER, outcomes: ['legend'] },
    { counter: epics, after: EPIC_AFTER, outcomes: ['epic', 'legend'] },
  ];
  drawTables.legends = {
    outcomes: { dragon: { weight: 1, gives }, phoenix: { weight: 1, gives } },
    guarantees: [{ counter: 'featured', after: 1, outcomes: ['dragon'] }],
  };
  const outcomes = { common: { weight: 80, gives }, epic: { weight: 15, gives } };
  drawTables.first = {
    outcomes: { ...outcomes, legend: { weight: 5, table: 'legends' } },
    guarantees: guarantees('pity:epic'),
  };
  drawTables.rerun = {
    outcomes: { ...outcomes, legend: { weight: 5, gives } },
    guarantees: guarantees('pity:rerun'),
  };
  claimTypes.boss_loot = {
    proof: 'server',
    rewards: { auric_coins: 5 },
    draws: { first: 3 },
  };
  for (const draws of ['first', 'rerun'])
    exchanges[draws] = { costs: { summon_tokens: 1 }, draws: { [draws]: 1 }, maxQuantity: 10 };
});

/** In the order in which the ledger granted them. */
const inOrder = (receipts: readonly Receipt[]) =>
  receipts.toSorted((a, b) => a.player.version - b.player.version).flatMap(({ claim }) => claim.draws);

/** How many draws came since the last of these outcomes, before each draw of these tables and at the end. */
function countsOf(draws: readonly Draw[], tables: readonly string[], outcomes: readonly string[]): number[] {
  const counts = [0];
  for (const { table, outcome } of draws)
    if (tables.includes(table)) counts.push(outcomes.includes(outcome) ? 0 : (counts.at(-1) ?? 0) + 1);
  return counts;
}

function countersOf(draws: readonly Draw[]): Record<string, number[]> {
  return {
    'pity:legend': countsOf(draws, ['first', 'rerun'], ['legend']),
    'pity:epic': countsOf(draws, ['first'], ['epic', 'legend']),
    'pity:rerun': countsOf(draws, ['rerun'], ['epic', 'legend']),
    featured: countsOf(draws, ['legends'], ['dragon']),
  };
}

const draw = async (playerId: string, exchange: string, quantity = 1) =>
  receiptOf(await asPlayer(playerId).exchange({ exchange, quantity }));

it('E9 exceeds none of four guarantees, however many draws of two banners arrive at once', async () => {
  await publish(banners);
  const { playerId } = await playerWith({ summon_tokens: 400 });
  const receipts = await atOnce(48, (index) =>
    draw(playerId, index % 3 === 0 ? 'rerun' : 'first', 1 + (index % 4)),
  );
  const draws = inOrder(receipts);
  const counts = countersOf(draws);
  const most = {
    'pity:legend': LEGEND_AFTER,
    'pity:epic': EPIC_AFTER,
    'pity:rerun': EPIC_AFTER,
    featured: 1,
  };
  for (const [counter, after] of Object.entries(most))
    expect(Math.max(...(counts[counter] ?? [])), counter).toBe(after);
  // Each legend of the first banner is followed by the draw of which legend it is.
  const legends = draws.filter(({ table, outcome }) => table === 'first' && outcome === 'legend').length;
  expect(draws.filter(({ table }) => table === 'legends')).toHaveLength(legends);
  const { balances } = await ledgerState(playerId);
  for (const [counter, all] of Object.entries(counts)) expect(balances[counter], counter).toBe(all.at(-1));
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E9 counts the draws that remain after reversals, in each counter', async () => {
  await publish(banners);
  const { playerId } = await playerWith({ summon_tokens: 100 });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  let receipts: Receipt[] = [];
  for (let round = 0; round < 12; round++) {
    receipts.push(await draw(playerId, round % 3 === 0 ? 'rerun' : 'first', 2));
    if (round % 4 !== 3) continue;
    const reversed = receipts[(round * 7) % receipts.length] as Receipt;
    const reason = 'made by mistake';
    receiptOf(
      await staff.reverseClaim({ playerId, claimId: reversed.claim.id, reason, ifInsufficient: 'DEBT' }),
    );
    receipts = receipts.filter((receipt) => receipt !== reversed);
    const { balances } = await ledgerState(playerId);
    for (const [counter, all] of Object.entries(countersOf(inOrder(receipts))))
      expect(balances[counter] ?? 0, `${counter} in round ${round}`).toBe(all.at(-1));
  }
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E9 shows each guarantee, and how far its counter is', async () => {
  await publish(banners);
  const { playerId } = await playerWith({ summon_tokens: 100 });
  for (let round = 0; round < 8; round++) {
    const preview = await asPlayer(playerId).previewExchange({ exchange: 'first' });
    const odds = resultAs(preview, 'ExchangePreview').draws;
    expect(odds.map(({ table, draws }) => [table, draws])).toEqual([
      ['first', 1],
      ['legends', 0],
    ]);
    const [legend, epic] = odds[0]?.guarantees ?? [];
    const { balances } = await ledgerState(playerId);
    expect(legend).toMatchObject({ counter: 'pity:legend', since: balances['pity:legend'] ?? 0 });
    expect(legend?.certainWithin).toBe(LEGEND_AFTER + 1 - (legend?.since ?? 0));
    expect(epic?.certainWithin).toBe(EPIC_AFTER + 1 - (epic?.since ?? 0));
    const [drawn] = (await draw(playerId, 'first')).claim.draws;
    expect(drawn?.guaranteed).toBe(legend?.certainWithin === 1 || epic?.certainWithin === 1);
  }
});

it('E9 draws the loot of a claim once, also where its claims arrive at once', async () => {
  await publish(banners);
  const { playerId } = await playerWith({ summon_tokens: 1 });
  const claim = { playerId, type: 'boss_loot', key: 'boss-1' };
  const odds = resultAs(await asServer().previewClaim(claim), 'ClaimPreview').draws;
  expect(odds.map(({ table, draws }) => [table, draws])).toEqual([
    ['first', 3],
    ['legends', 0],
  ]);
  const answers = (await atOnce(32, () => asServer().claimReward(claim))).map(resultOf);
  expect(tally(answers)).toEqual({ Receipt: 1, AlreadyClaimed: 31 });
  const [receipt] = receiptsIn(answers);
  const drawn = receipt?.claim.draws.filter(({ table }) => table === 'first');
  expect(drawn).toHaveLength(3);
  const { balances } = await ledgerState(playerId);
  for (const [counter, all] of Object.entries(countersOf(receipt?.claim.draws ?? [])))
    expect(balances[counter] ?? 0, counter).toBe(all.at(-1));
  expect(receipt?.changes.filter(({ resource }) => resource === 'auric_coins')).toMatchObject([{ delta: 5 }]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E9 pays announced loot with the dice of the announcement, and staff roll none', async () => {
  await publish(banners);
  const { playerId } = await playerWith({ summon_tokens: 1 });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const claim = { playerId, type: 'boss_loot', key: 'boss-1' };
  const refused = await movingNothing(playerId, () => staff.claimReward(claim));
  expect(rejectionOf(refused, 'NotEligible')).toMatchObject({ why: 'NOT_BY_STAFF' });
  receiptOf(await asServer().announceReward(claim));
  expect(await pendingRewards(asServer(), { playerId })).toMatchObject([
    { gives: [{ resource: 'auric_coins' }], draws: [{ table: 'first', draws: 3 }] },
  ]);
  expect(resultAs(await asServer().previewClaim(claim), 'ClaimPreview')).toMatchObject({
    draws: [],
    changes: [{ resource: 'auric_coins', delta: 5 }],
  });
  const paid = receiptOf(await staff.claimReward(claim));
  expect(paid.claim.draws.filter(({ table }) => table === 'first')).toHaveLength(3);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E9 gives shards for each duplicate, however many arrive at once', async () => {
  await publish(banners);
  const { playerId } = await playerWith({ summon_tokens: 100 });
  const receipts = await atOnce(20, () => draw(playerId, 'rerun', 2));
  const { balances } = await ledgerState(playerId);
  expect(balances).toMatchObject({ 'hero:militia': HELD, 'shards:fire': (40 - HELD) * SHARDS });
  const changes = receipts.flatMap((receipt) => receipt.changes);
  for (const [place, { resource, cause, delta }] of changes.entries()) {
    if (cause !== 'CONVERSION') continue;
    expect([resource, delta]).toEqual(['shards:fire', SHARDS]);
    expect(changes[place - 1]).toMatchObject({ resource: 'hero:militia', requested: 1, delta: 0 });
  }
  expect(changes.filter(({ cause }) => cause === 'CONVERSION')).toHaveLength(40 - HELD);
  const [last] = receipts.toSorted((a, b) => b.player.version - a.player.version);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const claimId = last?.claim.id ?? '';
  receiptOf(
    await staff.reverseClaim({ playerId, claimId, reason: 'made by mistake', ifInsufficient: 'REFUSE' }),
  );
  expect((await ledgerState(playerId)).balances['shards:fire']).toBe((38 - HELD) * SHARDS);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
