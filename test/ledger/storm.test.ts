import { expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { dice } from '../support/ledger/dice.ts';
import { brokenInvariants, unpaidPoints } from '../support/ledger/invariants.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';
import { announcement, claimOf, growing, quota, recovery, transfer } from '../support/ledger/systems.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

const OPERATIONS = 2_400;
const CONNECTIONS = 32;
const BUDGET = 400;

/**
 * Mixed operations on a hot set: fresh claims, repeated claims, spending, awards, transfers, announcements, quotas, what
 * regenerates, stale versions, refusals, replays.
 */
function storm(seed: number, players: readonly string[], staff: readonly string[]): Operation[] {
  const roll = dice(seed);
  const one = <T>(all: readonly T[]): T => all[roll(all.length)] as T;
  const made: Operation[] = [];
  const mix: ((playerId: string) => Operation)[] = [
    () => operation({ postings: [give('gold', 1 + roll(20)), give('gems', 1)] }),
    () => operation({ postings: [give('experience', 10 + roll(60))], milestones: [LEVELS] }),
    () => operation({ claimKey: `daily-${roll(8)}`, postings: [give('gold', 5)] }),
    () => operation({ postings: [take('gold', 1 + roll(30)), give('gems', 2), take('gold', 1)] }),
    () => operation({ postings: [give('charges', 1 + roll(4), { ceiling: 10, atLimit: 'clamp' })] }),
    () => operation({ postings: [take('charges', 1 + roll(4)), give('tokens', 1, { ceiling: 12 })] }),
    () => operation({ postings: [take('stat_points', 2), give('stat:energy', 1), give('stat:health', 1)] }),
    () => operation({ expectedVersion: roll(120) }),
    () =>
      operation({ mode: 'reject', postings: [], rejection: { kind: 'unknown_claim_type', claimType: 'x' } }),
    () => operation({ mode: 'lookup', postings: [] }),
    () => award(one(staff), 1 + roll(12), { defaultBudget: BUDGET, defaultLimit: 10 }),
    () => award(one(staff), 1 + roll(12), { defaultBudget: BUDGET, defaultLimit: 10 }),
    (playerId) =>
      transfer(playerId, one(players.filter((each) => each !== playerId)), 1 + roll(9), { ceiling: 150 }),
    (playerId) => transfer(playerId, one(players.filter((each) => each !== playerId)), 1 + roll(9)),
    () => operation({ postings: [growing(take('drops', 1)), give('gold', 3)] }),
    () => operation({ postings: [give('gold', 1)], quotas: [quota({ bound: 6, amount: 1 + roll(2) })] }),
    (playerId) => announcement({ playerId, type: 'chest', key: `chest-${roll(9)}` }),
    (playerId) => recovery({ playerId, type: 'chest', key: `chest-${roll(9)}` }),
    (playerId) => claimOf({ playerId, type: 'chest', key: `chest-${roll(9)}` }),
  ];
  while (made.length < OPERATIONS) {
    const earlier = made.length > 0 && roll(4) === 0 ? one(made.slice(-40)) : null;
    if (earlier && roll(4) === 0) made.push({ ...earlier, input: { type: 'other' }, fingerprint: 'another' });
    else {
      const playerId = one(players);
      made.push(earlier ?? { ...one(mix)(playerId), playerId });
    }
  }
  return made;
}

/** One outcome for one key: everything but what differs by nature between an attempt and its replay. */
function essence(outcome: Outcome): string {
  if (outcome.kind === 'key_reused' || outcome.kind === 'unknown_key') return outcome.kind;
  return JSON.stringify({ ...outcome, replayed: true });
}

test(`${OPERATIONS} mixed operations over ${CONNECTIONS} connections on ten players and three staff leave the ledger sound`, async () => {
  const players = Array.from({ length: 10 }, () => fresh('player'));
  const staff = await Promise.all([1, 2, 3].map(() => addStaff()));
  const operations = storm(20_261_102, players, staff);
  const outcomes: { asked: Operation; outcome: Outcome }[] = [];
  const queue = operations[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      // No failure is expected: not a deadlock, not a time-out.
      for (const asked of queue) outcomes.push({ asked, outcome: await commit(asked) });
    }),
  );
  expect(outcomes).toHaveLength(OPERATIONS);

  expect(await brokenInvariants(owner, players)).toEqual([]);
  expect(await unpaidPoints(owner, players, 3)).toEqual([]);
  const { rows: days } = await owner.query(
    'SELECT spent FROM onceward.staff_budget_days WHERE staff_id = ANY ($1)',
    [staff],
  );
  expect(days).toHaveLength(3);
  for (const { spent } of days) expect(Number(spent)).toBeLessThanOrEqual(BUDGET);
  const { rowCount: tooMuch } = await owner.query(
    `SELECT FROM onceward.audit_events WHERE actor_id = ANY ($1) AND outcome = 'granted' AND amount > 10`,
    [staff],
  );
  expect(tooMuch).toBe(0);

  // I6 and I7: what was acknowledged is there, with the numbers acknowledged, and every key had one outcome.
  const byKey = Map.groupBy(
    outcomes,
    ({ asked }) => `${asked.playerId} ${asked.idempotencyKey} ${asked.fingerprint}`,
  );
  for (const [key, told] of byKey)
    expect([key, new Set(told.map(({ outcome }) => essence(outcome))).size]).toEqual([key, 1]);
  const firsts = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'granted' && !outcome.replayed ? [outcome] : [],
  );
  const { rows: kept } = await owner.query(
    'SELECT id, balances_after, player_version FROM onceward.reward_claims WHERE id = ANY ($1)',
    [firsts.map(({ claim }) => claim.id)],
  );
  const acknowledged = new Map(kept.map((row) => [row.id, row]));
  for (const { claim, balances } of firsts) {
    expect(acknowledged.get(claim.id)).toMatchObject({
      balances_after: balances,
      player_version: String(claim.playerVersion),
    });
  }

  const ledgers = await Promise.all(players.map(playerLedger));
  expect(ledgers.reduce((sum, ledger) => sum + ledger.granted, 0)).toBe(firsts.length);
  // The storm met what it was made to meet.
  const rejections = new Set(
    outcomes.flatMap(({ outcome }) => (outcome.kind === 'rejected' ? [outcome.rejection.kind] : [])),
  );
  expect([...rejections].toSorted()).toEqual(
    expect.arrayContaining([
      'already_claimed',
      'insufficient_balance',
      'limit_exceeded',
      'not_announced',
      'unknown_claim_type',
      'version_conflict',
    ]),
  );
  expect(new Set(outcomes.map(({ outcome }) => outcome.kind))).toEqual(
    new Set(['granted', 'rejected', 'key_reused', 'unknown_key']),
  );
}, 60_000);
