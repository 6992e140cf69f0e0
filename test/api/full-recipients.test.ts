/** Transfers to players whose balance is full: where the config says so, the gift waits in their inbox. */
import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import type { CollectRewardsReceipt, InboxReward, Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { balanceOf, holder, movingNeither, transfer, writingNeither } from '../support/worker/transfers.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(() =>
  publish(
    changedExample(({ resources, messages }) => {
      Object.assign(resources.lumees, {
        ceiling: 1000,
        transfer: { perDay: 20_000, receives: { perDay: 5000 }, onFull: 'pending', message: 'gift' },
      });
      messages.gift = { title: 'A gift', text: 'Make room, then collect it.' };
    }),
  ),
);

/** A giver with 500 lumees, and a recipient with room for 10. */
const createPair = async () => [await holder({ lumees: 500 }), await holder({ lumees: 990 })] as const;
const balancesOf = async ([giver, taker]: readonly [string, string]) => [
  await balanceOf(giver),
  await balanceOf(taker),
];
const inboxOf = async (playerId: string): Promise<InboxReward[]> =>
  resultOf(await asPlayer(playerId).inbox({ first: 100 })).edges.map(({ node }) => node);
const collect = async (playerId: string, input: object = { all: true }): Promise<CollectRewardsReceipt> =>
  resultAs(await asPlayer(playerId).collectRewards(input), 'CollectRewardsReceipt');
const resultsOf = ({ items }: CollectRewardsReceipt) => items.map(({ result }) => result.__typename);

/** Makes room for so many lumees. */
const spend = (playerId: string, amount: number) => transfer(playerId, spender, { amount }).then(receiptOf);
let spender: string;
beforeAll(async () => {
  spender = await holder();
});

async function pendingGift(): Promise<{ pair: readonly [string, string]; sent: Receipt }> {
  const pair = await createPair();
  const sent = receiptOf(await transfer(...pair, { amount: 30 }));
  return { pair, sent };
}

describe('a transfer that exceeds the ceiling of its recipient', () => {
  it('is paid, waits whole in their inbox, and is replayed', async () => {
    const pair = await createPair();
    const [giver, taker] = pair;
    const input = { amount: 30, idempotencyKey: freshKey() };
    const requests = await countRequests(input.idempotencyKey, async () => {
      const receipt = receiptOf(await transfer(giver, taker, input));
      expect(receipt).toMatchObject({
        claim: { becamePending: true, counterpartyId: taker },
        changes: [{ resource: 'lumees', delta: -30 }],
      });
      const replay = await writingNeither(pair, () => transfer(giver, taker, input));
      expect(resultOf(replay)).toEqual({ ...receipt, replayed: true });
    });
    expect(requests).toBe(2);
    expect(await balancesOf(pair)).toEqual([470, 990]);
    expect(await inboxOf(taker)).toMatchObject([
      {
        ...{ type: 'transfer', title: 'A gift', text: 'Make room, then collect it.', origin: 'TRANSFER' },
        ...{ from: giver, gives: [{ resource: 'lumees', amount: 30 }], expiresAt: null, readAt: null },
      },
    ]);
    expect(await inboxOf(giver)).toEqual([]);
    for (const playerId of pair) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is in the history of both players under an ID of their own', async () => {
    const { pair, sent } = await pendingGift();
    const [giver, taker] = pair;
    const [{ id }] = (await inboxOf(taker)) as [InboxReward];
    expect(id).not.toBe(sent.claim.id);
    for (const [playerId, claimId] of [
      [giver, sent.claim.id],
      [taker, id],
    ] as const)
      expect(resultOf(await asPlayer(playerId).claim({ id: claimId }))).toMatchObject({
        claim: { type: 'transfer', becamePending: true, counterpartyId: taker, playerId: giver },
        changes: playerId === giver ? [{ delta: -30 }] : [],
      });
  });

  it('stays pending while there is no room, and is collected once when there is', async () => {
    const { pair } = await pendingGift();
    const [giver, taker] = pair;
    const refused = await movingNothing(taker, () => collect(taker));
    expect(refused.items).toMatchObject([
      { result: { __typename: 'LimitExceeded', bound: 1000, remaining: 10, requested: 30 } },
    ]);
    expect(await inboxOf(taker)).toHaveLength(1);
    await spend(taker, 25);
    const answers = await atOnce(4, () => collect(taker));
    const paid = answers
      .flatMap(({ items }) => items)
      .filter(({ result }) => result.__typename === 'Receipt');
    expect(paid).toHaveLength(1);
    expect(await balancesOf(pair)).toEqual([470, 995]);
    expect(await inboxOf(taker)).toEqual([]);
    for (const playerId of [giver, taker]) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is refused beyond what the recipient may receive in a day, which counts what is pending', async () => {
    const pair = await createPair();
    const [giver, taker] = pair;
    const rich = await holder({ lumees: 1000 });
    for (let given = 0; given < 5; given += 1)
      receiptOf(await transfer(await holder({ lumees: 1000 }), taker, { amount: 990 }));
    const refused = await movingNeither(pair, () => transfer(giver, taker, { amount: 51 }));
    expect(rejectionOf(refused, 'LimitExceeded')).toMatchObject({ limit: 'RECIPIENT_LIMIT' });
    receiptOf(await transfer(rich, taker, { amount: 50 }));
    expect(await inboxOf(taker)).toHaveLength(6);
  });

  it('is refused where the recipient declines gifts or the giver has too little, and nothing moves', async () => {
    const pair = await createPair();
    const [giver, taker] = pair;
    const poor = await movingNeither(pair, () => transfer(giver, taker, { amount: 501 }));
    rejectionOf(poor, 'InsufficientBalance');
    receiptOf(await asPlayer(taker).acceptGifts({ accept: false }));
    rejectionOf(await movingNeither(pair, () => transfer(giver, taker, { amount: 30 })), 'GiftsDeclined');
    expect(await inboxOf(taker)).toEqual([]);
  });
});

describe('reversing a transfer that did not fit', () => {
  const support = async () => asStaff(await addStaffMember(fresh('staff')));
  const reason = 'sent to the wrong player';

  it('withdraws it from the inbox', async () => {
    const { pair, sent } = await pendingGift();
    const [giver, taker] = pair;
    receiptOf(await (await support()).reverseClaim({ playerId: giver, claimId: sent.claim.id, reason }));
    expect(await balancesOf(pair)).toEqual([500, 990]);
    expect(await inboxOf(taker)).toEqual([]);
    expect(resultsOf(await movingNothing(taker, () => collect(taker)))).toEqual([]);
    for (const playerId of pair) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('takes back what was collected, which cannot be reversed alone', async () => {
    const { pair, sent } = await pendingGift();
    const [giver, taker] = pair;
    await spend(taker, 25);
    const { items } = await collect(taker);
    const [collected] = items.map(({ result }) => result as unknown as Receipt);
    const staff = await support();
    const alone = await movingNothing(taker, () =>
      staff.reverseClaim({ playerId: taker, claimId: collected?.claim.id as string, reason }),
    );
    expect(rejectionOf(alone, 'NotReversible')).toMatchObject({ why: 'COLLECTED' });
    receiptOf(await staff.reverseClaim({ playerId: giver, claimId: sent.claim.id, reason }));
    expect(await balancesOf(pair)).toEqual([500, 965]);
    for (const playerId of pair) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('and collecting it at the same time leave it with one of the two players', async () => {
    const staff = await support();
    const kinds = await atOnce(12, async () => {
      const { pair, sent } = await pendingGift();
      const [giver, taker] = pair;
      await spend(taker, 25);
      const [reversed, collected] = await Promise.all([
        staff.reverseClaim({ playerId: giver, claimId: sent.claim.id, reason }),
        collect(taker),
        asServer().collectRewards({ playerId: taker, all: true }),
      ]);
      receiptOf(reversed);
      expect(await balancesOf(pair)).toEqual([500, 965]);
      expect(await inboxOf(taker)).toEqual([]);
      for (const playerId of pair) expect(await ledgerFaults(playerId)).toEqual([]);
      return resultsOf(collected)[0] ?? 'nothing';
    });
    expect(
      kinds.every((kind) => ['Receipt', 'AlreadyClaimed', 'UnknownReward', 'nothing'].includes(kind)),
    ).toBe(true);
  });
});

it('gifts to a nearly full player at once move as far as they fit, and the others wait', async () => {
  const taker = await holder({ lumees: 950 });
  const givers = await Promise.all(Array.from({ length: 8 }, () => holder({ lumees: 100 })));
  const receipts = (await Promise.all(givers.map((giver) => transfer(giver, taker, { amount: 40 })))).map(
    receiptOf,
  );
  expect(receipts.filter(({ claim }) => !claim.becamePending)).toHaveLength(1);
  expect(await balanceOf(taker)).toBe(990);
  expect(await inboxOf(taker)).toHaveLength(7);
  for (const playerId of [taker, ...givers]) expect(await ledgerFaults(playerId)).toEqual([]);
});
