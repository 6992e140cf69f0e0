import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { essence } from '../support/ledger/essence.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { app, commit, owner } = openLedger();

const imported = (over: Partial<KernelOperation> = {}): KernelOperation =>
  operation({
    name: 'import',
    permission: 'import',
    actor_kind: 'operator',
    actor_id: 'import',
    claim_type: 'import',
    postings: [give('gold', -4), give('gems', 7)],
    occurred_at: '2024-04-30T08:00:00.000Z',
    ...over,
  });

describe('an operator', () => {
  test('with the owner’s connection imports history, with the time at which it happened', async () => {
    const asked = imported();
    const done = await granted(commitWith(owner, asked));
    expect(done).toMatchObject({
      claim: { actorKind: 'operator', actorId: 'import', occurredAt: Date.parse('2024-04-30T08:00:00.000Z') },
      changes: [
        { resource: 'gold', delta: -4 },
        { resource: 'gems', delta: 7 },
      ],
    });
    expect(Math.abs(done.claim.claimedAt - Date.now())).toBeLessThan(60_000);
    const { rows } = await owner.query(
      'SELECT actor_kind, occurred_at FROM onceward.claims_by_name WHERE player_id = $1',
      [asked.player],
    );
    expect(rows).toEqual([{ actor_kind: 'operator', occurred_at: new Date('2024-04-30T08:00:00Z') }]);
    expect(essence(await commitWith(owner, asked))).toEqual(essence(done));
    expect(await brokenInvariants(owner, [asked.player])).toEqual([]);
  });

  test.each([
    ['commits', {}],
    ['rejects', { mode: 'reject', rejection: { kind: 'unknown_claim_type', claimType: 'x' } }],
    ['looks a key up', { mode: 'lookup', postings: [] }],
  ] as const)('is refused on the Worker’s connection when it %s', async (_, over) => {
    const asked = imported(over as Partial<KernelOperation>);
    const known = imported({ player: asked.player });
    await granted(commitWith(owner, known));
    const before = await standing(owner, asked.player);
    for (const each of [asked, known])
      await expect(commit(each)).rejects.toMatchObject({ code: '23514', message: /operators/ });
    expect(await standing(owner, asked.player)).toEqual(before);
    const { rowCount } = await owner.query('SELECT FROM onceward.reward_claims WHERE idempotency_key = $1', [
      asked.idempotency_key,
    ]);
    expect(rowCount).toBe(0);
  });

  test('is refused on the owner’s connection while that has the session of the app role', async () => {
    const session = await owner.connect();
    try {
      await session.query('SET SESSION AUTHORIZATION onceward_app');
      await expect(commitWith(session, imported())).rejects.toMatchObject({ code: '23514' });
    } finally {
      await session.query('RESET SESSION AUTHORIZATION');
      session.release();
    }
  });

  test('is refused on the connection of a role that is a member of the app role', async () => {
    const role = fresh('reader').replaceAll('-', '_');
    await owner.query(`CREATE ROLE ${role} IN ROLE onceward_app`);
    const session = await owner.connect();
    try {
      await session.query(`SET SESSION AUTHORIZATION ${role}`);
      await granted(commitWith(session, operation()));
      await expect(commitWith(session, imported())).rejects.toMatchObject({ code: '23514' });
    } finally {
      await session.query('RESET SESSION AUTHORIZATION');
      session.release();
      await owner.query(`DROP ROLE ${role}`);
    }
  });
});

test('the app role cannot take the session of another role', async () => {
  await expect(app.query('SET SESSION AUTHORIZATION postgres')).rejects.toMatchObject({ code: '42501' });
});
