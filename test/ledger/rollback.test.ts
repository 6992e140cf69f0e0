import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

/** What the Worker should never send: each fails at another place inside the transaction. */
const DEFECTS: [string, Partial<Operation>, string][] = [
  ['a key of another format, found when the claim is recorded', { idempotencyKey: 'too short' }, '23514'],
  ['a key with a line break at its end', { idempotencyKey: `${'k'.repeat(20)}\n` }, '23514'],
  ['no fingerprint', { fingerprint: undefined }, '23502'],
  ['a reason that is too long', { reason: 'x'.repeat(501) }, '23514'],
  ['an actor of no known kind', { actor: { kind: 'visitor' as 'server', id: 'x' } }, '23514'],
  ['an operator, through the Worker’s connection', { actor: { kind: 'operator', id: 'x' } }, '42501'],
  ['a posting without an amount', { postings: [give('gold', 1), give('gems', null as never)] }, '22004'],
  ['a fraction', { postings: [give('gold', 1), give('gold', 0.5)] }, '22P02'],
  ['an amount that no 64-bit number holds', { postings: [give('gold', 1), give('gold', 1e19)] }, '22003'],
  [
    'a posting without a resource',
    { postings: [give('gold', 1), { ...give('', 1), resource: null as never }] },
    '22023',
  ],
];

describe('a failure inside the transaction leaves nothing at all behind', () => {
  test.each(DEFECTS)('%s, for a new player', async (_, over, code) => {
    const asked = operation(over);
    await expect(commit(asked)).rejects.toMatchObject({ code });
    expect(await playerLedger(asked.playerId)).toEqual({
      version: null,
      balances: {},
      entries: 0,
      granted: 0,
      rejected: 0,
    });
  });

  test.each(DEFECTS)('%s, for a known player', async (_, over, code) => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId })));
    const before = await playerLedger(playerId);
    await expect(commit(operation({ ...over, playerId }))).rejects.toMatchObject({ code });
    expect(await playerLedger(playerId)).toEqual(before);
    await granted(commit(operation({ playerId })));
  });

  test('not the budget, not the audit: an award that fails after the limits were judged', async () => {
    const staff = await addStaff();
    const playerId = fresh('player');
    await granted(commit(operation({ playerId })));
    const before = await playerLedger(playerId);
    await expect(commit({ ...award(staff, 10), playerId, reason: 'x'.repeat(501) })).rejects.toMatchObject({
      code: '23514',
    });
    expect(await playerLedger(playerId)).toEqual(before);
    const { rows } = await owner.query(
      `SELECT (SELECT count(*) FROM onceward.audit_events WHERE actor_id = $1)
            + (SELECT count(*) FROM onceward.staff_budget_days WHERE staff_id = $1) AS written`,
      [staff],
    );
    expect(rows[0].written).toBe('0');
  });

  test('a player whose ID no row may have', async () => {
    const playerId = 'p'.repeat(129);
    await expect(commit(operation({ playerId }))).rejects.toMatchObject({
      constraint: 'player_id_is_short',
    });
    expect(await playerLedger(playerId)).toMatchObject({ version: null, granted: 0 });
  });
});

describe('the tables themselves refuse, should the kernel ever be wrong', () => {
  const entry = { sequence: 1, before: 0, delta: 1, after: 1 };
  test.each<[string, Partial<typeof entry>, string]>([
    ['an entry that does not add up', { after: 2 }, 'ledger_entries_add_up'],
    ['an entry with sequence 0', { sequence: 0 }, 'sequence_number_from_one'],
    [
      'an entry past the largest amount',
      { before: 2 ** 53, after: 2 ** 53 - 1, delta: -1 },
      'amount_is_safe',
    ],
    ['an entry below the smallest amount', { after: -(2 ** 53), delta: -(2 ** 53) }, 'amount_is_safe'],
  ])('%s', async (_, over, constraint) => {
    const { claim } = await granted(commit(operation({ postings: [] })));
    const { sequence, before, delta, after } = { ...entry, ...over };
    const insert = owner.query(
      `INSERT INTO onceward.ledger_entries VALUES ($1, 'gold', $2, $3, 1, 1, $4, $5, $6, 0, now())`,
      [claim.playerId, sequence, claim.id, delta, before, after],
    );
    await expect(insert).rejects.toMatchObject({ constraint });
  });

  test.each([
    [
      'an entry without a claim',
      `INSERT INTO onceward.ledger_entries VALUES ($1, 'x', 1, uuidv7(), 9, 1, 0, 0, 0, 0, now())`,
      'ledger_entries_have_a_claim',
    ],
    [
      'a balance past the largest amount',
      `INSERT INTO onceward.balances VALUES ($1, 'x', 9007199254740992, 1)`,
      'amount_is_safe',
    ],
    [
      'a second entry of one sequence',
      `INSERT INTO onceward.ledger_entries
       SELECT player_id, resource, sequence, claim_id, player_version + 1, ordinal, delta, balance_before, balance_after, requested,
              recorded_at
         FROM onceward.ledger_entries WHERE player_id = $1`,
      'ledger_entries_one_per_sequence',
    ],
    [
      'a second claim under one key',
      duplicate('c.claim_type', `c.claim_key || 'x'`, 'c.idempotency_key', 'c.player_version + 1'),
      'reward_claims_one_per_idempotency_key',
    ],
    [
      'a second grant of one claim',
      duplicate('c.claim_type', 'c.claim_key', `c.idempotency_key || 'x'`, 'c.player_version + 1'),
      'reward_claims_granted_once',
    ],
    [
      'a second grant of one version',
      duplicate('c.claim_type', `c.claim_key || 'x'`, `c.idempotency_key || 'x'`, 'c.player_version'),
      'reward_claims_one_per_version',
    ],
  ])('%s', async (_, statement, constraint) => {
    const { claim } = await granted(commit(operation()));
    await expect(owner.query(statement, [claim.playerId])).rejects.toMatchObject({ constraint });
  });
});

/** The player's claim once more, but for these columns. */
function duplicate(
  claimType: string,
  claimKey: string,
  idempotencyKey: string,
  playerVersion: string,
): string {
  return `
    INSERT INTO onceward.reward_claims (player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input,
      outcome, actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
    SELECT c.player_id, c.operation, ${claimType}, ${claimKey}, ${idempotencyKey}, c.fingerprint, c.input,
      c.outcome, c.actor_kind, c.actor_id, c.config_version, c.correlation_id, ${playerVersion}, c.balances_after, c.claimed_at
      FROM onceward.reward_claims c WHERE c.player_id = $1`;
}
