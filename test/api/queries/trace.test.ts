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
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import type { Receipt, Trace } from '../../support/worker/schema-types.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { holder } from '../../support/worker/transfers.ts';
import { atOnce } from '../../support/worker/waves.ts';

beforeAll(serveExample);

const headersOf = (correlationId: string) => ({ 'x-correlation-id': correlationId });
const EMPTY = { attempts: [], audit: [], earlier: null };

/** The IDs of the requests that made or were refused something for the player, in order. */
async function requestIdsOf(playerId: string): Promise<string[]> {
  const rows = await owner`
    SELECT correlation_id::text AS id FROM (
      SELECT player, correlation_id, claimed_at AS at FROM onceward.reward_claims
      UNION ALL SELECT player, correlation_id, refused_at FROM onceward.refusals) AS made
     WHERE player = (SELECT no FROM onceward.actors WHERE id = ${playerId} AND kind = 1) ORDER BY at`;
  return rows.map((row) => String(row.id));
}

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
    const overspent = await asPlayer(playerId).spendStatPoints(spending({ energy: 1_000 }), { headers });
    rejectionOf(overspent, 'InsufficientBalance');
    receiptOf(await asStaff(staffId).manualReward(reward(7), { headers }));
    rejectionOf(await asStaff(staffId).manualReward(reward(11), { headers }), 'LimitExceeded');
    seenByServer = resultOf(await asServer().trace({ correlationId }));
  });

  it('a trace shows granted, rejected and repeated operations of servers and staff in order, each with its input and outcome', () => {
    expect(seenByServer).toMatchObject({ correlationId, earlier: null });
    expect(seenByServer.attempts.map(({ claim, granted }) => [claim.operation, granted])).toEqual([
      ['claimReward', true],
      ['claimReward', false],
      ['manualReward', true],
      ['manualReward', false],
    ]);
    const [granted, repeated, awarded, overLimit] = seenByServer.attempts;
    expect(granted).toMatchObject({
      claim: { id: receipt.claim.id, correlationId, clientCorrelationId: null },
      rejection: null,
      input: { type: 'tournament_reward', key: 'cup-1', facts: victory.facts },
    });
    expect(granted?.changes).toEqual(receipt.changes);
    expect(repeated?.rejection).toMatch(/^Already claimed/);
    expect(awarded?.claim).toMatchObject({ actorId: staffId, correlationId });
    expect(overLimit?.rejection).toMatch(/at most 10/);
  });

  it('a trace by the ID that a player sent shows their own attempts to the player, and nothing to servers and staff', async () => {
    const { attempts, audit } = resultOf(await asPlayer(playerId).trace({ correlationId }));
    expect(attempts).toMatchObject([
      {
        claim: { operation: 'spendStatPoints', clientCorrelationId: correlationId },
        rejection: expect.stringMatching(/Not enough stat_points/),
        changes: [],
        input: spending({ energy: 1_000 }),
      },
    ]);
    expect(audit).toEqual([]);
    // The ID of the request files it for everybody who may see it.
    const filedUnder = String(attempts[0]?.claim.correlationId);
    for (const client of [asServer(), asStaff(staffId), asPlayer(playerId)])
      expect(resultOf(await client.trace({ correlationId: filedUnder })).attempts).toEqual(attempts);
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
    const [awarded, refused] = (await requestIdsOf(playerId)).slice(-2);
    for (const [id, granted] of [
      [awarded, true],
      [refused, false],
    ] as const) {
      const traced = { correlationId: String(id) };
      const [shown] = resultOf(await asServer().trace(traced)).attempts;
      expect(shown?.claim).toMatchObject({ operation: 'manualReward', actorId: staffId });
      const seen = resultOf(await asPlayer(playerId).trace(traced));
      expect(seen).toEqual({
        ...EMPTY,
        ...traced,
        attempts: [
          {
            ...shown,
            input: null,
            rejection: granted ? null : 'Rejected for a staff member',
            claim: {
              ...shown?.claim,
              key: shown?.claim.id,
              idempotencyKey: null,
              correlationId: null,
              actorId: 'staff',
              reason: null,
            },
          },
        ],
      });
    }
  });

  it('a trace shows a player nothing of another player under the same ID', async () => {
    const [mine, theirs] = [await seasonedPlayer(), await seasonedPlayer()];
    const shared = fresh('shared');
    for (const player of [mine, theirs])
      receiptOf(
        await asPlayer(player).spendStatPoints(spending({ energy: 1 }), { headers: headersOf(shared) }),
      );
    const traceBy = async (caller = asServer()) => resultOf(await caller.trace({ correlationId: shared }));
    const seen = await traceBy(asPlayer(mine));
    expect(seen.attempts.map(({ claim }) => claim.playerId)).toEqual([mine]);
    for (const caller of [asPlayer(fresh('player')), asServer()])
      expect(await traceBy(caller)).toEqual({ correlationId: shared, ...EMPTY });
  });

  it('a trace of a transfer cannot be buried under refused attempts of its recipient, however they name them', async () => {
    const [giver, taker] = [await holder({ lumees: 50 }), await seasonedPlayer()];
    const sent = fresh('gift');
    const gift = receiptOf(
      await asPlayer(giver).transferResource(
        { toPlayerId: taker, resource: 'lumees', amount: 1 },
        { headers: headersOf(sent) },
      ),
    );
    const filedUnder = gift.claim.correlationId as string;
    const shown = resultOf(await asServer().trace({ correlationId: filedUnder }));
    expect(shown.attempts).toMatchObject([{ granted: true, claim: { id: gift.claim.id } }]);
    for (const id of [sent, filedUnder]) {
      const headers = headersOf(id);
      await atOnce(12, async () =>
        rejectionOf(
          await asPlayer(taker).spendStatPoints(spending({ energy: 1_000 }), { headers }),
          'InsufficientBalance',
        ),
      );
    }
    expect(resultOf(await asServer().trace({ correlationId: filedUnder }))).toEqual(shown);
    const byGiver = resultOf(await asPlayer(giver).trace({ correlationId: sent })).attempts;
    expect(byGiver.map(({ claim }) => claim.id)).toEqual([gift.claim.id]);
  });

  it('a trace of more attempts than a page shows the newest, and each page begins where the one before it ended', async () => {
    const batch = fresh('batch');
    const playerId = fresh('player');
    const total = 230;
    await atOnce(total, async (index) =>
      receiptOf(
        await asServer().claimReward(
          { ...victory, playerId, key: `cup-${index}` },
          { headers: headersOf(batch) },
        ),
      ),
    );
    const seen: string[] = [];
    let before: string | null = null;
    let pages = 0;
    do {
      const page: Trace = resultOf(await asServer().trace({ correlationId: batch, before }));
      const times = page.attempts.map(({ claim }) => claim.claimedAt);
      expect(times).toEqual(times.toSorted());
      if (before !== null) expect(times.every((time) => time < String(before))).toBe(true);
      seen.unshift(...page.attempts.map(({ claim }) => claim.key));
      before = page.earlier;
      pages += 1;
    } while (before !== null);
    expect(pages).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(total);
    expect(seen).toHaveLength(total);
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

describe('the query attempt', () => {
  it('shows what became of a key, granted or rejected, as the trace of its request does', async () => {
    const playerId = await seasonedPlayer();
    const cup = { ...victory, playerId, key: 'cup-1' };
    const correlationId = fresh('attempts');
    const keys = [freshKey(), freshKey()];
    for (const key of keys) await asServer().claimReward(cup, { key, headers: headersOf(correlationId) });
    const { attempts } = resultOf(await asServer().trace({ correlationId }));
    expect(attempts.map(({ granted }) => granted)).toEqual([true, false]);
    for (const [place, idempotencyKey] of keys.entries())
      expect(resultOf(await asServer().attempt({ playerId, idempotencyKey }))).toEqual(attempts[place]);
  });

  it('is null for a key that nobody used, and for one of another player', async () => {
    const [playerId, other] = [await seasonedPlayer(), await seasonedPlayer()];
    const key = freshKey();
    receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }, { key }));
    const staff = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    expect(resultOf(await staff.attempt({ playerId: other, idempotencyKey: key }))).toBeNull();
    expect(resultOf(await staff.attempt({ playerId, idempotencyKey: freshKey() }))).toBeNull();
    expect(resultOf(await staff.attempt({ playerId, idempotencyKey: key }))?.granted).toBe(true);
  });
});
