import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import type { Receipt, Trace } from '../../support/worker/schema-types.ts';
import { fresh } from '../../support/worker/service.ts';

beforeAll(serveExample);

const headersOf = (correlationId: string) => ({ 'x-correlation-id': correlationId });
const EMPTY = { attempts: [], audit: [] };

describe('the query trace', () => {
  const correlationId = fresh('story');
  let playerId: string;
  let staffId: string;
  let receipt: Receipt;
  let seenByServer: Trace;

  /** Granted, rejected, replayed and audited operations under one correlation ID. */
  beforeAll(async () => {
    playerId = await seasonedPlayer();
    staffId = await addStaffMember(fresh('staff'), { limit: 10 });
    const headers = headersOf(correlationId);
    const cup = { ...victory, playerId, key: 'cup-1' };
    const reward = (amount: number) => ({
      playerId,
      grants: [{ resource: 'lumees', amount }],
      reason: `a deed worth ${amount}`,
    });
    receipt = receiptOf(await asServer().claimReward(cup, { headers }));
    rejectionOf(await asServer().claimReward(cup, { headers }), 'AlreadyClaimed');
    const overspent = await asPlayer(playerId).spendStatPoints({ energy: 1_000 }, { headers });
    rejectionOf(overspent, 'InsufficientBalance');
    receiptOf(await asStaff(staffId).manualReward(reward(7), { headers }));
    rejectionOf(await asStaff(staffId).manualReward(reward(11), { headers }), 'LimitExceeded');
    seenByServer = resultOf(await asServer().trace({ correlationId }));
  });

  it('a trace shows granted, rejected and repeated operations in order, each with its input and outcome', () => {
    expect(seenByServer.correlationId).toBe(correlationId);
    expect(seenByServer.attempts.map(({ claim, granted }) => [claim.operation, granted])).toEqual([
      ['claimReward', true],
      ['claimReward', false],
      ['spendStatPoints', false],
      ['manualReward', true],
      ['manualReward', false],
    ]);
    const [granted, repeated, overspent, awarded, overLimit] = seenByServer.attempts;
    expect(granted).toMatchObject({
      claim: { id: receipt.claim.id, correlationId },
      rejection: null,
      input: { type: 'tournament_reward', key: 'cup-1', facts: victory.facts },
    });
    expect(granted?.changes).toEqual(receipt.changes);
    expect(repeated?.rejection).toMatch(/^Already claimed/);
    expect(overspent).toMatchObject({
      rejection: expect.stringMatching(/Not enough stat_points/),
      changes: [],
      input: { energy: 1_000 },
    });
    expect(awarded?.claim).toMatchObject({ actorId: staffId, correlationId });
    expect(overLimit?.rejection).toMatch(/at most 10/);
  });

  it('a trace shows servers and staff the audit of what staff did', async () => {
    const audited = (amount: number, outcome: string) => ({
      actorKind: 'staff',
      actorId: staffId,
      action: 'manualReward',
      outcome,
      playerId,
      amount,
      reason: `a deed worth ${amount}`,
    });
    expect(seenByServer.audit).toMatchObject([audited(7, 'granted'), audited(11, 'rejected')]);
    expect(seenByServer.audit).toHaveLength(2);
    expect(resultOf(await asStaff(staffId).trace({ correlationId }))).toEqual(seenByServer);
  });

  it('a trace hides the audit from players, and the ID, the words and the limits of staff', async () => {
    const attempts = seenByServer.attempts.map((attempt) =>
      attempt.claim.operation === 'manualReward'
        ? {
            ...attempt,
            input: null,
            claim: { ...attempt.claim, actorId: 'staff', reason: null },
            rejection: attempt.granted ? null : 'Rejected for a staff member',
          }
        : attempt,
    );
    const seen = resultOf(await asPlayer(playerId).trace({ correlationId }));
    expect(seen).toEqual({ ...seenByServer, attempts, audit: [] });
  });

  it('a trace shows a player nothing of another player under the same ID', async () => {
    const [mine, theirs] = [fresh('player'), fresh('player')];
    const shared = fresh('shared');
    for (const player of [mine, theirs]) {
      const cup = { ...victory, playerId: player, key: 'cup-1' };
      receiptOf(await asServer().claimReward(cup, { headers: headersOf(shared) }));
    }
    const traceBy = async (caller = asServer()) => resultOf(await caller.trace({ correlationId: shared }));
    expect((await traceBy()).attempts).toHaveLength(2);
    const seen = await traceBy(asPlayer(mine));
    expect(seen.attempts.map(({ claim }) => claim.playerId)).toEqual([mine]);
    expect(await traceBy(asPlayer(fresh('player')))).toEqual({ correlationId: shared, ...EMPTY });
  });

  it('a trace is empty for an ID under which nothing was recorded, as after a request that failed', async () => {
    const unused = fresh('unused');
    const failed = await asServer().claimReward({ ...victory, key: 'cup-1' }, { headers: headersOf(unused) });
    onlyError(failed);
    const seen = resultOf(await asServer().trace({ correlationId: unused }));
    expect(seen).toEqual({ correlationId: unused, ...EMPTY });
  });

  it.each([
    'short',
    'x'.repeat(129),
    'with a blank',
    "'; --",
    '',
  ])('a trace of a malformed correlation ID is BAD_USER_INPUT: "%s"', async (malformed) => {
    const answer = await withoutDatabase(playerId, () => asServer().trace({ correlationId: malformed }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'correlationId' });
    expect(error.message).toMatch(/8 to 128 characters/);
  });
});
