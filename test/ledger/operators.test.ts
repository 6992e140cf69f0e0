import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { app, commit, owner } = openLedger();

const imported = (over: Partial<Operation> = {}): Operation =>
  operation({
    name: 'import',
    actor: { kind: 'operator', id: 'import' },
    claimType: 'import',
    postings: [give('gold', -4), give('gems', 7)],
    occurredAt: '2024-04-30T08:00:00.000Z',
    ...over,
  });

describe('an operator', () => {
  test('with the owner’s connection imports what happened, with when it happened beside when it was claimed', async () => {
    const asked = imported();
    const done = await granted(commitWith(owner, asked));
    expect(done).toMatchObject({
      claim: { actorKind: 'operator', actorId: 'import', occurredAt: '2024-04-30T08:00:00.000Z' },
      balances: { gold: -4, gems: 7 },
    });
    expect(Math.abs(Date.parse(done.claim.claimedAt) - Date.now())).toBeLessThan(60_000);
    const { rows } = await owner.query(
      'SELECT actor_kind, occurred_at FROM onceward.reward_claims WHERE id = $1',
      [done.claim.id],
    );
    expect(rows).toEqual([{ actor_kind: 'operator', occurred_at: new Date('2024-04-30T08:00:00Z') }]);
    expect(await commitWith(owner, asked)).toEqual({ ...done, replayed: true });
    expect(await brokenInvariants(owner, [asked.playerId])).toEqual([]);
  });

  test.each([
    ['commits', {}],
    ['rejects', { mode: 'reject', rejection: { kind: 'unknown_claim_type', claimType: 'x' } }],
    ['looks a key up', { mode: 'lookup', postings: [] }],
  ] as const)('is nobody who comes through the Worker’s connection: whoever %s as one is refused', async (_, over) => {
    const asked = imported(over as Partial<Operation>);
    const known = imported({ playerId: asked.playerId });
    await granted(commitWith(owner, known));
    const before = await standing(owner, asked.playerId);
    for (const each of [asked, known])
      await expect(commit(each)).rejects.toMatchObject({ code: '42501', message: /operators/ });
    expect(await standing(owner, asked.playerId)).toEqual(before);
    const { rowCount } = await owner.query('SELECT FROM onceward.reward_claims WHERE idempotency_key = $1', [
      asked.idempotencyKey,
    ]);
    expect(rowCount).toBe(0);
  });

  test('is nobody who has the owner’s connection and gave up its rights for the app role’s, but for as long', async () => {
    const session = await owner.connect();
    try {
      await session.query('SET SESSION AUTHORIZATION onceward_app');
      await expect(commitWith(session, imported())).rejects.toMatchObject({ code: '42501' });
    } finally {
      await session.query('RESET SESSION AUTHORIZATION');
      session.release();
    }
  });

  test('is nobody with a role of their own that was only given the app role’s rights', async () => {
    const role = fresh('reader').replaceAll('-', '_');
    await owner.query(`CREATE ROLE ${role} IN ROLE onceward_app`);
    const session = await owner.connect();
    try {
      await session.query(`SET SESSION AUTHORIZATION ${role}`);
      await granted(commitWith(session, operation()));
      await expect(commitWith(session, imported())).rejects.toMatchObject({ code: '42501' });
    } finally {
      await session.query('RESET SESSION AUTHORIZATION');
      session.release();
      await owner.query(`DROP ROLE ${role}`);
    }
  });
});

test('the app role has no way to act for a session that is not its own', async () => {
  await expect(app.query('SET SESSION AUTHORIZATION postgres')).rejects.toMatchObject({ code: '42501' });
});
