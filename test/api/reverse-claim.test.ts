/** reverseClaim: a claim is taken back once, with a reason. Other files test effects, parts, reopened claims and game servers. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  call,
  faultOf,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerFaults, ledgerState, UNKNOWN_CLAIM } from '../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { victory } from '../support/worker/scenes.ts';
import { fresh, freshKey, staffToken } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

let staffId: string;
let staff: Client;
beforeAll(async () => {
  await serveExample();
  staffId = await addStaffMember(fresh('staff'));
  staff = asStaff(staffId);
});

/** A player who won a cup: 64 auric coins and 500 experience, which are two level-ups with six stat points. */
async function createWinner() {
  const playerId = fresh('player');
  const { claim } = receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
  return { playerId, claimId: claim.id };
}

const reason = 'the cup was annulled';
type Input = MutationInput<'reverseClaim'>;
const inputOf = (cup: { playerId: string; claimId: string }, over: Partial<Input> = {}): Input => ({
  ...cup,
  reason,
  ...over,
});

describe('reverseClaim', () => {
  it('reverseClaim takes everything back once: a retry replays the receipt, and another key answers AlreadyClaimed', async () => {
    const cup = await createWinner();
    const input = inputOf(cup, { idempotencyKey: freshKey() });
    const receipt = receiptOf(await staff.reverseClaim(input));
    expect(receipt).toMatchObject({
      replayed: false,
      claim: { type: 'reversal', key: cup.claimId, reason, actorKind: 'STAFF', actorId: staffId },
      levelBefore: 3,
      levelAfter: 1,
      player: { level: 1, unspentStatPoints: 0 },
    });
    const { balances } = await ledgerState(cup.playerId);
    expect(Object.values(balances).every((amount) => amount === 0)).toBe(true);
    expect(await ledgerFaults(cup.playerId)).toEqual([]);

    const replay = receiptOf(await writingNothing(cup.playerId, () => staff.reverseClaim(input)));
    expect(replay.replayed).toBe(true);
    expect(withoutReplayed(replay)).toEqual(withoutReplayed(receipt));
    const again = await movingNothing(cup.playerId, () => staff.reverseClaim(inputOf(cup)));
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(receipt.claim);
  });

  it('reverseClaim replays its receipt after the answer was lost, with one request to the database', async () => {
    const cup = await createWinner();
    const idempotencyKey = freshKey();
    const input = inputOf(cup, { idempotencyKey });
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
    const lost = await staff.reverseClaim(input);
    expect(faultOf(lost)).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    const count = await countRequests(idempotencyKey, async () => {
      expect(receiptOf(await staff.reverseClaim(input)).replayed).toBe(true);
    });
    expect(count).toBe(1);
    expect(await ledgerState(cup.playerId)).toMatchObject({ version: 2, granted: 2 });
  });

  it('reverseClaim answers InsufficientBalance when the player spent the reward, and leaves a debt with ifInsufficient: DEBT', async () => {
    const cup = await createWinner();
    receiptOf(await asPlayer(cup.playerId).spendStatPoints(spending({ energy: 4 })));
    const rejected = await movingNothing(cup.playerId, () => staff.reverseClaim(inputOf(cup)));
    expect(rejectionOf(rejected, 'InsufficientBalance')).toMatchObject({
      resource: 'stat_points',
      available: 2,
      required: 6,
    });

    const reversal = receiptOf(await staff.reverseClaim(inputOf(cup, { ifInsufficient: 'DEBT' })));
    expect(reversal.player.unspentStatPoints).toBe(-4);
    expect(await ledgerFaults(cup.playerId)).toEqual([]);
  });

  it('reverseClaim shows its reason and its staff member in the trace', async () => {
    const cup = await createWinner();
    const { correlationId, claim } = receiptOf(await staff.reverseClaim(inputOf(cup)));
    const { attempts, audit } = resultOf(await staff.trace({ correlationId }));
    expect(attempts).toMatchObject([{ granted: true, claim }]);
    expect(audit).toMatchObject([
      { action: 'reverseClaim', outcome: 'granted', actorId: staffId, claimId: claim.id, reason },
    ]);
  });

  it.each([
    ['UnknownClaim', 'a claim that does not exist', { claimId: UNKNOWN_CLAIM }],
    ['UnknownPlayer', 'a player who does not exist', { playerId: fresh('nobody') }],
  ])('reverseClaim answers %s for %s, moves nothing, and replays the rejection', async (__typename, _, over) => {
    const cup = await createWinner();
    const input = inputOf(cup, { ...over, idempotencyKey: freshKey() });
    const rejected = await movingNothing(cup.playerId, () => staff.reverseClaim(input));
    expect(resultOf(rejected)).toMatchObject({ __typename, ...over });
    const replay = await writingNothing(cup.playerId, () => staff.reverseClaim(input));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
  });

  it('reverseClaim answers NotReversible for a reversal', async () => {
    const cup = await createWinner();
    const { claim } = receiptOf(await staff.reverseClaim(inputOf(cup)));
    const again = inputOf(cup, { claimId: claim.id });
    const rejected = await movingNothing(cup.playerId, () => staff.reverseClaim(again));
    expect(rejectionOf(rejected, 'NotReversible')).toMatchObject({
      claimId: claim.id,
      why: 'REVERSAL',
      remaining: 0,
    });
    const reopening = await movingNothing(cup.playerId, () => staff.reverseClaim({ ...again, reopen: true }));
    expect(rejectionOf(reopening, 'NotReversible').why).toBe('REVERSAL');
  });

  it.each([
    ['a text that is not a claim ID', { claimId: 'cup-1' }, 'input.claimId', /a claim ID/],
    ['a reason that is too short', { reason: 'no' }, 'input.reason', /3 to 500/],
    ['an unknown choice', { ifInsufficient: 'MAYBE' }, 'input.ifInsufficient', /REFUSE.*DEBT|DEBT.*REFUSE/],
    ['a quantity of 0', { quantity: 0 }, 'input.quantity', /an integer from 1 to 100/],
    ['a negative quantity', { quantity: -1 }, 'input.quantity', /an integer from 1 to 100/],
    ['half a quantity', { quantity: 0.5 }, 'input.quantity', /an integer from 1 to 100/],
    ['a quantity above any exchange', { quantity: 101 }, 'input.quantity', /an integer from 1 to 100/],
    ['a quantity as text', { quantity: '1' }, 'input.quantity', /an integer from 1 to 100/],
    ['a text for reopen', { reopen: 'yes' }, 'input.reopen', /must be of type Boolean/],
    ['a number for reopen', { reopen: 1 }, 'input.reopen', /must be of type Boolean/],
  ])('reverseClaim names the field for %s and writes nothing', async (_, over, field, message) => {
    const cup = await createWinner();
    const input = { ...inputOf(cup, { idempotencyKey: freshKey() }), ...over };
    const token = await staffToken(staffId);
    const answer = await writingNothing(cup.playerId, () => call('reverseClaim', input, { token }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(error.message).toMatch(message);
  });
});
