// Mixed operations over many connections at once keep every invariant, and what was acknowledged is what is recorded.
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../src/domain/canonical.ts';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { dice } from '../support/ledger/dice.ts';
import { essence } from '../support/ledger/essence.ts';
import { brokenInvariants, unpaidPoints } from '../support/ledger/invariants.ts';
import { type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { announcement, claimOf, limitUse, recovery, transfer } from '../support/ledger/systems.ts';
import { sizeOf } from '../support/long-run.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

const OPERATIONS = sizeOf({ long: 2_400, short: 1_000 });
const CONNECTIONS = 32;
const BUDGET = 400;

/**
 * Mixed operations on a few players: new claims, repeated claims, spending, awards, transfers, announcements, limits, balances
 * that regenerate, stale versions, rejections, replays.
 */
function storm(seed: number, players: readonly string[], staff: readonly string[]): KernelOperation[] {
  const roll = dice(seed);
  const one = <T>(all: readonly T[]): T => all[roll(all.length)] as T;
  const made: KernelOperation[] = [];
  const other = (player: string) => one(players.filter((each) => each !== player));
  const mix: ((player: string) => KernelOperation)[] = [
    () => operation({ postings: [give('gold', 1 + roll(20)), give('gems', 1)] }),
    () => operation({ postings: [give('experience', 10 + roll(60))], milestones: true }),
    () => operation({ claim_key: `daily-${roll(8)}`, postings: [give('gold', 5)] }),
    () => operation({ postings: [take('gold', 1 + roll(30)), give('gems', 2), take('gold', 1)] }),
    () => operation({ postings: [give('wins', 1 + roll(4), { ceiling: 10, clamp: true })] }),
    () => operation({ postings: [take('wins', 1 + roll(4)), give('tokens', 1, { ceiling: 12 })] }),
    () => operation({ postings: [take('stat_points', 2), give('stat:energy', 1), give('stat:health', 1)] }),
    () => operation({ expected_version: roll(120) }),
    () =>
      operation({ mode: 'reject', postings: [], rejection: { kind: 'unknown_claim_type', claimType: 'x' } }),
    () => operation({ mode: 'lookup', postings: [] }),
    () => award(one(staff), 1 + roll(12)),
    () => award(one(staff), 1 + roll(12)),
    (player) => transfer(player, other(player), 1 + roll(9), { ceiling: 150 }),
    (player) => transfer(player, other(player), 1 + roll(9)),
    () => operation({ postings: [take('charges', 1), give('gold', 3)] }),
    () => operation({ postings: [give('gold', 1)], limits: [limitUse({ bound: 6, amount: 1 + roll(2) })] }),
    (playerId) => announcement({ playerId, type: 'chest', key: `chest-${roll(9)}` }),
    (playerId) => recovery({ playerId, type: 'chest', key: `chest-${roll(9)}` }),
    (playerId) => claimOf({ playerId, type: 'chest', key: `chest-${roll(9)}` }),
  ];
  while (made.length < OPERATIONS) {
    const earlier = made.length > 0 && roll(4) === 0 ? one(made.slice(-40)) : null;
    if (earlier && roll(4) === 0) {
      const fingerprint = '00000000-0000-0000-0000-000000000002';
      made.push({ ...earlier, input: { type: 'other' }, fingerprint });
    } else {
      const player = one(players);
      made.push(earlier ?? { ...one(mix)(player), player });
    }
  }
  return made;
}

/** A key has one outcome. What it was reused with does not matter here. */
function essenceOf(outcome: LedgerOutcome): string {
  if (outcome.kind === 'key_reused' || outcome.kind === 'unknown_key') return outcome.kind;
  // The members of a replay are in another order.
  return canonicalJson(essence(outcome) as Json);
}

/**
 * As the Worker does, it sends a transfer again that is busy: its giver could not pay at first, could pay with the lock held, and its
 * recipient was locked by another transaction. Busy is no outcome of the key: nothing is recorded.
 */
async function outcomeOf(sent: KernelOperation): Promise<LedgerOutcome> {
  const outcome = await commit(sent);
  return outcome.kind === 'busy' ? outcomeOf(sent) : outcome;
}

interface Answer {
  readonly sent: KernelOperation;
  readonly outcome: LedgerOutcome;
}

/** I6 and I7: what was acknowledged is recorded as it was acknowledged, and every key had one outcome. */
async function expectRecorded(players: readonly string[], outcomes: readonly Answer[]): Promise<void> {
  const byKey = Map.groupBy(
    outcomes,
    ({ sent }) => `${sent.player} ${sent.idempotency_key} ${sent.fingerprint}`,
  );
  for (const [key, answers] of byKey)
    expect([key, ...new Set(answers.map(({ outcome }) => essenceOf(outcome)))]).toEqual([
      key,
      expect.any(String),
    ]);
  const firsts = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'granted' && !outcome.replayed ? [outcome] : [],
  );
  const { rows: recorded } = await owner.query(
    `SELECT player_id, number, version, (SELECT count(*)::int FROM onceward.entries_by_name e
             WHERE (e.player_id, e.number) = (c.player_id, c.number)) AS entries
       FROM onceward.claims_by_name c WHERE player_id = ANY ($1)`,
    [players],
  );
  const acknowledged = new Map(recorded.map((row) => [`${row.player_id} ${row.number}`, row]));
  for (const { claim, changes } of firsts) {
    expect(acknowledged.get(`${claim.playerId} ${claim.number}`)).toMatchObject({
      version: claim.version,
      entries: changes.filter(({ sequence }) => sequence !== null).length,
    });
  }

  const ledgers = await Promise.all(players.map(playerLedger));
  expect(ledgers.reduce((sum, ledger) => sum + ledger.granted, 0)).toBe(firsts.length);
}

function expectAllKinds(outcomes: readonly Answer[]): void {
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
  const kinds = new Set(outcomes.map(({ outcome }) => outcome.kind));
  expect(kinds).toEqual(new Set(['granted', 'rejected', 'key_reused', 'unknown_key']));
}

test(`${OPERATIONS} mixed operations over ${CONNECTIONS} connections on ten players and three staff members keep every invariant`, async () => {
  const players = Array.from({ length: 10 }, () => fresh('player'));
  const staff = await Promise.all([1, 2, 3].map(() => addStaff({ limit: 10, budget: BUDGET })));
  const operations = storm(20_261_102, players, staff);
  const outcomes: Answer[] = [];
  const queue = operations[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      // No failure is expected: neither a deadlock nor a time-out.
      for (const sent of queue) outcomes.push({ sent, outcome: await outcomeOf(sent) });
    }),
  );
  expect(outcomes).toHaveLength(OPERATIONS);

  expect(await brokenInvariants(owner, players)).toEqual([]);
  expect(await unpaidPoints(owner, players, 3)).toEqual([]);
  const { rows: budgets } = await owner.query(
    `SELECT used FROM onceward.limits_by_name
      WHERE kind = 'staff' AND "limit" = 'staff:budget' AND subject_id = ANY ($1)`,
    [staff],
  );
  expect(budgets).toHaveLength(3);
  for (const { used } of budgets) expect(Number(used)).toBeLessThanOrEqual(BUDGET);
  const { rowCount: tooMuch } = await owner.query(
    `SELECT FROM onceward.audit_by_name WHERE actor_id = ANY ($1) AND outcome = 'granted' AND amount > 10`,
    [staff],
  );
  expect(tooMuch).toBe(0);

  await expectRecorded(players, outcomes);
  // The storm contained what it was made to contain.
  expectAllKinds(outcomes);
});
