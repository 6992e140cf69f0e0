import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { receiptOf } from '../support/ledger/answers.ts';
import { commit as commitWith, granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { app, commit, playerLedger, addStaff, owner } = openLedger();

const OTHER_FINGERPRINT = '00000000-0000-0000-0000-0000000000ff';
const refusable = (over: Partial<KernelOperation> = {}) =>
  operation({ postings: [take('gold', 1)], ...over });

function expectReplay(again: LedgerOutcome, first: LedgerOutcome): void {
  expect(again).toMatchObject({ replayed: true });
  expect(receiptOf(again)).toEqual(receiptOf(first));
}

describe('the same key again', () => {
  test('returns the original receipt after later operations and under another correlation ID', async () => {
    const sent = operation();
    const first = await granted(commit(sent));
    await commit(operation({ player: sent.player, postings: [give('gold', 1), give('gems', 1)] }));
    const before = await playerLedger(sent.player);
    expectReplay(
      await commit({ ...sent, correlation_id: randomUUID(), client_correlation_id: 'another' }),
      first,
    );
    expect(await playerLedger(sent.player)).toEqual(before);
  });

  test.each<[string, Partial<KernelOperation>]>([
    ['its expected version is not current', { expected_version: 99 }],
    [
      'the rules reject it',
      { mode: 'reject', rejection: { kind: 'unknown_claim_type', claimType: 'quest' } },
    ],
    ['the caller has no config', { config_version: null, config_sha256: null, mode: 'lookup', postings: [] }],
    ['the caller has an old config', { config_version: 1, config_sha256: 'an old digest' }],
    ['the operation held at an earlier time', { holds_until: '2020-01-01T00:00:00Z' }],
    ['the rules give something else', { postings: [give('gold', 1_000)], claim_key: 'another-day' }],
    ['it names a claim type that was never published', { claim_type: 'never_published' }],
  ])('is answered before anything else is checked: %s', async (_, changed) => {
    const sent = operation();
    const first = await granted(commit(sent));
    expectReplay(await commit({ ...sent, ...changed }), first);
    expect(await playerLedger(sent.player)).toMatchObject({
      version: 1,
      balances: { gold: 10 },
      rejected: 0,
    });
  });

  test('returns the original rejection when the operation would be granted now', async () => {
    const sent = refusable();
    const first = await commit(sent);
    expect(first).toMatchObject({
      kind: 'rejected',
      replayed: false,
      rejection: { available: 0, required: 1 },
    });
    await commit(operation({ player: sent.player }));
    expectReplay(await commit({ ...sent, correlation_id: randomUUID() }), first);
    expect(await playerLedger(sent.player)).toMatchObject({ balances: { gold: 10 }, rejected: 1 });
  });

  test('returns already_claimed with the original claim', async () => {
    const paid = operation();
    await commit(paid);
    const second = { ...paid, idempotency_key: fresh('key') };
    const refused = await commit(second);
    expect(refused).toMatchObject({
      kind: 'rejected',
      original: { claim: { idempotencyKey: paid.idempotency_key } },
    });
    expectReplay(await commit(second), refused);
  });

  test('returns the rejection of an award to an unknown player after the player was created', async () => {
    const sent = award(await addStaff(), 10);
    const refused = await commit(sent);
    await commit(operation({ player: sent.player }));
    expectReplay(await commit(sent), refused);
  });

  test('writes nothing: it takes no transaction ID and touches no row', async () => {
    const sent = operation();
    const rejected = operation({ player: sent.player, postings: [take('gold', 99)] });
    await commit(sent);
    await commit(rejected);
    const rows = async () => {
      const { rows: found } = await owner.query(
        `SELECT a.xmin, a.xmax, a.ctid FROM onceward.actors a WHERE (a.id, a.kind) = ($1, 1)
         UNION ALL SELECT b.xmin, b.xmax, b.ctid FROM onceward.balances b JOIN onceward.actors a ON a.no = b.player WHERE a.id = $1
         UNION ALL SELECT c.xmin, c.xmax, c.ctid FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player WHERE a.id = $1
         UNION ALL SELECT r.xmin, r.xmax, r.ctid FROM onceward.refusals r JOIN onceward.actors a ON a.no = r.player WHERE a.id = $1`,
        [sent.player],
      );
      return found;
    };
    const before = await rows();
    expect(before).toHaveLength(4);
    const client = await app.connect();
    try {
      await client.query('BEGIN');
      expect(await commitWith(client, sent)).toMatchObject({ replayed: true });
      expect(await commitWith(client, rejected)).toMatchObject({ replayed: true });
      expect(await commitWith(client, { ...sent, fingerprint: OTHER_FINGERPRINT })).toMatchObject({
        kind: 'key_reused',
      });
      const { rows: taken } = await client.query('SELECT pg_current_xact_id_if_assigned() AS xid');
      expect(taken[0].xid).toBeNull();
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await rows()).toEqual(before);
  });
});

describe('one key, one outcome', () => {
  test('sixty-four copies of an operation at once have one effect and one receipt', async () => {
    const sent = operation();
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(sent)));
    const first = outcomes.filter((outcome) => outcome.kind === 'granted' && !outcome.replayed);
    expect(first).toHaveLength(1);
    for (const outcome of outcomes) expect(receiptOf(outcome)).toEqual(receiptOf(first[0] as LedgerOutcome));
    expect(await playerLedger(sent.player)).toMatchObject({
      version: 1,
      entries: 1,
      granted: 1,
      rejected: 0,
    });
  });

  test('sixty-four different requests under one key at once: one is executed, the others are key_reused', async () => {
    const sent = operation();
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        commit({
          ...sent,
          claim_key: `${sent.claim_key}-${n}`,
          input: { n },
          fingerprint: OTHER_FINGERPRINT.replace(/ff$/, String(n).padStart(2, '0')),
        }),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'key_reused')).toHaveLength(63);
    expect(await playerLedger(sent.player)).toMatchObject({ version: 1, balances: { gold: 10 }, granted: 1 });
  });

  test('a key is either granted or refused: copies that race with what they cost agree', async () => {
    const player = fresh('player');
    const cost = operation({ player, postings: [take('gold', 10)] });
    const outcomes = await Promise.all([
      ...Array.from({ length: 16 }, () => commit(cost)),
      commit(operation({ player })),
      ...Array.from({ length: 16 }, () => commit(cost)),
    ]);
    const ofCost = outcomes.filter((_, index) => index !== 16).map(receiptOf);
    for (const receipt of ofCost) expect(receipt).toEqual(ofCost[0]);
    const { granted: claims, rejected } = await playerLedger(player);
    expect([claims, rejected]).toEqual(ofCost[0]?.kind === 'granted' ? [2, 0] : [1, 1]);
  });
});

describe('the same key for another request', () => {
  const first = { type: 'quest', key: 'a', facts: { floor: 1, hard: true }, expectedVersion: 3 };
  test.each<[string, Record<string, unknown>, string[]]>([
    ['another value', { ...first, key: 'b' }, ['key']],
    ['a nested value', { ...first, facts: { floor: 2, hard: true } }, ['facts']],
    ['one field more', { ...first, ticket: { type: 'quest' } }, ['ticket']],
    ['one field less', { type: 'quest', key: 'a', facts: { floor: 1, hard: true } }, ['expectedVersion']],
    ['several fields, by name', { type: 'chest', key: 'b' }, ['expectedVersion', 'facts', 'key', 'type']],
  ])('names the fields that differ: %s', async (_, input, fields) => {
    const sent = operation({ input: first, client_correlation_id: 'the first' });
    await commit(sent);
    const before = await standing(owner, sent.player);
    const reused = await commit({
      ...sent,
      input,
      fingerprint: OTHER_FINGERPRINT,
      correlation_id: randomUUID(),
      client_correlation_id: 'the second',
    });
    expect(reused).toEqual({
      kind: 'key_reused',
      fields,
      madeBy: { kind: 'server', id: 'arena-1' },
      correlationId: sent.correlation_id,
      clientCorrelationId: 'the first',
    });
    expect(await standing(owner, sent.player)).toEqual(before);
    expect(await playerLedger(sent.player)).toMatchObject({ rejected: 0 });
  });

  test('names the mutation when that differs', async () => {
    const sent = operation();
    await commit(sent);
    const before = await standing(owner, sent.player);
    const reused = await commit({
      ...sent,
      name: 'spendStatPoints',
      input: { energy: 1 },
      fingerprint: OTHER_FINGERPRINT,
    });
    expect(reused).toMatchObject({ kind: 'key_reused', fields: ['mutation'] });
    expect(await standing(owner, sent.player)).toEqual(before);
  });

  test('is also found under a key whose operation was rejected', async () => {
    const sent = refusable();
    await commit(sent);
    expect(await commit({ ...sent, fingerprint: OTHER_FINGERPRINT })).toMatchObject({
      kind: 'key_reused',
      fields: [],
    });
    expect(await playerLedger(sent.player)).toMatchObject({ version: null, rejected: 1 });
  });

  test('is not found under the key of another player: keys belong to players', async () => {
    const sent = operation();
    await granted(commit(sent));
    expect((await granted(commit({ ...sent, player: fresh('player') }))).replayed).toBe(false);
  });
});

describe('a lookup of a new key', () => {
  const lookup = (over: Partial<KernelOperation> = {}) =>
    operation({ mode: 'lookup', claim_type: '', claim_key: '', postings: [], ...over });

  test('leaves no trace and creates no player', async () => {
    const sent = lookup({ actor_id: fresh('server') });
    expect(await commit(sent)).toEqual({ kind: 'unknown_key' });
    expect(await playerLedger(sent.player)).toEqual({
      version: null,
      number: null,
      balances: {},
      entries: 0,
      granted: 0,
      rejected: 0,
    });
    const { rows } = await owner.query('SELECT FROM onceward.actors WHERE id IN ($1, $2)', [
      sent.player,
      sent.actor_id,
    ]);
    expect(rows).toHaveLength(0);
  });

  test('leaves the key free for the next operation', async () => {
    const sent = operation();
    await commit(lookup({ player: sent.player, idempotency_key: sent.idempotency_key }));
    expect((await granted(commit(sent))).replayed).toBe(false);
  });

  test('leaves an existing player and the audit as they are', async () => {
    const player = fresh('player');
    await commit(operation({ player }));
    const before = await standing(owner, player);
    const staff = await addStaff();
    const sent = { ...award(staff, 0), mode: 'lookup' as const, player, postings: [] };
    expect(await commit(sent)).toEqual({ kind: 'unknown_key' });
    expect(await standing(owner, player)).toEqual(before);
    const audit = await owner.query('SELECT FROM onceward.audit_by_name WHERE actor_id = $1', [staff]);
    expect(audit.rowCount).toBe(0);
  });
});
