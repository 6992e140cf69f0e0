import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';

const { commit, commitAll, playerLedger, addStaff, owner } = openLedger();

/** What a Worker of this version never sends. Each fails at another place inside the transaction. */
const DEFECTS: [string, Partial<KernelOperation>, string][] = [
  ['a key that is too short', { idempotency_key: 'too short' }, '23514'],
  ['a key with a line break at its end', { idempotency_key: `${'k'.repeat(20)}\n` }, '23514'],
  ['no fingerprint', { fingerprint: undefined as never }, '23514'],
  ['an input that is too long', { input: { text: 'x'.repeat(1_100_000) } }, '23514'],
  ['an unknown kind of actor', { actor_kind: 'visitor' as 'server', actor_id: 'x' }, '23514'],
  ['an operator, on the Worker’s connection', { actor_kind: 'operator', actor_id: 'x' }, '23514'],
  ['a posting without an amount', { postings: [give('gold', 1), give('gems', null as never)] }, '22023'],
  ['a fraction', { postings: [give('gold', 1), give('gold', 0.5)] }, '22P02'],
  ['an amount beyond 64 bits', { postings: [give('gold', 1), give('gold', 1e19)] }, '22003'],
  ['a posting without a resource', { postings: [{ ...give('gold', 1), resource: null as never }] }, '22023'],
  ['a posting of a resource that is not listed', { resources: ['gems'] }, '22023'],
  ['a posting of a resource without a name', { postings: [give('gold', 1), give('nothing', 1)] }, '22023'],
  ['a claim type without a name', { claim_type: 'nothing' }, '22023'],
  ['an operation without a name', { name: 'nothing' }, '22023'],
];
const NOTHING = { version: null, number: null, balances: {}, entries: 0, granted: 0, rejected: 0 };

describe('an operation that fails inside the transaction leaves nothing behind', () => {
  test.each(DEFECTS)('%s, for a new player', async (_, over, code) => {
    const asked = operation(over);
    await expect(commit(asked)).rejects.toMatchObject({ code });
    expect(await playerLedger(asked.player)).toEqual(NOTHING);
    const { rowCount } = await owner.query('SELECT FROM onceward.actors WHERE id = $1', [asked.player]);
    expect(rowCount).toBe(0);
  });

  test.each(DEFECTS)('%s, for a known player', async (_, over, code) => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const before = await playerLedger(player);
    await expect(commit(operation({ ...over, player }))).rejects.toMatchObject({ code });
    expect(await playerLedger(player)).toEqual(before);
    await granted(commit(operation({ player })));
  });

  test('of a staff member: neither budget nor audit', async () => {
    const staff = await addStaff();
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const before = await playerLedger(player);
    const asked = award(staff, 10, {}, { player, postings: [give('gold', 10), give('nothing', 0)] });
    await expect(commit(asked)).rejects.toMatchObject({ code: '22023' });
    expect(await playerLedger(player)).toEqual(before);
    const { rows } = await owner.query(
      `SELECT (SELECT count(*) FROM onceward.audit_by_name WHERE actor_id = $1)
            + (SELECT count(*) FROM onceward.limits_by_name WHERE subject_id = $1) AS written`,
      [staff],
    );
    expect(rows[0].written).toBe('0');
  });

  test('of a call of several: none of its operations is committed', async () => {
    const sound = [operation(), operation()];
    const broken = operation({ postings: [give('gold', 1), give('nothing', 1)] });
    await expect(commitAll([...sound, broken])).rejects.toMatchObject({ code: '22023' });
    for (const { player } of [...sound, broken]) expect(await playerLedger(player)).toEqual(NOTHING);
    for (const each of sound) await granted(commit(each));
  });

  test('a player whose ID is longer than 255 characters', async () => {
    const player = 'p'.repeat(256);
    await expect(commit(operation({ player }))).rejects.toMatchObject({ constraint: 'actor_id_is_short' });
    expect(await playerLedger(player)).toEqual(NOTHING);
  });
});

describe('the tables themselves refuse what no kernel may write', () => {
  const ME = `(SELECT no FROM onceward.actors WHERE (id, kind) = ($1, 1))`;
  /** The player's claim once more, with other values in these columns. */
  const claimAgain = (change: string) => `
    INSERT INTO onceward.reward_claims
    SELECT (jsonb_populate_record(c, ${change})).* FROM onceward.reward_claims c WHERE c.player = ${ME}`;
  const next = `'{"number": 2}'::jsonb`;
  const other = (column: string) => `jsonb_build_object('${column}', ${column} || 'x')`;

  test.each([
    [
      'a balance beyond the largest amount',
      `UPDATE onceward.balances SET amount = 9007199254740992 WHERE player = ${ME}`,
      'amount_is_safe',
    ],
    [
      'a second entry of one sequence',
      `INSERT INTO onceward.ledger_entries (player, delta, before, number, sequence, resource, ordinal, cause)
       SELECT player, delta, before, number + 1, sequence, resource, ordinal, cause
         FROM onceward.ledger_entries WHERE player = ${ME}`,
      'ledger_entries_one_per_sequence',
    ],
    [
      'a second entry of one place in a claim',
      `INSERT INTO onceward.ledger_entries (player, delta, before, number, sequence, resource, ordinal, cause)
       SELECT player, delta, before, number, sequence + 1, resource, ordinal, cause
         FROM onceward.ledger_entries WHERE player = ${ME}`,
      'ledger_entries_in_order',
    ],
    [
      'a second claim under one key',
      claimAgain(`${next} || ${other('claim_key')}`),
      'reward_claims_one_per_idempotency_key',
    ],
    [
      'a second grant of one claim',
      claimAgain(`${next} || ${other('idempotency_key')}`),
      'reward_claims_granted_once',
    ],
    [
      'a second claim of one number',
      claimAgain(`${other('idempotency_key')} || ${other('claim_key')}`),
      'reward_claims_one_per_number',
    ],
    [
      'a reversal of more than the claim',
      `INSERT INTO onceward.reversed_claims (player, number, units, reversed, reversed_by, parts) VALUES (${ME}, 1, 1, 2, 2, 1)`,
      'reversed_claims_never_exceed_the_claim',
    ],
    [
      'a claim that is reopened and not reversed whole',
      `INSERT INTO onceward.reversed_claims VALUES (${ME}, 1, 2, 1, 2, 1, true)`,
      'reversed_claims_reopen_whole',
    ],
  ])('%s', async (_, statement, constraint) => {
    const { claim } = await granted(commit(operation()));
    await expect(owner.query(statement, [claim.playerId])).rejects.toMatchObject({ constraint });
  });
});
