import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationInput,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { callOf, gift, grant, isReplayed, lumees, lumeesOf, typesOf } from '../support/worker/gifts.ts';
import { ledgerFaults, ledgerState, owner, usedByStaff } from '../support/worker/ledger-state.ts';
import { catchLines, linesOf } from '../support/worker/log-lines.ts';
import { newStaff } from '../support/worker/loyalty.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { GrantManyReceipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

describe('a call of grantMany', () => {
  it('gives each player what its item says, under a claim of its own', async () => {
    const [known, unknown] = [await seasonedPlayer(), fresh('player')];
    const campaign = fresh('outage');
    const receipt = await grant(callOf([gift(known), gift(unknown, 30), gift(known, 5, 'bonus')], campaign));
    expect(receipt).toMatchObject({ granted: 3, rejected: 0, failed: 0, replayed: false });
    expect(receipt.items).toMatchObject([
      { playerId: known, item: 'apology', result: { claim: { type: 'campaign_grant', playerId: known } } },
      { playerId: unknown, item: 'apology', result: { changes: [{ resource: 'lumees', delta: 30 }] } },
      { playerId: known, item: 'bonus', result: { changes: [{ before: 100, after: 105 }] } },
    ]);
    expect([await lumeesOf(known), await lumeesOf(unknown)]).toEqual([105, 30]);
    expect([...(await ledgerFaults(known)), ...(await ledgerFaults(unknown))]).toEqual([]);
  });

  it('answers again with the same receipts, and writes nothing', async () => {
    const players = [await seasonedPlayer(), await seasonedPlayer()];
    const [key, input] = [freshKey(), callOf(players.map((playerId) => gift(playerId)))];
    const first = await grant(input, { key });
    const again = await writingNothing(players[0] as string, () => grant(input, { key }));
    expect(again).toMatchObject({ granted: 2, replayed: true });
    expect(again.items.every(isReplayed)).toBe(true);
    const claims = (receipt: GrantManyReceipt) =>
      receipt.items.map(({ result }) => result.__typename === 'Receipt' && result.claim);
    expect(claims(again)).toEqual(claims(first));
  });

  it('rejects one item and grants the others', async () => {
    const { staff } = await newStaff();
    const [one, two] = [await seasonedPlayer(), await seasonedPlayer()];
    const nobody = fresh('player');
    const input = callOf([gift(one), gift(nobody), gift(two, 10_001, 'too-much'), gift(two)]);
    const [key, receipt] = [freshKey(), await grant(input, { by: staff })];
    expect(receipt).toMatchObject({ granted: 2, rejected: 2, failed: 0 });
    expect(typesOf(receipt)).toEqual(['Receipt', 'UnknownPlayer', 'LimitExceeded', 'Receipt']);
    expect([await lumeesOf(one), await lumeesOf(two)]).toEqual([100, 100]);
    expect(await ledgerState(nobody)).toMatchObject({ version: null, granted: 0 });
    // Under another key each of them was claimed before.
    expect(typesOf(await grant(input, { by: staff, key }))).toEqual([
      'AlreadyClaimed',
      'UnknownPlayer',
      'LimitExceeded',
      'AlreadyClaimed',
    ]);
    expect([await lumeesOf(one), await lumeesOf(two)]).toEqual([100, 100]);
  });

  it('grants each item once for eight callers at once, under one key or several', async () => {
    const players = await atOnce(5, seasonedPlayer);
    const [key, input] = [freshKey(), callOf(players.map((playerId) => gift(playerId)))];
    await atOnce(8, (index) => asServer().grantMany(input, { key: index % 2 ? freshKey() : key }));
    const last = await grant(input, { key });
    // An item that lost against another key's was claimed there.
    for (const type of typesOf(last)) expect(['Receipt', 'AlreadyClaimed']).toContain(type);
    for (const playerId of players) {
      expect(await lumeesOf(playerId)).toBe(100);
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });

  it('holds 500 items of the greatest length, and sends them in five requests', async () => {
    const campaign = fresh('campaign').padEnd(255, 'x');
    const items = Array.from({ length: 500 }, (_, index) => ({
      playerId: fresh(`${campaign.slice(0, 20)}-${index}`).padEnd(255, 'p'),
      item: `${index}-`.padEnd(255, 'i'),
      gives: [
        ...['lumees', 'auric_coins', 'shards:fire', 'shards:water', 'shards:shadow', 'experience'],
        ...['floor_tokens', 'credits', 'loyalty_points', 'lifetime_points'],
      ].map((resource) => ({ resource, amount: 1 })),
    }));
    const receipts: GrantManyReceipt[] = [];
    const requests = await countRequests(campaign, async () => {
      receipts.push(await grant(callOf(items, campaign)));
    });
    expect(requests).toBe(5);
    const [receipt] = receipts as [GrantManyReceipt];
    expect(receipt.items.map(({ playerId }) => playerId)).toEqual(items.map(({ playerId }) => playerId));
    expect(receipt.granted + receipt.rejected).toBe(500);
  });
});

describe('the key of a call', () => {
  it('with another item is reused, and nothing moves', async () => {
    const [one, two] = [await seasonedPlayer(), await seasonedPlayer()];
    const [key, input] = [freshKey(), callOf([gift(one)])];
    await grant(input, { key });
    const other = { ...input, items: [gift(one), gift(two)] };
    const answer = await writingNothing(two, () => asServer().grantMany(other, { key }));
    expect(rejectionOf(answer, 'IdempotencyKeyReused')).toMatchObject({ fields: ['items'] });
  });

  it('stays free where the input is refused, and the fault names the item', async () => {
    const playerId = await seasonedPlayer();
    const key = freshKey();
    const cases: [Partial<MutationInput<'grantMany'>>, string][] = [
      [{ items: [] }, 'items'],
      [{ items: Array.from({ length: 501 }, (_, index) => gift(playerId, 1, `item-${index}`)) }, 'items'],
      [{ items: [gift(playerId), gift(playerId, 2, 'other'), gift(playerId)] }, 'items[2]'],
      [{ items: [gift(playerId), { ...gift(playerId, 1, 'none'), gives: [] }] }, 'items[1].gives'],
      [{ items: [{ ...gift(playerId), gives: [...lumees(1), ...lumees(2)] }] }, 'items[0].gives[1].resource'],
      [
        {
          items: [
            gift(playerId),
            { ...gift(playerId, 1, 'no'), gives: [{ resource: 'levels_paid', amount: 1 }] },
          ],
        },
        'items[1].gives[0].resource',
      ],
    ];
    for (const [over, field] of cases) {
      const input = { ...callOf([gift(playerId)]), ...over };
      const answer = await writingNothing(playerId, () => asServer().grantMany(input, { key }));
      expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    expect(await grant(callOf([gift(playerId)]), { key })).toMatchObject({ granted: 1, replayed: false });
  });

  it('is answered after the config stopped allowing a resource, and a new item of it has a fault', async () => {
    const players = [await seasonedPlayer(), await seasonedPlayer()];
    const [key, input] = [freshKey(), callOf(players.map((playerId) => gift(playerId)))];
    await breakRequests({ match: key, kind: 'drop_after_commit' });
    expect(faultOf(await asServer().grantMany(input, { key }))).toMatchObject({ code: 'UNAVAILABLE' });
    await publish(changedExample(({ resources }) => Object.assign(resources.lumees, { manual: false })));
    const again = await grant(input, { key });
    expect(again).toMatchObject({ granted: 2, replayed: true });
    const late = await asServer().grantMany(input, { key: freshKey() });
    expect(faultOf(late)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'items[0].gives[0].resource' });
  });
});

describe('the limits of a staff member', () => {
  it('hold across the items exactly, in their order', async () => {
    const { staff, staffId } = await newStaff({ budget: 250 });
    const players = await atOnce(4, seasonedPlayer);
    const receipt = await grant(callOf(players.map((playerId) => gift(playerId))), { by: staff });
    expect(typesOf(receipt)).toEqual(['Receipt', 'Receipt', 'LimitExceeded', 'LimitExceeded']);
    expect(await usedByStaff(staffId)).toEqual({ spent: 200, awards: 2 });
  });

  it('are refused to those who may not give, before anything is recorded', async () => {
    const playerId = await seasonedPlayer();
    const { staff } = await newStaff({ role: 'auditor' });
    for (const by of [staff, asStaff(fresh('unknown')), asPlayer(playerId)]) {
      const answer = await writingNothing(playerId, () => by.grantMany(callOf([gift(playerId)])));
      expect(faultOf(answer)).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

it('counts ten items as one operation of the caller’s rate', async () => {
  // Who may not give is counted as well, and answered sooner.
  const { staff } = await newStaff({ role: 'auditor' });
  const items = Array.from({ length: 500 }, (_, index) => gift('nobody', 1, `item-${index}`));
  const statuses: number[] = [];
  // A staff member may make a hundred operations in ten seconds of the clock; two periods allow twice that.
  for (let call = 0; call < 5; call += 1) statuses.push((await staff.grantMany(callOf(items))).status);
  expect(statuses[0]).toBe(200);
  expect(statuses.at(-1)).toBe(429);
});

it('logs one line with the counts, and one for each item that was not granted', async () => {
  catchLines();
  const { staff, staffId } = await newStaff();
  const [playerId, nobody] = [await seasonedPlayer(), fresh('player')];
  const campaign = fresh('outage');
  const answer = await staff.grantMany(callOf([gift(playerId), gift(nobody)], campaign));
  const lines = linesOf(String(answer.headers.get('x-correlation-id')));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    operation: 'grantMany',
    actor: `staff:${staffId}`,
    success: false,
    code: 'UNKNOWN_PLAYER',
    player: nobody,
    item: 1,
  });
  expect(lines[1]).toMatchObject({
    operation: 'grantMany',
    success: true,
    code: 'ITEMS',
    claimKey: campaign,
    items: 2,
    granted: 1,
    rejected: 1,
    failed: 0,
  });
});

it('shows players no key and no reason of what they were given', async () => {
  const playerId = await seasonedPlayer();
  const { staff } = await newStaff();
  await grant(callOf([gift(playerId)], 'cheating-wave-3'), { by: staff });
  const { edges } = resultOf(await asPlayer(playerId).claims({ playerId }));
  const found = edges.map(({ node }) => node.claim).find(({ type }) => type === 'campaign_grant');
  expect(found).toMatchObject({ key: found?.id, reason: null });
  expect(
    await owner`SELECT 1 FROM onceward.claims_by_name WHERE player_id = ${playerId} AND claim_key LIKE '%cheating%'`,
  ).toHaveLength(1);
});
