import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { type Answer, asServer, type CallOptions, resultOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { closeSlip, newStaff, SLIP } from '../support/worker/loyalty.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { announce, pendingRewards } from '../support/worker/pending.ts';
import type { PendingReward } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce, type MutationResult, receiptsIn, tally } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

it('C2 lists unclaimed announced rewards, and pays each once as announced', async () => {
  const server = asServer('pit-1');
  const { staff } = await newStaff();
  const players = [fresh('player'), fresh('player')] as const;
  // Of twelve announced slips, the claims of four never arrive, the answers of four are lost, and four succeed.
  const slips = Array.from({ length: 12 }, (_, index) => ({
    playerId: players[index % 2] as string,
    key: `slip-${index}`,
    idempotencyKey: freshKey(),
  }));
  for (const { playerId, key } of slips) await announce(playerId, key, SLIP);
  for (const { idempotencyKey } of slips.slice(0, 4))
    await breakRequests({ match: idempotencyKey, kind: 'drop_before' });
  for (const { idempotencyKey } of slips.slice(4, 8))
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
  await Promise.all(
    slips.map(({ playerId, key, idempotencyKey }) => closeSlip(playerId, key, { idempotencyKey })),
  );

  const pending = async () =>
    (await Promise.all(players.map((playerId) => pendingRewards(staff, { playerId })))).flat();
  const listed = await pending();
  expect(listed.map(({ key }) => key).sort()).toEqual(['slip-0', 'slip-1', 'slip-2', 'slip-3']);
  for (const { gives } of listed)
    expect(gives).toEqual([
      { resource: 'lifetime_points', amount: 100 },
      { resource: 'loyalty_points', amount: 100 },
      { resource: 'slips_closed', amount: 1 },
    ]);

  // A new config pays half of the announced points. Staff and the server recover the rewards at the same time.
  await publish(
    changedExample(({ claimTypes }) => {
      claimTypes.rating_slip.rewards.loyalty_points.amount = 'average_bet * minutes / 12000';
    }),
  );
  const answers = await atOnce(32, (index) => {
    const { playerId, type, key } = listed[index % 4] as PendingReward;
    return index % 8 < 4
      ? staff.recoverReward({ playerId, type, key, reason: 'lost in the outage' })
      : server.recoverReward({ playerId, type, key });
  });
  const results = answers.map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 4, AlreadyClaimed: 28 });
  const paid = receiptsIn(results);
  expect(paid.map(({ claim }) => claim.key).sort()).toEqual(['slip-0', 'slip-1', 'slip-2', 'slip-3']);
  const paidIds = paid.map(({ claim }) => claim.id);
  for (const result of results)
    if (result.__typename === 'AlreadyClaimed') expect(paidIds).toContain(result.original?.id);
  expect(await pending()).toEqual([]);
  for (const playerId of players) {
    expect((await ledgerState(playerId)).balances).toEqual({
      loyalty_points: 600,
      lifetime_points: 600,
      slips_closed: 6,
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('C2 replays claims, announcements and recoveries by their keys', async () => {
  const playerId = fresh('player');
  const server = asServer('pit-1');
  const recovery = { playerId, type: SLIP.type };
  const sends: readonly ((options: CallOptions) => Promise<Answer<MutationResult>>)[] = [
    (options) => server.announceReward({ ...SLIP, playerId, key: 'slip-1' }, options),
    (options) => server.recoverReward({ ...recovery, key: 'slip-1' }, options),
    (options) => server.claimReward({ ...SLIP, playerId, key: 'slip-2' }, options),
    (options) => server.claimReward({ ...SLIP, playerId, key: 'slip-1' }, options),
    (options) => server.recoverReward({ ...recovery, key: 'slip-9' }, options),
  ];
  const requests = sends.map((send) => {
    const key = freshKey();
    return async () => resultOf(await send({ key }));
  });
  const first: MutationResult[] = [];
  for (const send of requests) first.push(await send());
  expect(first.map(({ __typename }) => __typename)).toEqual([
    'Receipt',
    'Receipt',
    'Receipt',
    'AlreadyClaimed',
    'NotAnnounced',
  ]);
  // The claim type no longer exists.
  await publish(
    changedExample(({ claimTypes }) => {
      delete claimTypes.rating_slip;
    }),
  );
  const replays = await writingNothing(playerId, () =>
    Promise.all(requests.flatMap((send) => Array.from({ length: 8 }, send))),
  );
  expect(replays).toEqual(
    first.flatMap((result) =>
      Array(8).fill(result.__typename === 'Receipt' ? { ...result, replayed: true } : result),
    ),
  );
});
