import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { claimReward, manualReward, reverseClaim, spendStatPoints } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  post,
  send,
  serverToken,
  staffToken,
  ticket,
} from '../../support/worker/service.ts';

let playerId: string;
let staffId: string;
let [own, server, staff] = ['', '', ''];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  staffId = await addStaffMember(fresh('staff'), { limit: 100 });
  [own, server, staff] = [await playerToken(playerId), await serverToken(), await staffToken(staffId)];
  catchLines();
});

const award = (amount: number) => ({
  playerId,
  grants: [{ resource: 'lumees', amount }],
  reason: `worth ${amount}`,
});
const timed = { durationMs: expect.any(Number), databaseMs: expect.any(Number) };

describe('one line for each operation, on failure', () => {
  const rejections: [string, string, () => Promise<{ headers: Headers }>, Record<string, unknown>][] = [
    [
      'ALREADY_CLAIMED',
      'claimReward',
      () => claimReward({ ...victory, playerId, key: 'cup-0' }, { token: server }),
      { claimKey: 'cup-0', requested: { experience: 500, auric_coins: 64 } },
    ],
    [
      'UNKNOWN_CLAIM_TYPE',
      'claimReward',
      () => claimReward({ type: 'no_such_type', key: 'k', playerId }, { token: server }),
      { claimType: 'no_such_type', claimKey: 'k' },
    ],
    [
      'NOT_ELIGIBLE',
      'claimReward',
      () => claimReward({ type: 'tournament_reward', key: 'k' }, { token: own }),
      { actor: () => `player:${playerId}` },
    ],
    [
      'VERSION_CONFLICT',
      'spendStatPoints',
      () => spendStatPoints({ energy: 1, expectedVersion: 0 }, { token: own }),
      { requested: { stat_points: -1, 'stat:energy': 1 } },
    ],
    [
      'INSUFFICIENT_BALANCE',
      'spendStatPoints',
      () => spendStatPoints({ health: 1_000 }, { token: own }),
      { requested: { stat_points: -1_000, 'stat:health': 1_000 } },
    ],
    [
      'LIMIT_EXCEEDED',
      'manualReward',
      () => manualReward(award(101), { token: staff }),
      { requested: { lumees: 101 }, reason: 'worth 101' },
    ],
  ];

  it.each(rejections)('a business "no" %s of %s: with what was asked for', async (code, operation, ask, {
    actor,
    ...more
  }: Record<string, unknown>) => {
    const line = lineOf(await ask());
    expect(line).toMatchObject({
      level: 'warn',
      operation,
      success: false,
      code,
      player: playerId,
      replayed: false,
      error: expect.any(String),
      configVersion: expect.any(Number),
      ...more,
      ...timed,
    });
    if (typeof actor === 'function') expect(line.actor).toBe(actor());
    expect(line).not.toHaveProperty('amounts');
  });

  it('a key used for another input', async () => {
    const idempotencyKey = freshKey();
    await manualReward({ ...award(3), idempotencyKey }, { token: staff });
    const line = lineOf(await manualReward({ ...award(4), idempotencyKey }, { token: staff }));
    expect(line).toMatchObject({
      success: false,
      code: 'IDEMPOTENCY_KEY_REUSED',
      player: playerId,
      reason: 'worth 4',
      requested: { lumees: 4 },
    });
  });

  it.each([
    [
      'facts that are missing',
      () => claimReward({ type: 'rating_slip', key: 'slip-1', playerId }, { token: server }),
      'BAD_USER_INPUT',
      {
        operation: 'claimReward',
        actor: 'server:arena-1',
        claimType: 'rating_slip',
        claimKey: 'slip-1',
        error: expect.stringMatching(/^facts\./),
      },
    ],
    [
      'an award of nothing',
      () => manualReward(award(0), { token: staff }),
      'BAD_USER_INPUT',
      {
        operation: 'manualReward',
        claimType: 'manual_reward',
        requested: { lumees: 0 },
        reason: 'worth 0',
        error: expect.stringMatching(/^grants\[0\]\.amount/),
      },
    ],
    [
      'points below zero',
      () => spendStatPoints({ energy: -1 }, { token: own }),
      'BAD_USER_INPUT',
      { operation: 'spendStatPoints', claimType: 'spend_stat_points' },
    ],
    [
      'a player who awards',
      () => manualReward(award(5), { token: own }),
      'FORBIDDEN',
      { operation: 'manualReward', requested: { lumees: 5 }, reason: 'worth 5' },
    ],
    [
      'nobody who awards',
      () => manualReward(award(6), {}),
      'UNAUTHENTICATED',
      { operation: 'manualReward', requested: { lumees: 6 } },
    ],
    [
      'staff that nobody knows',
      async () => manualReward(award(8), { token: await staffToken('nobody-knows') }),
      'FORBIDDEN',
      { operation: 'manualReward', actor: 'staff:nobody-knows', requested: { lumees: 8 }, reason: 'worth 8' },
    ],
    [
      'a forged ticket',
      () => claimReward({ type: 'pve_victory', key: 'e-1', ticket: 'a.b.c' }, { token: own }),
      'FORBIDDEN',
      { operation: 'claimReward', claimType: 'pve_victory', claimKey: 'e-1' },
    ],
  ])('a fault that nothing is recorded for: %s', async (_, ask, code, more) => {
    expect(lineOf(await ask())).toMatchObject({
      level: 'warn',
      success: false,
      code,
      player: playerId,
      error: expect.any(String),
      ...more,
      ...timed,
    });
  });

  it.each([
    ['40001', 'UNAVAILABLE'],
    ['', 'UNAVAILABLE'],
    ['XX000', 'UNAVAILABLE'],
    ['42501', 'INTERNAL'],
  ])('a database that fails with "%s"', async (errorCode, code) => {
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode });
    const line = lineOf(await manualReward({ ...award(9), idempotencyKey }, { token: staff }));
    expect(line).toMatchObject({
      success: false,
      code,
      player: playerId,
      requested: { lumees: 9 },
      reason: 'worth 9',
      error: expect.stringMatching(/^the database/),
      ...timed,
    });
  });

  it.each([
    ['a token that is not good', () => send('{ me { id } }', {}, { token: 'a.b.c' }), 'UNAUTHENTICATED'],
    ['a document that is not valid', () => send('{ nope }'), 'BAD_USER_INPUT'],
    ['a document that cannot be read', () => send('{'), 'BAD_USER_INPUT'],
    ['input that is malformed', () => spendStatPoints({ energy: 0.5 }, { token: own }), 'BAD_USER_INPUT'],
    ['introspection', () => send('{ __schema { queryType { name } } }', {}, { token: own }), 'FORBIDDEN'],
    ['a body that is no JSON', () => post('{'), 'BAD_USER_INPUT'],
    [
      'a form',
      () => post('query=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      'BAD_USER_INPUT',
    ],
    ['a body that is too large', () => post('x'.repeat(70_000)), 'BAD_USER_INPUT'],
  ])('a request that reaches no operation: %s', async (_, ask, code) => {
    expect(lineOf(await ask())).toMatchObject({
      level: 'warn',
      operation: 'request',
      success: false,
      code,
      error: expect.any(String),
    });
  });

  it.each([
    [
      'a page that cannot be',
      () => send(`{ ledger(playerId: "${playerId}", first: -1) { edges { cursor } } }`, {}, { token: own }),
      'ledger',
      'BAD_USER_INPUT',
    ],
    [
      'another player',
      () => send('{ player(id: "somebody-else") { id } }', {}, { token: own }),
      'player',
      'FORBIDDEN',
    ],
    ['no token', () => send('{ me { id } }'), 'me', 'UNAUTHENTICATED'],
  ])('a read: %s', async (_, ask, operation, code) => {
    expect(lineOf(await ask())).toMatchObject({ level: 'warn', operation, success: false, code });
  });

  it('staff who were disabled a moment ago', async () => {
    const id = await addStaffMember(fresh('staff'));
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${id}`;
    const line = lineOf(await manualReward(award(2), { token: await staffToken(id) }));
    expect(line).toMatchObject({
      success: false,
      code: 'FORBIDDEN',
      actor: `staff:${id}`,
      player: playerId,
      requested: { lumees: 2 },
      error: expect.stringMatching(/disabled/),
    });
  });

  it.each([
    ['the separators of Unicode', '\u2028{"level":"info"}\u2029'],
    ['NEL, which ends a line for some', '\u0085{"level":"info"}'],
    ['commands to a terminal of eight bits', '\u009b2J\u009d0;title\u007f'],
    ['changes of direction', 'abc \u202e}"ofni":"level"{ \u2066x\u2069'],
  ])('%s are written as escapes, and read back as they were', async (_, text) => {
    const reason = `a good deed ${text}`;
    expect(lineOf(await manualReward({ ...award(1), reason }, { token: staff })).reason).toBe(reason);
  });

  it('a text that is refused for its length is told by its beginning, a long list by its first', async () => {
    const long = lineOf(await manualReward({ ...award(1), reason: 'é'.repeat(8_000) }, { token: staff }));
    expect([long.code, long.reason]).toEqual(['BAD_USER_INPUT', `${'é'.repeat(512)}…`]);
    const grants = Array.from({ length: 500 }, (_, at) => ({ resource: `resource_${at}`, amount: 1 }));
    const many = lineOf(await manualReward({ ...award(1), grants }, { token: staff }));
    expect([many.code, Object.keys(many.requested).length]).toEqual(['BAD_USER_INPUT', 10]);
  });

  it('a claim ID that is none is not told: it may be a ticket in the wrong field', async () => {
    const reversal = { playerId, reason: 'taken back', claimId: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' };
    const line = lineOf(await reverseClaim(reversal, { token: staff }));
    expect(line).toMatchObject({ operation: 'reverseClaim', code: 'BAD_USER_INPUT', player: playerId });
    expect(JSON.stringify(line)).not.toContain('eyJ');
  });

  it('texts that would forge a line stay within theirs', async () => {
    const reason = 'good"}\n{"level":"info","operation":"claimReward","success":true}\r\n\u2028\u001b[31m';
    expect(lineOf(await manualReward({ ...award(1), reason }, { token: staff })).reason).toBe(reason);
    const expired = await ticket({ playerId, type: 'pve_victory', key: 'e-2', expiresInSeconds: -60 });
    expect(lineOf(await claimReward({ type: 'pve_victory', ticket: expired }, { token: own }))).toMatchObject(
      { code: 'FORBIDDEN', error: expect.stringMatching(/^ticket: it has expired/) },
    );
  });
});
