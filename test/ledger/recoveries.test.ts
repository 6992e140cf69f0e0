// A recovery pays an announced reward once, as it was announced, whatever has regenerated or been published since.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { balancesOf, entriesOf, movesOf, receiptOf } from '../support/ledger/answers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { isPending } from '../support/ledger/pending.ts';
import { LEVELS, publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  type Pending,
  pending,
  recovery,
  timePasses,
} from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();
const sound = async ({ playerId }: Pending) => expect(await brokenInvariants(owner, [playerId])).toEqual([]);

describe('a recovery', () => {
  test('pays what was announced, with its levels and source keys, whatever the caller sends', async () => {
    const reward = pending();
    const skill = { game: false, resource: 'skill:passing', key: reward.key };
    const plan = {
      resources: ['experience', 'levels_paid', 'stat_points'],
      postings: [give('experience', 120)],
      source_keys: [skill],
    };
    await granted(commit(announcement(reward, plan)));
    const paid = await granted(commit(recovery(reward, { postings: [give('gold', 999)], source_keys: [] })));
    expect(paid.claim).toMatchObject({ type: reward.type, key: reward.key, operation: 'recoverReward' });
    expect(balancesOf(paid)).toEqual({ experience: 120, levels_paid: 1, stat_points: 3 });
    expect(await isPending(owner, reward)).toBe(false);
    const before = await standing(owner, reward.playerId);
    const again = operation({ player: reward.playerId, source_keys: [skill] });
    expect(await commit(again)).toMatchObject({
      rejection: { kind: 'already_claimed', sourceKey: { type: skill.resource, key: skill.key } },
    });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await sound(reward);
  });

  test('evaluates no levels where the reward gives nothing that they follow from', async () => {
    const reward = pending();
    await granted(
      commit(operation({ player: reward.playerId, postings: [give('experience', 99)], milestones: true })),
    );
    await granted(commit(operation({ player: reward.playerId, postings: [give('experience', 50)] })));
    await granted(commit(announcement(reward)));
    const paid = await granted(commit(recovery(reward, { milestones: true })));
    expect(movesOf(paid.changes)).toEqual([['gold', 'operation', 7]]);
  });

  test('of a reward that was never announced is rejected, and nothing moves', async () => {
    const reward = pending();
    await granted(commit(operation({ player: reward.playerId })));
    const before = await standing(owner, reward.playerId);
    expect(await commit(recovery(reward))).toMatchObject({
      rejection: { kind: 'not_announced', claimType: reward.type, claimKey: reward.key },
      original: null,
    });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  test('that the caller rejects pays what was announced, and is rejected so where nothing is pending', async () => {
    const reward = pending();
    const rejection = { kind: 'terms_changed', terms: '0'.repeat(32), costs: [], gives: [] } as const;
    const claim = (over: object = {}) =>
      recovery(reward, { name: 'claimReward', mode: 'reject', rejection, ...over });
    await granted(commit(operation({ player: reward.playerId })));
    const before = await standing(owner, reward.playerId);
    const early = claim();
    expect(await commit(early)).toMatchObject({ kind: 'rejected', replayed: false, rejection });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await granted(commit(announcement(reward)));
    expect(await commit(early)).toMatchObject({ kind: 'rejected', replayed: true, rejection });
    expect(await commit(claim({ expected_version: 9 }))).toMatchObject({
      rejection: { kind: 'version_conflict' },
    });
    const paid = await granted(commit(claim()));
    expect(movesOf(paid.changes)).toEqual([['gold', 'operation', 7]]);
    expect(paid.claim).toMatchObject({ operation: 'claimReward', type: reward.type, key: reward.key });
    expect(await isPending(owner, reward)).toBe(false);
    expect(await commit(claim())).toMatchObject({
      rejection: { kind: 'already_claimed', number: paid.claim.number },
    });
    await sound(reward);
  });

  test.each([
    ['a recovery after the claim', claimOf, recovery],
    ['a claim after the recovery', recovery, claimOf],
  ])('and the claim exclude each other: %s is rejected with the original', async (_, first, second) => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    const paid = await granted(commit(first(reward)));
    const before = await standing(owner, reward.playerId);
    const refused = await commit(second(reward));
    expect(refused).toMatchObject({
      rejection: { kind: 'already_claimed', number: paid.claim.number },
      original: { claim: paid.claim },
    });
    if (refused.kind !== 'rejected' || !refused.original) throw new Error('no original');
    expect(entriesOf(refused.original.changes)).toEqual(entriesOf(paid.changes));
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  test('and the claim, thirty-two of each at once: one of them is paid', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, n) => commit(n % 2 ? claimOf(reward) : recovery(reward))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({
        rejection: { kind: 'already_claimed' },
        original: { changes: [{ delta: 7 }] },
      });
    expect((await playerLedger(reward.playerId)).balances).toEqual({ gold: 7 });
    await sound(reward);
  });

  test('by a staff member is audited and uses none of their limits, for it is no gift of theirs', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    const member = await addStaff({ limit: 0, budget: 0 });
    const { staff, actor_kind, actor_id } = award(member, 0);
    await granted(commit(recovery(reward, { staff, actor_kind, actor_id, creates_player: false })));
    const { rows } = await owner.query(
      `SELECT (SELECT count(*)::int FROM onceward.limits_by_name WHERE kind = 'staff' AND subject_id = $1) AS limits,
              (SELECT jsonb_agg(jsonb_build_array(action, outcome, amount))
                 FROM onceward.audit_by_name WHERE actor_id = $1) AS audit`,
      [member],
    );
    expect(rows).toEqual([{ limits: 0, audit: [['recoverReward', 'granted', 0]] }]);
    await sound(reward);
  });
});

describe('what regenerated before a recovery', () => {
  /** A reward of one charge, which the player has none of yet, recovered two hours after it was announced. */
  const recovered = async (ceiling: number) => {
    const reward = pending();
    const postings = [give('gold', 7), give('charges', 1, { ceiling, clamp: true })];
    await granted(commit(announcement(reward, { resources: ['gold', 'charges'], postings })));
    await timePasses(owner, reward.playerId, 2 * 3_600);
    const { changes } = await granted(commit(recovery(reward)));
    await sound(reward);
    return movesOf(changes);
  };

  test('is written first, by the rule in force', async () => {
    expect(await recovered(8)).toEqual([
      ['gold', 'operation', 7],
      ['charges', 'opening', 5],
      ['charges', 'operation', 1],
    ]);
  });

  test('is not pulled back by the ceiling of the announcement', async () => {
    expect(await recovered(3)).toEqual([
      ['gold', 'operation', 7],
      ['charges', 'opening', 5],
      ['charges', 'operation', 0],
    ]);
  });
});

describe('when another config is published between the announcement and the recovery', () => {
  /** A database of these tests' own, because they publish. */
  let database: Awaited<ReturnType<typeof startOwnDatabase>>;
  let ledger: Ledger;
  beforeAll(async () => {
    database = await startOwnDatabase();
    ledger = openLedger(database);
  });
  afterAll(async () => {
    await ledger?.close();
    await database?.stop();
  });

  test('the recovery is decided under the new one, and pays the amounts and levels of the announcement', async () => {
    const reward = pending();
    const plan = {
      resources: ['experience', 'levels_paid', 'stat_points'],
      postings: [give('experience', 120)],
    };
    const announced = await granted(ledger.commit(announcement(reward, plan)));
    const thresholds = [10, 20, 30];
    const version = await publishRules(ledger.owner, { milestones: [{ ...LEVELS, thresholds }] });
    const sent = recovery(reward);
    const paid = await granted(ledger.commit(sent));
    expect(paid.claim).toMatchObject({
      configVersion: version,
      amountsVersion: announced.claim.configVersion,
    });
    expect(balancesOf(paid)).toEqual({ experience: 120, levels_paid: 1, stat_points: 3 });
    const again = await granted(ledger.commit(sent));
    expect(again.replayed).toBe(true);
    expect(receiptOf(again)).toEqual(receiptOf(paid));
    expect(await brokenInvariants(ledger.owner, [reward.playerId])).toEqual([]);
  });

  test('levels that grant a regenerating resource settle it first', async () => {
    const [grant] = LEVELS.grants;
    if (!grant) throw new Error('no grant');
    await publishRules(ledger.owner, {
      milestones: [{ ...LEVELS, grants: [{ ...grant, resource: 'charges' }] }],
    });
    const reward = pending();
    const plan = { resources: ['experience', 'levels_paid', 'charges'], postings: [give('experience', 120)] };
    await granted(ledger.commit(announcement(reward, plan)));
    const paid = await granted(ledger.commit(recovery(reward)));
    expect(movesOf(paid.changes)).toEqual([
      ['experience', 'operation', 120],
      ['levels_paid', 'milestone', 1],
      ['charges', 'opening', 5],
      ['charges', 'milestone', 3],
    ]);
    expect(await brokenInvariants(ledger.owner, [reward.playerId])).toEqual([]);
  });
});
