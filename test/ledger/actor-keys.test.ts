// An operation without a player: its key, its claim and its refusals belong to the actor.
import { beforeAll, describe, expect, test } from 'vitest';
import type { KernelActorOperation, KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { receiptOf } from '../support/ledger/answers.ts';
import { commit as commitWith, granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, ownOperation, staffTerms } from '../support/ledger/operations.ts';
import { limitUse } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, commitAll, owner, addStaff } = ledger;

/** Everything that exists of an actor. */
async function rowsOf(kind: string, id: string) {
  const { rows } = await owner.query(
    `SELECT a.number, encode(a.handle, 'hex') AS handle,
            (SELECT count(*)::int FROM onceward.reward_claims c WHERE c.player = a.no) AS claims,
            (SELECT count(*)::int FROM onceward.refusals r WHERE r.player = a.no) AS refusals,
            (SELECT count(*)::int FROM onceward.ledger_entries e WHERE e.player = a.no) AS entries,
            (SELECT count(*)::int FROM onceward.balances b WHERE b.player = a.no) AS balances,
            (SELECT count(*)::int FROM onceward.limit_counters l WHERE l.subject = a.no) AS limits
       FROM onceward.actors a
      WHERE (a.id, a.kind) = ($2, array_position(ARRAY['player', 'server', 'staff', 'operator'], $1))`,
    [kind, id],
  );
  return rows[0];
}
const sound = async () => {
  const { rows } = await owner.query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`);
  return rows[0].faults as { playerId: string }[];
};
const NOTHING = { entries: 0, balances: 0, limits: 0 };

let staff: string;
beforeAll(async () => {
  staff = await addStaff({ role: 'admin' });
});

describe('an operation without a player', () => {
  test('is granted and replayed under the actor’s handle and numbers, and moves nothing', async () => {
    const sent = ownOperation(staff);
    const first = await granted(commit(sent));
    const { handle } = await rowsOf('staff', staff);
    expect(first).toMatchObject({
      changes: [],
      claim: { handle, number: 1, playerId: staff, actorId: staff },
    });
    const again = await commit(sent);
    expect(again).toMatchObject({ kind: 'granted', replayed: true });
    expect(receiptOf(again)).toEqual(receiptOf(first));
    const second = await granted(commit(ownOperation(staff)));
    expect(second.claim).toMatchObject({ handle, number: 2 });
    expect(await rowsOf('staff', staff)).toMatchObject({ number: 2, claims: 2, ...NOTHING });
  });

  test('has a key of its actor’s own: other actors and players may use the same key and claim', async () => {
    const shared = { idempotency_key: fresh('key'), claim_key: fresh('payout') };
    const colleague = await addStaff({ role: 'admin' });
    const server = fresh('server');
    const byServer = { actor_kind: 'server', permission: 'reward:claim' } as const;
    const outcomes = [
      await commit(ownOperation(staff, shared)),
      await commit(ownOperation(colleague, shared)),
      await commit(ownOperation(server, { ...shared, ...byServer })),
      // A server and a player with the staff member's ID.
      await commit(ownOperation(staff, { ...shared, ...byServer })),
      await commit(operation({ ...shared, player: staff, claim_type: 'payout' })),
    ];
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('granted'));
    expect(outcomes.map((outcome) => 'replayed' in outcome && outcome.replayed)).toEqual(
      Array(5).fill(false),
    );
  });

  test('with a key of another input is answered with the fields that differ, and nothing is written', async () => {
    const sent = ownOperation(staff, { input: { code: 'a' } });
    await granted(commit(sent));
    const before = await rowsOf('staff', staff);
    const other = { ...sent, input: { code: 'b' }, fingerprint: '00000000-0000-0000-0000-000000000002' };
    expect(await commit(other)).toMatchObject({ kind: 'key_reused', fields: ['code'] });
    expect(await rowsOf('staff', staff)).toEqual(before);
  });

  test('is rejected with the original where the actor made the claim under another key', async () => {
    const sent = ownOperation(staff);
    const first = await granted(commit(sent));
    const before = await rowsOf('staff', staff);
    const refused = await commit({ ...sent, idempotency_key: fresh('key') });
    expect(refused).toMatchObject({
      rejection: { kind: 'already_claimed', number: first.claim.number },
      original: { claim: first.claim },
    });
    expect(await rowsOf('staff', staff)).toEqual({ ...before, refusals: before.refusals + 1 });
  });

  test('is granted once when thirty-two requests arrive with one key, or with one claim', async () => {
    const sent = ownOperation(staff);
    const before = await rowsOf('staff', staff);
    const same = await Promise.all(Array.from({ length: 32 }, () => commit(sent)));
    expect(same.filter((one) => one.kind === 'granted' && !one.replayed)).toHaveLength(1);
    expect(new Set(same.map((one: LedgerOutcome) => one.kind))).toEqual(new Set(['granted']));
    const other = ownOperation(staff);
    const rivals = await Promise.all(
      Array.from({ length: 32 }, () => commit({ ...other, idempotency_key: fresh('key') })),
    );
    expect(rivals.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await rowsOf('staff', staff)).toMatchObject({
      number: before.number + 2,
      claims: before.claims + 2,
    });
  });

  test('shares a call with operations of players, and each sees those before it', async () => {
    const [player, sent] = [fresh('player'), ownOperation(staff)];
    const { number } = await rowsOf('staff', staff);
    const batch = [operation({ player }), sent, award(staff, 5, {}, { player }), ownOperation(staff), sent];
    const { outcomes } = await commitAll(batch);
    expect(outcomes).toMatchObject([
      { kind: 'granted' },
      { kind: 'granted', claim: { number: number + 1 } },
      { kind: 'granted' },
      { kind: 'granted', claim: { number: number + 2 } },
      { kind: 'granted', replayed: true, claim: { number: number + 1 } },
    ]);
  });

  test('of an operator is granted on the owner’s connection', async () => {
    const operator = fresh('operator');
    const sent = ownOperation(operator, { actor_kind: 'operator' });
    expect(await commitWith(owner, sent)).toMatchObject({ kind: 'granted', claim: { number: 1 } });
    await expect(commit({ ...sent, idempotency_key: fresh('key') })).rejects.toMatchObject({ code: '23514' });
    expect(await rowsOf('operator', operator)).toMatchObject({ number: 1, claims: 1 });
  });

  test('can be looked up and previewed, which writes nothing', async () => {
    const sent = ownOperation(staff);
    const before = await rowsOf('staff', staff);
    expect(await commit({ ...sent, mode: 'lookup' })).toEqual({ kind: 'unknown_key' });
    expect((await ledger.preview(sent)).preview).toMatchObject({ kind: 'preview', balances: {} });
    expect(
      await commit(
        ownOperation(fresh('server'), { actor_kind: 'server', permission: 'reward:claim', mode: 'lookup' }),
      ),
    ).toEqual({ kind: 'unknown_key' });
    expect(await rowsOf('staff', staff)).toEqual(before);
    await granted(commit(sent));
    expect(await commit({ ...sent, mode: 'lookup' })).toMatchObject({ kind: 'granted', replayed: true });
  });
});

describe('who makes an operation without a player', () => {
  test('is audited where it is staff: grants and refusals, without a player or an amount', async () => {
    const member = await addStaff({ role: 'admin' });
    const sent = ownOperation(member, { reason: 'spring event' });
    await granted(commit(sent));
    await commit({ ...sent, idempotency_key: fresh('key') });
    const { rows } = await owner.query(
      `SELECT action, outcome, player_id, amount, number, reason, detail FROM onceward.audit_by_name
        WHERE actor_id = $1 ORDER BY id`,
      [member],
    );
    const audited = {
      action: 'claimReward',
      player_id: null,
      amount: null,
      reason: 'spring event',
      detail: null,
    };
    expect(rows).toEqual([
      { ...audited, outcome: 'granted', number: 1 },
      { ...audited, reason: 'spring event', outcome: 'rejected', number: null },
    ]);
  });

  test.each<[string, (id: string) => Promise<KernelActorOperation>, string]>([
    ['an unknown staff member', async (id) => ownOperation(id), 'unknown_staff'],
    ['a disabled staff member', async () => ownOperation(await addStaff({ disabled: true })), 'disabled'],
    ['staff without the permission', async () => ownOperation(await addStaff({ role: 'auditor' })), 'role'],
    [
      'a server without the permission',
      async (id) => ownOperation(id, { actor_kind: 'server', permission: 'staff:read' }),
      'role',
    ],
  ])('is refused as %s, and only the audit records the attempts of staff', async (_, make, why) => {
    const sent = await make(fresh('nobody'));
    const isServer = sent.actor_kind === 'server';
    expect(await commit(sent)).toEqual({ kind: 'forbidden', why });
    expect(await rowsOf(sent.actor_kind, sent.actor_id)).toEqual(
      isServer ? undefined : expect.objectContaining({ number: 0, claims: 0, refusals: 0 }),
    );
    const { rows } = await owner.query(
      'SELECT outcome, player_id, detail FROM onceward.audit_by_name WHERE actor_id = $1',
      [sent.actor_id],
    );
    expect(rows).toEqual(isServer ? [] : [{ outcome: 'forbidden', player_id: null, detail: { why } }]);
  });

  test.each<[string, Partial<Record<keyof KernelOperation, unknown>>]>([
    ['a player as the actor', { actor_kind: 'player' }],
    ['postings', { postings: [give('gold', 1)], resources: ['gold'] }],
    ['choices', { choices: [{ one_of: [] }] }],
    ['milestones', { milestones: true }],
    ['a counterparty', { counterparty: 'someone' }],
    ['postings of a counterparty', { counterparty_postings: [give('gold', 1)], resources: ['gold'] }],
    ['limits', { limits: [limitUse()] }],
    ['source keys', { source_keys: [{ game: true, resource: 'gold', key: 'k' }] }],
    ['terms of staff', { staff: staffTerms() }],
    ['a pending reward', { source: 'pending' }],
    ['a player to create', { creates_player: true }],
    ['a version of a player', { expected_version: 1 }],
    ['resources', { resources: ['gold'] }],
  ])('may not send it with %s', async (_, over) => {
    const before = await rowsOf('staff', staff);
    const sent = { ...ownOperation(staff), ...over } as KernelActorOperation;
    await expect(commit(sent)).rejects.toMatchObject({
      code: '23514',
      constraint: 'only_players_have_balances_limits_and_rewards',
    });
    expect(await rowsOf('staff', staff)).toEqual(before);
  });
});

test('a refusal that belongs to its actor is kept for good', async () => {
  const server = fresh('server');
  const sent = ownOperation(server, {
    actor_kind: 'server',
    permission: 'reward:claim',
    mode: 'reject',
    rejection: { kind: 'not_eligible', why: 'closed' } as unknown as KernelOperation['rejection'],
  });
  expect(await commit(sent)).toMatchObject({ kind: 'rejected', replayed: false });
  const { rows } = await owner.query(
    'SELECT expires_on FROM onceward.refusals_by_name WHERE idempotency_key = $1',
    [sent.idempotency_key],
  );
  expect(rows).toEqual([{ expires_on: null }]);
  expect(await commit(sent)).toMatchObject({ kind: 'rejected', replayed: true });
  expect(await rowsOf('server', server)).toMatchObject({ number: 0, claims: 0, refusals: 1 });
});

test('integrity verifies the claims of actors, and finds an entry of one', async () => {
  const member = await addStaff({ role: 'admin' });
  await granted(commit(ownOperation(member)));
  const ofMember = async () => (await sound()).filter(({ playerId }) => playerId === member);
  expect(await ofMember()).toEqual([]);
  const session = await owner.connect();
  try {
    await session.query('BEGIN');
    await session.query(
      `INSERT INTO onceward.ledger_entries (player, delta, before, number, sequence, resource, ordinal, cause)
       SELECT no, 5, 0, 1, 1, 1, 1, 1 FROM onceward.actors WHERE (id, kind) = ($1, 3)`,
      [member],
    );
    const { rows } = await session.query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`);
    expect(rows[0].faults).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          invariant: 'I4',
          playerId: member,
          detail: 'it moves a balance of no player',
        }),
      ]),
    );
  } finally {
    await session.query('ROLLBACK');
    session.release();
  }
});
