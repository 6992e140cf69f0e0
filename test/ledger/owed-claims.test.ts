import { describe, expect, test } from 'vitest';
import type { Accrual } from '../../src/domain/moves.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, LEVELS, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  growing,
  HOURLY,
  type Owed,
  owed,
  recovery,
  reversal,
  timePasses,
} from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

const standsOwed = async ({ playerId, type, key }: Owed) => {
  const { rowCount } = await owner.query(
    'SELECT FROM onceward.owed_claims WHERE player_id = $1 AND claim_type = $2 AND claim_key = $3',
    [playerId, type, key],
  );
  return rowCount === 1;
};
const sound = async ({ playerId }: Owed) => expect(await brokenInvariants(owner, [playerId])).toEqual([]);

describe('a reward that is announced', () => {
  test('is owed, and moves nothing yet', async () => {
    const asked = owed();
    const outcome = await granted(commit(announcement(asked)));
    expect(outcome).toMatchObject({ changes: [], balances: {}, claim: { playerVersion: 1 } });
    const { rows } = await owner.query('SELECT * FROM onceward.owed_claims WHERE player_id = $1', [
      asked.playerId,
    ]);
    expect(rows).toEqual([
      {
        player_id: asked.playerId,
        claim_type: asked.type,
        claim_key: asked.key,
        announced_by: outcome.claim.id,
        announced_at: new Date(outcome.claim.claimedAt),
        plan: { postings: [give('gold', 7)], furtherKeys: [], milestones: [], configVersion: 1 },
      },
    ]);
    await sound(asked);
  });

  test('is announced once, by thirty-two at once as well', async () => {
    const asked = owed();
    const outcomes = await Promise.all(Array.from({ length: 32 }, () => commit(announcement(asked))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, balances: {} });
    expect(await standsOwed(asked)).toBe(true);
  });

  test('is settled by the claim of it', async () => {
    const asked = owed();
    await granted(commit(announcement(asked)));
    await granted(commit(claimOf(asked)));
    expect(await standsOwed(asked)).toBe(false);
    expect((await playerLedger(asked.playerId)).balances).toEqual({ gold: 7 });
    await sound(asked);
  });

  test('stands where the claim of it is refused', async () => {
    const asked = owed();
    await granted(commit(announcement(asked)));
    const before = await standing(owner, asked.playerId);
    expect(await commit(claimOf(asked, { expectedVersion: 9 }))).toMatchObject({ kind: 'rejected' });
    expect(await standing(owner, asked.playerId)).toEqual(before);
  });

  test('is not owed where it was paid already: the original is shown', async () => {
    const asked = owed();
    const paid = await granted(commit(claimOf(asked)));
    const before = await standing(owner, asked.playerId);
    expect(await commit(announcement(asked))).toMatchObject({
      rejection: { kind: 'already_claimed', claimId: paid.claim.id },
      original: { claim: paid.claim, changes: paid.changes },
    });
    expect(await standing(owner, asked.playerId)).toEqual(before);
  });
});

describe('a recovery', () => {
  test('pays what was announced, with its levels and keys, whatever the caller says', async () => {
    const asked = owed();
    const skill = { type: 'skill:passing', key: asked.key };
    const plan = { postings: [give('experience', 120)], milestones: [LEVELS], furtherKeys: [skill] };
    await granted(commit(announcement(asked, plan)));
    const paid = await granted(commit(recovery(asked, { postings: [give('gold', 999)], furtherKeys: [] })));
    expect(paid.claim).toMatchObject({ type: asked.type, key: asked.key, operation: 'recoverReward' });
    expect(paid.balances).toEqual({ experience: 120, levels_paid: 1, stat_points: 3 });
    expect(await standsOwed(asked)).toBe(false);
    const again = operation({ playerId: asked.playerId, furtherKeys: [skill] });
    expect(await commit(again)).toMatchObject({ rejection: { kind: 'already_claimed', sharedKey: skill } });
    await sound(asked);
  });

  test('is under the config version of the announcement, whose document comes along at once and in replays', async () => {
    const asked = owed();
    const { rows } = await owner.query(
      `INSERT INTO onceward.balance_configs (sha256, document, published_by) VALUES ($1, '{"of": "then"}', 'a test')
       RETURNING version::int`,
      [fresh('sha')],
    );
    const version = rows[0].version as number;
    await granted(commit({ ...announcement(asked), configVersion: version }));
    const request = recovery(asked, { configVersion: 1 });
    const paid = await granted(commit(request));
    expect(paid).toMatchObject({
      claim: { configVersion: version },
      config: { version, document: { of: 'then' } },
    });
    expect(await commit(request)).toEqual({ ...paid, replayed: true });
    expect(await commit({ ...request, configVersion: version })).toEqual({
      ...paid,
      replayed: true,
      config: null,
    });
  });

  test('of what was never announced is refused, and moves nothing', async () => {
    const asked = owed();
    await granted(commit(operation({ playerId: asked.playerId })));
    const before = await standing(owner, asked.playerId);
    expect(await commit(recovery(asked))).toMatchObject({
      rejection: { kind: 'not_announced', claimType: asked.type, claimKey: asked.key },
      original: null,
    });
    expect(await standing(owner, asked.playerId)).toEqual(before);
  });

  test.each([
    ['the claim first, the recovery second', claimOf, recovery],
    ['the recovery first, the claim second', recovery, claimOf],
  ])('whoever comes second is refused with the original: %s', async (_, first, second) => {
    const asked = owed();
    await granted(commit(announcement(asked)));
    const paid = await granted(commit(first(asked)));
    const before = await standing(owner, asked.playerId);
    expect(await commit(second(asked))).toMatchObject({
      rejection: { kind: 'already_claimed', claimId: paid.claim.id },
      original: { claim: paid.claim, changes: paid.changes },
    });
    expect(await standing(owner, asked.playerId)).toEqual(before);
  });

  test('and the claim, thirty-two of each at once: one of them is paid', async () => {
    const asked = owed();
    await granted(commit(announcement(asked)));
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, n) => commit(n % 2 ? claimOf(asked) : recovery(asked))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({
        rejection: { kind: 'already_claimed' },
        original: { changes: [{ delta: 7 }] },
      });
    expect((await playerLedger(asked.playerId)).balances).toEqual({ gold: 7 });
    await sound(asked);
  });

  test('by a staff member is no gift of theirs: no limit stands against it, nothing is counted, and it is audited', async () => {
    const asked = owed();
    await granted(commit(announcement(asked)));
    const staff = await addStaff({ limit: 0, budget: 0 });
    const { staffCheck, actor } = award(staff, 0, { awardsPerDay: 0 });
    await granted(commit(recovery(asked, { staffCheck, actor, createPlayer: false })));
    const { rows } = await owner.query(
      `SELECT (SELECT count(*)::int FROM onceward.staff_budget_days WHERE staff_id = $1) AS days,
              (SELECT jsonb_agg(jsonb_build_array(action, outcome, amount)) FROM onceward.audit_events WHERE actor_id = $1) AS audit`,
      [staff],
    );
    expect(rows).toEqual([{ days: 0, audit: [['recoverReward', 'granted', 0]] }]);
    await sound(asked);
  });
});

describe('what has accrued when a recovery is paid', () => {
  /** Where nothing has moved yet: a chest that was announced with one charge, and what its recovery moves. */
  const recovered = async (then: Accrual | null, now: Operation['accruals']) => {
    const asked = owed();
    const posting = give('charges', 1, { ceiling: 8, atLimit: 'clamp' });
    const postings = [give('gold', 7), then ? growing(posting, then) : posting];
    await granted(commit(announcement(asked, { postings })));
    await timePasses(owner, asked.playerId, 2 * 3_600);
    const { changes } = await granted(commit(recovery(asked, { accruals: now })));
    await sound(asked);
    const [gold, ...charges] = changes;
    expect([gold?.resource, gold?.delta]).toEqual(['gold', 7]);
    return charges.map(({ cause, delta }) => [cause, delta]);
  };
  const fast: Accrual = { initial: 1, regenerates: { everySeconds: 1_800, amount: 1, upTo: 9 } };

  test.each<[string, Accrual | null, Operation['accruals'], [string, number][]]>([
    [
      'is what the rules of today bring, not those of the announcement',
      HOURLY,
      { charges: fast },
      [
        ['opening', 1],
        ['regeneration', 4],
        ['operation', 1],
      ],
    ],
    [
      'is there where nothing grew at the announcement',
      null,
      { charges: HOURLY },
      [
        ['opening', 5],
        ['operation', 1],
      ],
    ],
    ['is nothing where nothing grows any more', HOURLY, {}, [['operation', 1]]],
    [
      'is not pulled back by the ceiling of the announcement, where it is more by now',
      HOURLY,
      { charges: { ...HOURLY, initial: 12 } },
      [
        ['opening', 12],
        ['operation', 0],
      ],
    ],
  ])('%s', async (_, then, now, moved) => expect(await recovered(then, now)).toEqual(moved));

  test('follows the rules of today where levels give it, too', async () => {
    const asked = owed();
    const [grant] = LEVELS.grants;
    const grants = [{ ...(grant as (typeof LEVELS.grants)[0]), resource: 'charges' }];
    const plan = { postings: [give('experience', 120)], milestones: [{ ...LEVELS, grants }] };
    await granted(commit(announcement(asked, plan)));
    const paid = await granted(commit(recovery(asked, { accruals: { charges: HOURLY } })));
    expect(paid.balances).toEqual({ experience: 120, levels_paid: 1, charges: 8 });
    expect(Object.keys(paid.anchors)).toEqual(['charges']);
    await sound(asked);
  });
});

describe('an announcement that staff take back', () => {
  test('moves nothing and is owed no more, once; what was earned may still be claimed', async () => {
    const asked = owed();
    const { claim } = await granted(commit(announcement(asked)));
    const staff = await addStaff();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => commit(reversal(staff, claim))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toMatchObject([{ changes: [] }]);
    expect(await standsOwed(asked)).toBe(false);
    expect(await commit(recovery(asked))).toMatchObject({ rejection: { kind: 'not_announced' } });
    expect(await commit(announcement(asked))).toMatchObject({ rejection: { kind: 'already_claimed' } });
    await granted(commit(claimOf(asked)));
    await sound(asked);
  });

  test('leaves what else is owed to the player, and to others', async () => {
    const [one, other] = [owed(), owed()];
    const sibling = owed(one.playerId);
    const { claim } = await granted(commit(announcement(one)));
    for (const each of [sibling, other]) await granted(commit(announcement(each)));
    await granted(commit(reversal(await addStaff(), claim)));
    expect(await Promise.all([one, sibling, other].map(standsOwed))).toEqual([false, true, true]);
  });
});
