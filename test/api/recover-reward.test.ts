import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { askingNobody, onlyError } from '../support/worker/fault-answers.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { atOnce, newStaff } from '../support/worker/loyalty.ts';
import {
  claimReward,
  faultOf,
  original,
  type Result,
  recoverReward,
  resultOf,
  reverseClaim,
} from '../support/worker/mutations.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { announced, owedKeys, VICTORY } from '../support/worker/owed.ts';
import { fresh, freshKey, playerToken, serverToken, ticket } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

let server: string;
beforeAll(async () => {
  server = await serverToken();
});
beforeEach(() => publish(changedExample(() => {})));

const reason = 'the client never came back';
const owed = (playerId: string, key = 'enc-1') => ({ playerId, type: VICTORY.type, key });
const gains = ({ changes }: Result) =>
  Object.fromEntries(changes.map(({ resource, delta }: Result) => [resource, delta]));

describe('recoverReward', () => {
  it('pays what was announced, at the amounts and under the config of then, though all of it has changed', async () => {
    const playerId = fresh('player');
    const announcement = await announced(playerId, 'enc-1', {
      facts: { difficulty: 'hard', enemy_level: 60 },
    });
    await publish(
      changedExample(({ claimTypes, levels }) => {
        delete claimTypes.pve_victory;
        levels.experienceForLevel = '1000 * level * (level - 1)';
      }),
    );
    const input = { ...owed(playerId), idempotencyKey: freshKey() };
    const receipt = resultOf(await recoverReward(input, { token: server }));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      claim: { operation: 'recoverReward', type: 'pve_victory', key: 'enc-1' },
      levelBefore: 1,
      levelAfter: 2,
    });
    expect(receipt.claim.configVersion).toBe(announcement.claim.configVersion);
    // (20 + 60 × 3) × 2, 15 + 60 × 2, and the stat points of the level that began at 100.
    expect(gains(receipt)).toEqual({ lumees: 400, experience: 135, levels_paid: 1, stat_points: 3 });
    expect(await owedKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);

    // Its replay is the original, in one request, from an isolate that has never seen that config.
    const count = await countRequests(playerId, async () => {
      const replay = await recoverReward(input, { token: server, door: startIsolate() });
      expect(original(resultOf(replay))).toEqual(original(receipt));
      expect(resultOf(replay).replayed).toBe(true);
    });
    expect(count).toBe(1);
  });

  it('pays once, however many recover it while the player claims it with a ticket', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    const own = await playerToken(playerId);
    const proof = await ticket({ playerId, ...VICTORY, key: 'enc-1' });
    const { token: staff } = await newStaff();
    const doors = [startIsolate(), startIsolate()];
    const answers = await atOnce(64, (index) => {
      const door = doors[index % 2];
      if (index % 4 < 2) return claimReward({ type: VICTORY.type, ticket: proof }, { token: own, door });
      if (index % 4 === 2) return recoverReward(owed(playerId), { token: server, door });
      return recoverReward({ ...owed(playerId), reason }, { token: staff, door });
    });
    const results = answers.map(resultOf);
    const [paid, ...more] = results.filter(({ __typename }) => __typename === 'Receipt');
    expect(more).toEqual([]);
    expect(gains(paid)).toEqual({ lumees: 80, experience: 55 });
    const late = results.filter(({ __typename }) => __typename === 'AlreadyClaimed');
    expect(late).toHaveLength(63);
    for (const { claim, changes, sourceKey } of late) {
      expect([claim.id, gains({ changes }), sourceKey]).toEqual([paid.claim.id, gains(paid), null]);
    }
    expect(await ledgerState(playerId)).toMatchObject({
      version: 2,
      granted: 2,
      rejected: 63,
      balances: { lumees: 80, experience: 55 },
    });
    expect(await owedKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('after the player has claimed is AlreadyClaimed with the original', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    const proof = await ticket({ playerId, ...VICTORY, key: 'enc-1' });
    const paid = resultOf(
      await claimReward({ type: VICTORY.type, ticket: proof }, { token: await playerToken(playerId) }),
    );
    expect(await owedKeys(playerId)).toEqual([]);
    const late = await movingNothing(playerId, () => recoverReward(owed(playerId), { token: server }));
    expect(resultOf(late)).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: paid.claim.id } });
  });

  it('counts against the claims of the day, as the claim that the player would have made', async () => {
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 2;
      }),
    );
    const playerId = fresh('player');
    const chest = (key: string) => ({ playerId, type: 'arena_chest', key });
    for (const key of ['c-1', 'c-2', 'c-3']) await announced(playerId, key, { ...chest(key), facts: null });
    const answers = await atOnce(3, (index) => recoverReward(chest(`c-${index + 1}`), { token: server }));
    const results = answers.map(resultOf);
    expect(results.map(({ __typename }) => __typename).sort()).toEqual([
      'LimitExceeded',
      'Receipt',
      'Receipt',
    ]);
    expect(results.find(({ __typename }) => __typename === 'LimitExceeded')).toMatchObject({
      limit: 'CLAIMS_PER_DAY',
      bound: 2,
      remaining: 0,
    });
    // What is over the bound is still owed.
    expect(await owedKeys(playerId)).toHaveLength(1);
    const claimed = await movingNothing(playerId, () => claimReward({ ...chest('c-4') }, { token: server }));
    expect(resultOf(claimed)).toMatchObject({ __typename: 'LimitExceeded', limit: 'CLAIMS_PER_DAY' });
  });

  it('whose reply or request was lost pays once, after the retry', async () => {
    for (const kind of ['drop_before', 'drop_after_commit', 'reset_mid_body', 'duplicate'] as const) {
      const playerId = fresh('player');
      await announced(playerId, 'enc-1');
      const input = { ...owed(playerId), idempotencyKey: freshKey() };
      await breakRequests({ match: input.idempotencyKey, kind });
      const answer = await recoverReward(input, { token: server });
      if (kind !== 'duplicate') expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
      const receipt = resultOf(await recoverReward(input, { token: server }));
      expect(receipt).toMatchObject({ __typename: 'Receipt', replayed: kind !== 'drop_before' });
      expect(gains(receipt)).toEqual({ lumees: 80, experience: 55 });
      expect(await ledgerState(playerId)).toMatchObject({ version: 2, balances: { lumees: 80 } });
      expect(await owedKeys(playerId)).toEqual([]);
    }
  });
});

describe('a recovery that is refused', () => {
  it('because nothing was announced is recorded: announced later, the same key still says no, and a new one pays', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    await announced(fresh('player'), 'enc-2');
    const input = { ...owed(playerId, 'enc-2'), idempotencyKey: freshKey() };
    const refused = await movingNothing(playerId, () => recoverReward(input, { token: server }));
    expect(resultOf(refused)).toMatchObject({
      __typename: 'NotAnnounced',
      code: 'NOT_ANNOUNCED',
      claimType: 'pve_victory',
      claimKey: 'enc-2',
      message: expect.stringContaining('pendingRewards'),
    });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
    await announced(playerId, 'enc-2');
    const replay = await writingNothing(playerId, () => recoverReward(input, { token: server }));
    expect(resultOf(replay)).toEqual(resultOf(refused));
    const renewed = { ...input, idempotencyKey: freshKey() };
    expect(resultOf(await recoverReward(renewed, { token: server })).__typename).toBe('Receipt');
  });

  it('because the announcement was taken back: it is owed no more', async () => {
    const playerId = fresh('player');
    const { claim } = await announced(playerId, 'enc-1');
    await announced(playerId, 'enc-2');
    const { token } = await newStaff();
    const withdrawn = resultOf(
      await reverseClaim({ playerId, claimId: claim.id, reason: 'announced by mistake' }, { token }),
    );
    expect(withdrawn).toMatchObject({ __typename: 'Receipt', changes: [] });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-2']);
    const refused = await movingNothing(playerId, () => recoverReward(owed(playerId), { token: server }));
    expect(resultOf(refused).__typename).toBe('NotAnnounced');
  });

  it('because another claim gave the same for the same source names it, and moves nothing', async () => {
    const playerId = fresh('player');
    const facts = { source_type: 'match', source_id: 'm-7', passing: 4, shooting: 0 };
    const report = { playerId, type: 'skill_session', facts };
    await announced(playerId, 'report-1', report);
    const paid = resultOf(await claimReward({ ...report, key: 'report-2' }, { token: server }));
    const refused = await movingNothing(playerId, () =>
      recoverReward({ playerId, type: 'skill_session', key: 'report-1' }, { token: server }),
    );
    expect(resultOf(refused)).toMatchObject({
      __typename: 'AlreadyClaimed',
      claim: { id: paid.claim.id },
      sourceKey: { type: 'skill:passing', key: 'match/m-7' },
    });
  });

  it('for a stale version, or another input under the same key, moves nothing and is still owed', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    const stale = { ...owed(playerId), expectedVersion: 0, idempotencyKey: freshKey() };
    const conflict = await movingNothing(playerId, () => recoverReward(stale, { token: server }));
    expect(resultOf(conflict)).toMatchObject({ __typename: 'VersionConflict', expected: 0, current: 1 });
    const reused = await writingNothing(playerId, () =>
      recoverReward({ ...stale, key: 'enc-2', expectedVersion: 1 }, { token: server }),
    );
    expect(resultOf(reused)).toMatchObject({
      __typename: 'IdempotencyKeyReused',
      fields: ['expectedVersion', 'key'],
    });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });

  it('because a player asks is FORBIDDEN, before the ledger is asked', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    const token = await playerToken(playerId);
    const answer = await askingNobody(playerId, () => recoverReward(owed(playerId), { token }));
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringContaining('claimReward'),
      extensions: { code: 'FORBIDDEN' },
    });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });
});
