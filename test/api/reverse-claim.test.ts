import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState, moved } from '../support/worker/ledger-state.ts';
import {
  claimReward,
  original,
  resultOf,
  reverseClaim,
  spendStatPoints,
} from '../support/worker/mutations.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../support/worker/service.ts';

let server: string;
let support: string;
beforeAll(async () => {
  await serveExample();
  server = await serverToken();
  support = await staffToken(await addStaffMember(fresh('staff')));
});

/** A player who won a cup: 64 auric coins, 500 experience, two level-ups with six stat points. */
async function paidPlayer() {
  const playerId = fresh('player');
  const won = { playerId, type: 'tournament_reward', key: 'cup-1', facts: { rank: 1, participants: 16 } };
  const receipt = resultOf(await claimReward(won, { token: server }));
  return { playerId, receipt, claimId: receipt.claim.id as string };
}

const asked = (playerId: string, claimId: string, over: object = {}) => ({
  playerId,
  claimId,
  reason: 'the cup was annulled',
  ...over,
});

describe('reverseClaim', () => {
  it('takes everything back once: the receipt tells it, a retry replays it, another try finds it claimed', async () => {
    const { playerId, claimId } = await paidPlayer();
    const input = { ...asked(playerId, claimId), idempotencyKey: freshKey() };
    const receipt = resultOf(await reverseClaim(input, { token: support }));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
      claim: { type: 'reversal', key: claimId, reason: 'the cup was annulled', actorKind: 'STAFF' },
      levelBefore: 3,
      levelAfter: 1,
      player: { level: 1, unspentStatPoints: 0 },
    });
    const state = await ledgerState(playerId);
    expect(Object.values(state.balances).every((amount) => amount === 0)).toBe(true);
    expect(await ledgerFaults(playerId)).toEqual([]);

    const replay = resultOf(await reverseClaim(input, { token: support }));
    expect([replay.replayed, original(replay)]).toEqual([true, original(receipt)]);
    const again = resultOf(await reverseClaim(asked(playerId, claimId), { token: support }));
    expect(again).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: receipt.claim.id } });
    expect(moved(await ledgerState(playerId))).toEqual(moved(state));
  });

  it('settles after a lost reply, and asks the database once', async () => {
    const { playerId, claimId } = await paidPlayer();
    const input = { ...asked(playerId, claimId), idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind: 'drop_after_commit' });
    const lost = await reverseClaim(input, { token: support });
    expect(lost.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    const count = await countRequests(input.idempotencyKey, async () => {
      expect(resultOf(await reverseClaim(input, { token: support })).replayed).toBe(true);
    });
    expect(count).toBe(1);
    expect(await ledgerState(playerId)).toMatchObject({ version: 2, granted: 2 });
  });

  it('refuses where the player has spent it, and leaves a debt where staff choose so', async () => {
    const { playerId, claimId } = await paidPlayer();
    resultOf(await spendStatPoints({ energy: 4 }, { token: await playerToken(playerId) }));
    const before = await ledgerState(playerId);
    expect(resultOf(await reverseClaim(asked(playerId, claimId), { token: support }))).toMatchObject({
      __typename: 'InsufficientBalance',
      resource: 'stat_points',
      available: 2,
      required: 6,
    });
    expect(moved(await ledgerState(playerId))).toEqual(moved(before));

    const debt = asked(playerId, claimId, { ifInsufficient: 'DEBT' });
    expect(resultOf(await reverseClaim(debt, { token: support })).player.unspentStatPoints).toBe(-4);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('leaves its reason and its staff member in the trace', async () => {
    const { playerId, claimId } = await paidPlayer();
    const { correlationId } = resultOf(await reverseClaim(asked(playerId, claimId), { token: support }));
    const { data } = await send(
      `query($id: CorrelationId!) { trace(correlationId: $id) { attempts { granted claim { type key } } audit { action outcome reason } } }`,
      { id: correlationId },
      { token: support },
    );
    expect(data.trace).toEqual({
      attempts: [{ granted: true, claim: { type: 'reversal', key: claimId } }],
      audit: [{ action: 'reverseClaim', outcome: 'granted', reason: 'the cup was annulled' }],
    });
  });

  it.each([
    ['a claim of nobody', { claimId: '00000000-0000-4000-8000-000000000000' }, 'UnknownClaim'],
    ['a player of whom nothing is known', { playerId: fresh('nobody') }, 'UnknownPlayer'],
  ])('%s is refused, and nothing moves', async (_, over, typename) => {
    const { playerId, claimId } = await paidPlayer();
    const before = await ledgerState(playerId);
    const input = { ...asked(playerId, claimId, over), idempotencyKey: freshKey() };
    const refused = resultOf(await reverseClaim(input, { token: support }));
    expect(refused.__typename).toBe(typename);
    expect(resultOf(await reverseClaim(input, { token: support }))).toEqual(refused);
    expect(moved(await ledgerState(playerId))).toEqual(moved(before));
  });

  it('refuses to reverse a reversal', async () => {
    const { playerId, claimId } = await paidPlayer();
    const { claim } = resultOf(await reverseClaim(asked(playerId, claimId), { token: support }));
    const before = await ledgerState(playerId);
    const refused = resultOf(await reverseClaim(asked(playerId, claim.id), { token: support }));
    expect(refused.__typename).toBe('NotReversible');
    expect(moved(await ledgerState(playerId))).toEqual(moved(before));
  });

  it.each([
    ['a claim ID that is none', { claimId: 'cup-1' }, /^claimId: .*UUID/],
    ['a reason that is too short', { reason: 'no' }, /^reason: must have 3 to 500/],
    ['another choice than the two', { ifInsufficient: 'MAYBE' }, /ifInsufficient/],
  ])('%s is malformed input: the field is named, and nothing is written', async (_, over, message) => {
    const { playerId, claimId } = await paidPlayer();
    const before = await ledgerState(playerId);
    const { errors } = await reverseClaim(asked(playerId, claimId, over), { token: support });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await ledgerState(playerId)).toEqual(before);
  });
});
