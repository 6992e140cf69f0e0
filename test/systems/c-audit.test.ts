import { beforeAll, beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  type Client,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { award, closeSlip, newStaff, type StaffMember } from '../support/worker/loyalty.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { LedgerEntry, Receipt, Tier } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));

async function entriesOf(playerId: string, reader: Client): Promise<LedgerEntry[]> {
  const { edges, pageInfo } = resultOf(await reader.ledger({ playerId, first: 100 }));
  expect(pageInfo.hasNextPage).toBe(false);
  return edges.map(({ node }) => node);
}

it('C4 shows balances, staff, reason, config version and correlation ID of each entry', async () => {
  const playerId = await seasonedPlayer();
  const desks = await Promise.all([newStaff(), newStaff()]);
  const receipts = await atOnce(12, async (index) => {
    const { staff } = desks[index % 2] as StaffMember;
    return index < 8
      ? receiptOf(await staff.manualReward(award(playerId, 10 + index, `no. ${index}`)))
      : receiptOf(await closeSlip(playerId, `s-${index}`));
  });
  const entries = await entriesOf(playerId, asServer());
  // The ledger shows every change of every receipt with the same claim, in which these values are.
  for (const { claim, changes } of receipts) {
    const found = entries.filter((entry) => entry.playerVersion === claim.playerVersion);
    expect(found).toHaveLength(changes.length);
    for (const { cutOff: _, ...change } of changes)
      expect(found).toContainEqual(
        expect.objectContaining({
          ...change,
          playerVersion: claim.playerVersion,
          recordedAt: claim.claimedAt,
          claim,
        }),
      );
  }
  const byStaff = entries.filter(({ claim }) => claim.actorKind === 'STAFF');
  expect(new Set(byStaff.map(({ claim }) => claim.actorId))).toEqual(
    new Set(desks.map(({ staffId }) => staffId)),
  );
  expect(new Set(byStaff.map(({ claim }) => claim.reason)).size).toBe(8);

  // The player sees the same entries without who made them, why and under which key.
  const hidden = { idempotencyKey: null, correlationId: null, reason: null };
  const masked = ({ claim, ...entry }: LedgerEntry) => {
    const key = claim.type === 'manual_reward' ? claim.id : claim.key;
    return { ...entry, claim: { ...claim, ...hidden, key, actorId: claim.actorKind.toLowerCase() } };
  };
  expect(await entriesOf(playerId, asPlayer(playerId))).toEqual(entries.map(masked));
});

it('C4 shows tiers, progress and lifetime points of each entry under its config version', async () => {
  const playerId = fresh('player');
  const { staff } = await newStaff();
  const publishSilverFrom = (points: number) =>
    publish(changedExample(({ tiers }) => Object.assign(tiers.list[1], { from: points })));
  const big = { facts: { minutes: 60, average_bet: 20_000 } };
  const empty = { facts: { minutes: 0, average_bet: 0 } };
  const receipts: Receipt[] = [];
  // Under each of three configs, four slips of 200 points and four other claims at once. Silver begins elsewhere in each.
  for (const [round, points] of [500, 1_500, 700].entries()) {
    await publishSilverFrom(points);
    const granted = await atOnce(8, async (index) => {
      if (index < 4) return receiptOf(await closeSlip(playerId, `slip-${round}-${index}`, big));
      // Staff cannot reward a player who does not exist yet.
      if (round === 0) return receiptOf(await closeSlip(playerId, `none-${index}`, empty));
      return receiptOf(await staff.manualReward(award(playerId, index, `round ${round}`)));
    });
    receipts.push(...granted);
  }
  await publishSilverFrom(1);

  const entries = await entriesOf(playerId, staff);
  for (const { claim, changes, tierBefore, tierAfter, player } of receipts) {
    const found = entries.filter((entry) => entry.claim.id === claim.id);
    expect(found).toHaveLength(changes.length);
    const { lifetimePoints, next } = player.tier as Tier;
    const gained = changes.find(({ resource }) => resource === 'lifetime_points')?.delta ?? 0;
    for (const entry of found)
      expect(entry).toMatchObject({
        tierBefore,
        tierAfter,
        lifetimePointsBefore: lifetimePoints - gained,
        lifetimePointsAfter: lifetimePoints,
        nextTier: next,
      });
  }
  // In the second round Silver begins above the player's points, so the same points are Bronze.
  expect(new Set(entries.map(({ tierAfter }) => tierAfter))).toEqual(new Set(['Bronze', 'Silver']));
  expect(entries[0]).toMatchObject({ tierAfter: 'Silver', lifetimePointsAfter: 2_400 });
});

it('C4 shows tiers, progress and lifetime points in receipts and replays', async () => {
  const playerId = fresh('player');
  const slip = { facts: { minutes: 60, average_bet: 120_000 }, idempotencyKey: freshKey() };
  const receipt = receiptOf(await closeSlip(playerId, 'slip-1', slip));
  expect(receipt).toMatchObject({
    changes: expect.arrayContaining([
      expect.objectContaining({ resource: 'lifetime_points', before: 0, after: 1_200 }),
    ]),
    tierBefore: 'Bronze',
    tierAfter: 'Silver',
    player: {
      tier: { name: 'Silver', lifetimePoints: 1_200, next: { name: 'Gold', from: 5_000, missing: 3_800 } },
    },
  });
  receiptOf(await closeSlip(playerId, 'slip-2', { facts: { minutes: 1_440, average_bet: 10_000_000 } }));
  const replay = await writingNothing(playerId, () => closeSlip(playerId, 'slip-1', slip));
  expect(receiptOf(replay)).toEqual({ ...receipt, replayed: true });
});

it('C5 follows one correlation ID through header, log, ledger, answer and trace', async () => {
  const playerId = await seasonedPlayer();
  const { staffId, staff } = await newStaff({ limit: 20 });
  const server = asServer();
  // Twenty requests at once, each with its own ID. Every second one is above the limit of the staff member.
  await atOnce(20, async (index) => {
    const correlationId = fresh('correlation');
    const granted = index % 2 === 0;
    const [amount, reason] = [granted ? 20 : 21, `no. ${index}`];
    const headers = { 'x-correlation-id': correlationId };
    const answer = await staff.manualReward(award(playerId, amount, reason), { headers });
    expect(answer.headers.get('x-correlation-id')).toBe(correlationId);
    expect(lineOf(answer)).toMatchObject({ correlationId, player: playerId, reason, success: granted });

    const trace = resultOf(await server.trace({ correlationId }));
    expect(trace).toMatchObject({
      attempts: [
        {
          granted,
          rejection: granted ? null : expect.stringMatching(/at most 20/),
          input: { grants: [{ resource: 'loyalty_points', amount }], reason },
          claim: { operation: 'manualReward', actorId: staffId, correlationId },
        },
      ],
      audit: [{ actorId: staffId, action: 'manualReward', playerId, amount, reason }],
    });
    const [attempt] = trace.attempts;
    if (granted) {
      const receipt = receiptOf(answer);
      expect([receipt.correlationId, receipt.claim.id]).toEqual([correlationId, attempt?.claim.id]);
      expect(attempt?.changes).toEqual(receipt.changes);
    } else {
      expect(rejectionOf(answer, 'LimitExceeded').correlationId).toBe(correlationId);
      expect(attempt?.changes).toEqual([]);
    }
  });
  expect((await ledgerState(playerId)).balances.loyalty_points).toBe(200);
});
