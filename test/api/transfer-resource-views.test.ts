/** What giver, recipient, servers and staff can read of a transfer. A player never sees the other player's balances. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember } from '../support/worker/ledger-state.ts';
import { readAll } from '../support/worker/pages.ts';
import { victory } from '../support/worker/scenes.ts';
import type { ClaimWithChanges, HistoryFilter, Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { holder, movingNeither, transfer } from '../support/worker/transfers.ts';

/** The first gift. Each later one is greater by one. */
const GIFT = 10;

let [giver, taker] = ['', ''];
let staff: Client;
/** The receipts of the gifts, in order. */
const gifts: Receipt[] = [];
const giftAt = (round: number) => gifts[round] as Receipt;

beforeAll(async () => {
  await serveExample();
  [giver, taker] = [await holder({ 'shards:fire': 500 }), await holder({ lumees: 9 })];
  staff = asStaff(await addStaffMember(fresh('staff')));
  for (let round = 0; round < 6; round += 1) {
    // Other operations of the giver keep the versions of the two players apart.
    receiptOf(await asServer().claimReward({ ...victory, playerId: giver, key: `cup-${round + 1}` }));
    receiptOf(await asPlayer(giver).spendStatPoints(spending({ energy: 1 })));
    const gift = { amount: GIFT + round, resource: 'shards:fire' };
    gifts.push(receiptOf(await transfer(giver, taker, gift)));
    if (round % 2) receiptOf(await asPlayer(taker).spendStatPoints(spending({ health: 1 })));
    if (round === 3) receiptOf(await transfer(taker, giver, { amount: 1 }));
    // Claims have times in milliseconds, which must differ for the filters.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

interface Reading {
  readonly size?: number;
  readonly backward?: boolean;
  readonly filter?: HistoryFilter;
}
const readClaims = (client: Client, playerId: string, { size = 100, backward, filter }: Reading = {}) =>
  readAll((page) => client.claims({ playerId, filter, ...page }), { size, ...(backward && { backward }) });

const isGift = ({ claim }: ClaimWithChanges) => claim.type === 'transfer' && claim.playerId === giver;

describe('the claims of a recipient', () => {
  it('the claims of a recipient include received transfers, newest first, with the version and the changes of the recipient', async () => {
    const claims = await readClaims(asPlayer(taker), taker);
    const names = claims.map((each) => (isGift(each) ? 'received' : each.claim.type));
    expect(names).toEqual(
      [
        ...['tournament_reward', 'manual_reward'],
        ...['received', 'received', 'spend_stat_points', 'received', 'received', 'spend_stat_points'],
        ...['transfer', 'received', 'received', 'spend_stat_points'],
      ].toReversed(),
    );
    // A gift leaves the version of its recipient.
    const raising = (all: readonly ClaimWithChanges[]) => all.filter((each) => !isGift(each)).length;
    const versions = claims.map(({ claim }) => claim.playerVersion);
    expect(versions).toEqual(claims.map((_, index) => raising(claims.slice(index))));
    // Each player has IDs of their own.
    const given = gifts.map(({ claim }) => claim.id);
    expect(claims.filter(({ claim }) => given.includes(claim.id))).toEqual([]);
    const received = claims.filter(isGift);
    expect(received.map(({ changes }) => changes.map(({ resource, delta }) => [resource, delta]))).toEqual(
      gifts.map((_, round) => [['shards:fire', GIFT + round]]).toReversed(),
    );
    // Players do not see who else acted, why and under which key.
    const withoutOthers = (all: readonly ClaimWithChanges[]) =>
      all.map(({ changes, claim: { id, playerVersion, type } }) => ({ id, playerVersion, type, changes }));
    for (const client of [asServer(), staff])
      expect(withoutOthers(await readClaims(client, taker))).toEqual(withoutOthers(claims));
  });

  it('the claims of a recipient show neither key nor correlation ID of the giver, in any read', async () => {
    const received = (await readClaims(asPlayer(taker), taker)).filter(isGift);
    const entries = await readAll((page) => asPlayer(taker).ledger({ playerId: taker, ...page }), {
      size: 100,
    });
    const ofGifts = [...received, ...entries]
      .map(({ claim }) => claim)
      .filter((claim) => claim.playerId === giver);
    expect(ofGifts.length).toBeGreaterThan(received.length);
    for (const claim of ofGifts)
      expect(claim).toMatchObject({
        key: claim.id,
        idempotencyKey: null,
        correlationId: null,
        clientCorrelationId: null,
      });
    const keys = gifts.map(({ claim }) => claim.idempotencyKey);
    const ids = gifts.flatMap(({ claim, correlationId }) => [claim.correlationId, correlationId, claim.id]);
    const text = JSON.stringify([received, entries]);
    for (const secret of [...keys, ...ids]) expect(text).not.toContain(String(secret));
    // The giver sees them, and so do servers.
    for (const client of [asPlayer(giver), asServer()]) {
      const own = (await readClaims(client, giver)).find(({ claim }) => claim.id === giftAt(0).claim.id);
      expect(own?.claim).toMatchObject({ key: keys[0], idempotencyKey: keys[0] });
    }
  });

  it('the claims of giver and recipient come in pages of any size, from either end', async () => {
    for (const playerId of [taker, giver]) {
      const all = await readClaims(asServer(), playerId);
      expect(all.length).toBeGreaterThan(10);
      for (const [size, backward] of [
        [1, false],
        [3, false],
        [4, true],
      ] as const)
        expect(await readClaims(asServer(), playerId, { size, backward })).toEqual(all);
    }
  });

  it('the claims of a recipient can be filtered by type, resource and time, alone and together', async () => {
    const all = await readClaims(asServer(), taker);
    const third = giftAt(2).claim.claimedAt;
    const isLater = ({ claim }: ClaimWithChanges) => claim.claimedAt >= third;
    const hasFire = ({ changes }: ClaimWithChanges) =>
      changes.some(({ resource }) => resource === 'shards:fire');
    const isTransfer = ({ claim }: ClaimWithChanges) => claim.type === 'transfer';
    const filters: [HistoryFilter, (each: ClaimWithChanges) => boolean][] = [
      [{ claimType: 'transfer' }, isTransfer],
      [{ resource: 'shards:fire' }, hasFire],
      [{ resource: 'lumees', claimType: 'transfer' }, (each) => isTransfer(each) && !hasFire(each)],
      [{ from: third }, isLater],
      [{ to: third }, (each) => !isLater(each)],
      [
        { from: third, resource: 'shards:fire', claimType: 'transfer' },
        (each) => isLater(each) && hasFire(each),
      ],
    ];
    for (const [filter, matches] of filters) {
      const expected = all.filter(matches);
      expect(expected.length).toBeGreaterThan(0);
      for (const [size, backward] of [
        [2, false],
        [3, true],
      ] as const)
        expect(await readClaims(asServer(), taker, { size, backward, filter })).toEqual(expected);
    }
    // The filter looks at this player's changes only: the giver reached more levels than the recipient.
    const filter = { resource: 'levels_paid' };
    expect(await readClaims(asServer(), taker, { size: 5, filter })).toHaveLength(1);
  });
});

it("a ledger entry of a recipient names the claim and the giver, at the recipient's version", async () => {
  const filter = { resource: 'shards:fire' };
  const { edges } = resultOf(await asPlayer(taker).ledger({ playerId: taker, filter }));
  let before = 0;
  const claims = (await readClaims(asPlayer(taker), taker)).filter(isGift).toReversed();
  const expected = claims.map(({ claim }, round) => {
    const after = before + GIFT + round;
    const entry = {
      sequence: round + 1,
      before,
      after,
      delta: GIFT + round,
      cause: 'OPERATION',
      claim: { id: claim.id, type: 'transfer', playerId: giver, counterpartyId: taker },
    };
    before = after;
    return entry;
  });
  expect(edges.map(({ node }) => node).toReversed()).toMatchObject(expected);
  for (const { node } of edges) expect(node.claim.playerVersion).toBe(node.playerVersion);
});

describe('one transfer', () => {
  it('a transfer is read by giver and recipient, each by their own claim ID and with their own changes, and not by other players', async () => {
    const { claim, changes } = giftAt(1);
    const received = (await readClaims(asPlayer(taker), taker)).filter(isGift).at(-2)?.claim.id as string;
    const read = async (client: Client, id = claim.id) => resultOf(await client.claim({ id }));
    const readByGiver = await read(asPlayer(giver));
    expect(readByGiver).toMatchObject({ claim: { playerVersion: claim.playerVersion }, changes });
    const readByTaker = await read(asPlayer(taker), received);
    expect(readByTaker).toMatchObject({
      claim: { id: received, playerId: giver, counterpartyId: taker, playerVersion: 2 },
      changes: [{ resource: 'shards:fire', before: 10, after: 21, delta: 11, sequence: 2 }],
    });
    expect(readByTaker?.changes).toHaveLength(1);
    for (const id of [claim.id, received]) expect(await read(asPlayer(fresh('player')), id)).toBeNull();
    // Neither player learns anything by the other's ID.
    expect(await read(asPlayer(taker))).toBeNull();
    expect(await read(asPlayer(giver), received)).toBeNull();
    for (const client of [asServer(), staff]) expect(await read(client)).toEqual(readByGiver);
  });

  it('a transfer is found by its type and key among the claims of the giver only', async () => {
    const { id, type, key } = giftAt(1).claim;
    expect(resultOf(await asPlayer(giver).claim({ type, key }))?.claim.id).toBe(id);
    expect(resultOf(await asPlayer(taker).claim({ type, key }))).toBeNull();
    const named = await asPlayer(taker).claim({ type, key, playerId: giver });
    expect(onlyError(named).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
  });

  it('a transfer is traced by the giver, servers and staff, and not by the recipient', async () => {
    const { correlationId } = giftAt(1);
    const trace = async (client: Client) => resultOf(await client.trace({ correlationId }));
    const attempt = {
      granted: true,
      input: { toPlayerId: taker, resource: 'shards:fire', amount: 11 },
      claim: { playerId: giver, counterpartyId: taker },
      changes: [{ resource: 'shards:fire', delta: -11 }],
    };
    const others = [{ before: 10, after: 21 }];
    for (const [client, counterpartyChanges] of [
      [asPlayer(giver), null],
      [asServer(), others],
      [staff, others],
    ] as const)
      expect(await trace(client)).toMatchObject({
        attempts: [{ ...attempt, counterpartyChanges }],
        audit: [],
      });
    for (const client of [asPlayer(taker), asPlayer(fresh('player'))])
      expect(await trace(client)).toMatchObject({ attempts: [], audit: [] });
  });
});

it("a player never sees the other player's balances, in receipts, replays, rejections, histories or traces", async () => {
  /** A number that appears nowhere else: an answer that contains it shows the balance. */
  const balance = 70_007_177;
  const rich = await holder({ 'shards:water': 1, 'shards:fire': balance });
  const other = await holder();
  const input = { idempotencyKey: freshKey(), resource: 'shards:fire', amount: 5 };
  const [sent, replay] = [await transfer(rich, other, input), await transfer(rich, other, input)];
  const returned = await transfer(other, rich, { resource: 'shards:fire', amount: 2 });
  for (const answer of [sent, replay, returned]) expect(receiptOf(answer).counterpartyChanges).toBeNull();
  expect(receiptOf(sent).player.id).toBe(rich);
  expect(receiptOf(returned).player.id).toBe(other);
  const rejected = await movingNeither([other, rich], () =>
    transfer(other, rich, { resource: 'shards:fire', amount: 50 }),
  );

  const client = asPlayer(other);
  const seen = JSON.stringify([
    receiptOf(returned),
    rejectionOf(rejected, 'InsufficientBalance'),
    await readClaims(client, other),
    await readAll((page) => client.ledger({ playerId: other, ...page }), { size: 50 }),
    resultOf(await client.claim({ id: receiptOf(sent).claim.id })),
    resultOf(await client.claim({ id: receiptOf(returned).claim.id })),
    resultOf(await client.trace({ correlationId: receiptOf(sent).correlationId })),
    resultOf(await client.trace({ correlationId: receiptOf(returned).correlationId })),
  ]);
  for (const amount of [balance, balance - 5, balance - 3]) expect(seen).not.toContain(String(amount));
  // The owner of the balance sees it, so the search for the number works.
  expect(JSON.stringify(sent.result)).toContain(String(balance));

  for (const read of [client.ledger, client.claims])
    expect(onlyError(await read({ playerId: rich, first: 1 })).extensions.code).toBe('FORBIDDEN');
});
