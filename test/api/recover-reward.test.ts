/** recoverReward by game servers: a pending reward is paid once, as it was announced. Staff: recover-by-staff.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../support/worker/fault-answers.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import type { ClaimRewardResult, Receipt, RecoverRewardResult } from '../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

type Input = MutationInput<'recoverReward'>;

const reason = 'the client never came back';
const battle = (playerId: string, over: Partial<Input> = {}): Input => ({
  playerId,
  type: VICTORY.type,
  key: 'enc-1',
  ...over,
});
const recover = (playerId: string, over: Partial<Input> = {}) =>
  asServer().recoverReward(battle(playerId, over));
const claimWithTicket = async (playerId: string) => {
  const proof = await ticket({ playerId, ...VICTORY, key: 'enc-1' });
  return asPlayer(playerId).claimReward({ type: VICTORY.type, ticket: proof });
};
const gainsOf = ({ changes }: Pick<Receipt, 'changes'>) =>
  Object.fromEntries(changes.map(({ resource, delta }) => [resource, delta]));

describe('recoverReward', () => {
  it('recoverReward pays the announced amounts under the config of the announcement after the config changed', async () => {
    const playerId = fresh('player');
    const announcement = await announce(playerId, 'enc-1', {
      facts: { difficulty: 'hard', enemy_level: 60 },
    });
    const current = await publish(
      changedExample(({ claimTypes, levels }) => {
        delete claimTypes.pve_victory;
        levels.experienceForLevel = '1000 * level * (level - 1)';
      }),
    );
    const input = battle(playerId, { idempotencyKey: freshKey() });
    const receipt = receiptOf(await asServer().recoverReward(input));
    expect(receipt).toMatchObject({
      claim: { operation: 'recoverReward', type: 'pve_victory', key: 'enc-1' },
      // Levels are shown by the current config: 135 experience were level 2 under that of the announcement.
      levelBefore: 1,
      levelAfter: 1,
    });
    expect(receipt.claim).toMatchObject({
      configVersion: current,
      amountsVersion: announcement.claim.configVersion,
    });
    // (20 + 60 × 3) × 2 lumees, 15 + 60 × 2 experience, and the stat points of the level that begins at 100 experience.
    expect(gainsOf(receipt)).toEqual({ lumees: 400, experience: 135, levels_paid: 1, stat_points: 3 });
    expect(await pendingKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);

    // The replay takes one request to the database, also in an isolate that never saw the config of the announcement.
    const count = await countRequests(playerId, async () => {
      const replay = receiptOf(await asServer().recoverReward(input, { door: startIsolate() }));
      expect(replay.replayed).toBe(true);
      expect(withoutReplayed(replay)).toEqual(withoutReplayed(receipt));
    });
    expect(count).toBe(1);
  });

  it('recoverReward pays once when a server, staff and the player with a ticket try 64 times at once', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const proof = await ticket({ playerId, ...VICTORY, key: 'enc-1' });
    const [player, server] = [asPlayer(playerId), asServer()];
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const doors = [startIsolate(), startIsolate()];
    const send = async (index: number): Promise<Answer<ClaimRewardResult | RecoverRewardResult>> => {
      const options = { door: doors[index % 2] };
      if (index % 4 < 2) return player.claimReward({ type: VICTORY.type, ticket: proof }, options);
      if (index % 4 === 2) return server.recoverReward(battle(playerId), options);
      return staff.recoverReward(battle(playerId, { reason }), options);
    };
    const results = (await atOnce(64, send)).map(resultOf);
    const [receipt, ...more] = results.filter((result) => result.__typename === 'Receipt');
    expect(more).toEqual([]);
    expect(gainsOf(receipt as Receipt)).toEqual({ lumees: 80, experience: 55 });
    const rejections = results.filter((result) => result.__typename === 'AlreadyClaimed');
    expect(rejections).toHaveLength(63);
    for (const { original, changes, sourceKey } of rejections)
      expect({ original, changes, sourceKey }).toEqual({
        // A player sees neither who claimed it for them nor under which key.
        original: expect.objectContaining({ id: receipt?.claim.id, claimedAt: receipt?.claim.claimedAt }),
        changes: receipt?.changes,
        sourceKey: null,
      });
    expect(await ledgerState(playerId)).toMatchObject({
      version: 1,
      granted: 2,
      rejected: 63,
      balances: { lumees: 80, experience: 55 },
    });
    expect(await pendingKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('recoverReward answers AlreadyClaimed with the original claim when the player claimed the reward before', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const { claim } = receiptOf(await claimWithTicket(playerId));
    expect(await pendingKeys(playerId)).toEqual([]);
    const late = await movingNothing(playerId, () => recover(playerId));
    expect(rejectionOf(late, 'AlreadyClaimed').original).toEqual(claim);
  });

  it.each([
    'drop_before',
    'drop_after_commit',
    'reset_mid_body',
    'duplicate',
  ] as const)('recoverReward pays once when the request or its answer is lost and it is sent again (%s)', async (kind) => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind });
    const answer = await recover(playerId, { idempotencyKey });
    if (kind !== 'duplicate') expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    const receipt = receiptOf(await recover(playerId, { idempotencyKey }));
    expect(receipt.replayed).toBe(kind !== 'drop_before');
    expect(gainsOf(receipt)).toEqual({ lumees: 80, experience: 55 });
    expect(await ledgerState(playerId)).toMatchObject({ version: 1, balances: { lumees: 80 } });
    expect(await pendingKeys(playerId)).toEqual([]);
  });
});

describe('a recovery that is not granted', () => {
  it('recoverReward replays NotAnnounced for its key after the reward was announced, and grants a new key', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    await announce(fresh('player'), 'enc-2');
    const input = { key: 'enc-2', idempotencyKey: freshKey() };
    const rejected = await movingNothing(playerId, () => recover(playerId, input));
    expect(rejectionOf(rejected, 'NotAnnounced')).toMatchObject({
      code: 'NOT_ANNOUNCED',
      claimType: 'pve_victory',
      claimKey: 'enc-2',
      message: expect.stringContaining('pendingRewards'),
    });
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
    await announce(playerId, 'enc-2');
    const replay = await writingNothing(playerId, () => recover(playerId, input));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
    receiptOf(await recover(playerId, { ...input, idempotencyKey: freshKey() }));
  });

  it('recoverReward answers NotAnnounced for a claim type that no config has ever had', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const rejected = await movingNothing(playerId, () => recover(playerId, { type: 'never_heard_of' }));
    expect(rejectionOf(rejected, 'NotAnnounced').claimType).toBe('never_heard_of');
  });

  it('recoverReward answers NotAnnounced after the announcement was reversed', async () => {
    const playerId = fresh('player');
    const { claim } = await announce(playerId, 'enc-1');
    await announce(playerId, 'enc-2');
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const reversal = { playerId, claimId: claim.id, reason: 'announced by mistake' };
    expect(receiptOf(await staff.reverseClaim(reversal)).changes).toEqual([]);
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-2']);
    rejectionOf(await movingNothing(playerId, () => recover(playerId)), 'NotAnnounced');
  });

  it('a reward whose announcement was reversed can be announced again, once, and is paid', async () => {
    const playerId = fresh('player');
    const { claim } = await announce(playerId, 'enc-1');
    const staff = asStaff(await addStaffMember(fresh('staff')));
    receiptOf(await staff.reverseClaim({ playerId, claimId: claim.id, reason: 'announced too early' }));
    const facts = { difficulty: 'hard', enemy_level: 20 };
    const again = await announce(playerId, 'enc-1', { facts });
    expect(again.claim.id).not.toBe(claim.id);
    const third = await movingNothing(playerId, () =>
      asServer().announceReward({ ...VICTORY, playerId, key: 'enc-1' }),
    );
    expect(rejectionOf(third, 'AlreadyClaimed').original).toEqual(again.claim);
    // The amounts of the second announcement: (20 + 20 × 3) × 2 lumees and 15 + 20 × 2 experience.
    expect(gainsOf(receiptOf(await recover(playerId)))).toEqual({ lumees: 160, experience: 55 });
    expect(await pendingKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('recoverReward answers AlreadyClaimed with the source key when another claim was paid for the same source', async () => {
    const playerId = fresh('player');
    const facts = { source_type: 'match', source_id: 'm-7', passing: 4, shooting: 0 };
    const report = { playerId, type: 'skill_session', facts };
    await announce(playerId, 'report-1', report);
    const { claim } = receiptOf(await asServer().claimReward({ ...report, key: 'report-2' }));
    const rejected = await movingNothing(playerId, () =>
      recover(playerId, { type: 'skill_session', key: 'report-1' }),
    );
    expect(rejectionOf(rejected, 'AlreadyClaimed')).toMatchObject({
      original: claim,
      sourceKey: { type: 'skill:passing', key: '5:match3:m-7' },
    });
  });

  it('recoverReward leaves the reward pending after VersionConflict and IdempotencyKeyReused', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const stale = { expectedVersion: 1, idempotencyKey: freshKey() };
    const conflict = await movingNothing(playerId, () => recover(playerId, stale));
    expect(rejectionOf(conflict, 'VersionConflict')).toMatchObject({ expected: 1, current: 0 });
    const reused = await writingNothing(playerId, () =>
      recover(playerId, { ...stale, key: 'enc-2', expectedVersion: 0 }),
    );
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['expectedVersion', 'key']);
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });

  it('recoverReward answers FORBIDDEN to players without a request to the database', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const answer = await withoutDatabase(playerId, () => asPlayer(playerId).recoverReward(battle(playerId)));
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(/server.*staff/),
      extensions: { code: 'FORBIDDEN' },
    });
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });
});
