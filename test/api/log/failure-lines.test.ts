/** An operation that is rejected or fails writes one log line that says who asked for what, and why nothing moved. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { anonymous, asStaff, inputFieldsOf, operationNamed, receiptOf } from '../../support/worker/client.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { SCENES } from '../../support/worker/scenes.ts';
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
import { spending } from '../../support/worker/stat-points.ts';
import { award, type Case, createWorld, FAULTS, REJECTIONS, type World } from './failures.ts';

let world: World;
beforeAll(async () => {
  await serveExample();
  world = await createWorld();
  catchLines();
});

const timed = { durationMs: expect.any(Number), databaseMs: expect.any(Number) };
const failed = { level: 'warn', success: false, error: expect.any(String) };

describe('every mutation', () => {
  it.each(SCENES)('$name: logs refused callers, malformed input, rejections and outages', async ({
    operation,
    actor,
    prepare,
  }) => {
    const scene = await prepare();
    const own = { actor: `${actor}:${scene.actorId}`, player: scene.playerId };
    const { reason } = scene.input as { reason?: string | null };
    const known = { operation, ...(reason && { reason }) };
    const isNamed = actor !== 'player' && inputFieldsOf(operation).some(({ name }) => name === 'playerId');
    const named = isNamed ? { player: scene.playerId } : {};

    const unknown = lineOf(await scene.send({}, { token: undefined }));
    expect(unknown).toMatchObject({ ...failed, ...known, ...named, code: 'UNAUTHENTICATED', ...timed });
    expect(unknown).not.toHaveProperty('actor');

    const tokens = {
      player: await playerToken('somebody'),
      server: await serverToken('arena-2'),
      staff: await staffToken('somebody'),
    };
    const subjects = { player: 'player:somebody', server: 'server:arena-2', staff: 'staff:somebody' };
    const { actors } = operationNamed(operation);
    for (const kind of (['player', 'server', 'staff'] as const).filter((each) => !actors.includes(each))) {
      const forbidden = lineOf(await scene.send({}, { token: tokens[kind] }));
      const expected = { ...failed, ...known, ...named, code: 'FORBIDDEN', actor: subjects[kind], ...timed };
      expect(forbidden).toMatchObject(expected);
    }

    const malformed = lineOf(await scene.send({ expectedVersion: 0.5 }));
    expect(malformed).toMatchObject({ ...failed, operation: 'request', code: 'BAD_USER_INPUT' });

    const conflict = lineOf(await scene.send({ idempotencyKey: freshKey(), expectedVersion: 99 }));
    expect(conflict).toMatchObject({
      ...failed,
      ...known,
      ...own,
      code: 'VERSION_CONFLICT',
      replayed: false,
      configVersion: expect.any(Number),
      ...timed,
    });

    await breakRequests({ match: scene.idempotencyKey, kind: 'error', errorCode: '40001' });
    const outage = lineOf(await scene.send());
    expect(outage).toMatchObject({ ...failed, ...known, ...own, code: 'UNAVAILABLE', ...timed });
    expect(outage.error).toBe('the outcome is unknown (40001)');
    expect(outage.requested).toEqual(conflict.requested);

    const answer = await scene.send();
    const { claim, changes } = receiptOf(answer);
    for (const line of [conflict, outage]) {
      expect(line.claimType).toBe(claim.type);
      expect(line).not.toHaveProperty('amounts');
      // What was requested is part of what then moved; a reversal requests nothing by itself.
      const moved = changes.map(({ resource }) => resource);
      expect(moved).toEqual(expect.arrayContaining(Object.keys(line.requested ?? {})));
    }

    const reused = lineOf(await scene.send({ expectedVersion: 99 }));
    expect(reused).toMatchObject({ ...failed, ...known, ...own, code: 'IDEMPOTENCY_KEY_REUSED', ...timed });
  });
});

const loggedOf = ({ logged = {} }: Case): object => (typeof logged === 'function' ? logged(world) : logged);

describe('a rejection', () => {
  it.each(REJECTIONS)('$code of $operation is logged with what was requested', async (each) => {
    const { operation, code } = each;
    const line = lineOf(await each.send(world));
    expect(line).toMatchObject({
      ...failed,
      operation,
      code,
      actor: expect.stringMatching(/^(player|server|staff):/),
      player: world.playerId,
      replayed: false,
      configVersion: expect.any(Number),
      ...loggedOf(each),
      ...timed,
    });
    expect(line).not.toHaveProperty('amounts');
  });

  it('of a reused key is logged with the input of the second request', async () => {
    const key = freshKey();
    await world.staff.manualReward(award(world, 3), { key });
    expect(lineOf(await world.staff.manualReward(award(world, 4), { key }))).toMatchObject({
      success: false,
      code: 'IDEMPOTENCY_KEY_REUSED',
      player: world.playerId,
      reason: 'worth 4',
      requested: { lumees: 4 },
    });
  });
});

describe('a fault', () => {
  it.each(FAULTS)('$code of $operation ($fault) is logged, though nothing is recorded', async (each) => {
    const { operation, code } = each;
    const expected = { ...failed, operation, code, player: world.playerId, ...loggedOf(each), ...timed };
    expect(lineOf(await each.send(world))).toMatchObject(expected);
  });

  it.each([
    ['40001', 'UNAVAILABLE', 'the outcome is unknown (40001)'],
    ['', 'UNAVAILABLE', 'the outcome is unknown (connection)'],
    ['XX000', 'UNAVAILABLE', 'the outcome is unknown (XX000)'],
    ['42501', 'INTERNAL', 'the database refused it (42501)'],
  ])('of the database with the code "%s" is logged as %s', async (errorCode, code, error) => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'error', errorCode });
    expect(lineOf(await world.staff.manualReward(award(world, 9), { key }))).toMatchObject({
      success: false,
      code,
      player: world.playerId,
      requested: { lumees: 9 },
      reason: 'worth 9',
      error,
      ...timed,
    });
  });

  it('of a staff member who was disabled a moment ago is logged', async () => {
    const id = await addStaffMember(fresh('staff'));
    await changeStaffMember(id, { disabled: true });
    expect(lineOf(await asStaff(id).manualReward(award(world, 2)))).toMatchObject({
      success: false,
      code: 'FORBIDDEN',
      actor: `staff:${id}`,
      player: world.playerId,
      requested: { lumees: 2 },
      error: expect.stringMatching(/disabled/),
    });
  });
});

describe('a request that reaches no operation', () => {
  it.each<[string, () => Promise<{ headers: Headers }>, string]>([
    ['an invalid token', () => send('{ me { id } }', {}, { token: 'a.b.c' }), 'UNAUTHENTICATED'],
    ['an invalid document', () => send('{ nope }'), 'BAD_USER_INPUT'],
    ['a document that cannot be parsed', () => send('{'), 'BAD_USER_INPUT'],
    ['malformed input', () => world.player.spendStatPoints(spending({ energy: 0.5 })), 'BAD_USER_INPUT'],
    [
      'a claim ID that is a ticket',
      () => world.staff.reverseClaim({ playerId: world.playerId, reason: 'by mistake', claimId: TICKET }),
      'BAD_USER_INPUT',
    ],
    [
      'a reason that is too long',
      () => world.staff.manualReward(award(world, 1, { reason: 'é'.repeat(8_000) })),
      'BAD_USER_INPUT',
    ],
    [
      'introspection',
      async () =>
        send('{ __schema { queryType { name } } }', {}, { token: await playerToken(world.playerId) }),
      'FORBIDDEN',
    ],
    ['a body that is not JSON', () => post('{'), 'BAD_USER_INPUT'],
    [
      'a form',
      () => post('query=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      'BAD_USER_INPUT',
    ],
    ['a body that is too large', () => post('x'.repeat(70_000)), 'BAD_USER_INPUT'],
  ])('is logged without what it held: %s', async (_, request, code) => {
    const line = lineOf(await request());
    expect(line).toMatchObject({ ...failed, operation: 'request', code });
    expect(JSON.stringify(line)).not.toMatch(/eyJ|éé/);
  });
});

const TICKET = 'eyJhbGciOiJFZERTQSJ9.e30.c2ln';

describe('a read that fails', () => {
  it.each<[string, string, string, () => Promise<{ headers: Headers }>]>([
    [
      'ledger',
      'BAD_USER_INPUT',
      'a negative page size',
      () => world.player.ledger({ playerId: world.playerId, first: -1 }),
    ],
    ['player', 'FORBIDDEN', 'another player', () => world.player.player({ id: 'somebody-else' })],
    ['me', 'UNAUTHENTICATED', 'no token', () => anonymous().me()],
  ])('is logged: %s, %s (%s)', async (operation, code, _, request) => {
    expect(lineOf(await request())).toMatchObject({ level: 'warn', operation, success: false, code });
  });
});

describe('texts in a line', () => {
  it.each([
    ['separators of Unicode', '\u2028{"level":"info"}\u2029'],
    ['NEL, which ends a line for some readers', '\u0085{"level":"info"}'],
    ['8-bit terminal commands', '\u009b2J\u009d0;title\u007f'],
    ['changes of text direction', 'abc \u202e}"ofni":"level"{ \u2066x\u2069'],
    [
      'line breaks and a forged line',
      '"}\n{"level":"info","operation":"claimReward","success":true}\r\n\u2028\u001b[31m',
    ],
  ])('are escaped, and read back unchanged: %s', async (_, text) => {
    const odd = `a good deed ${text}`;
    expect(lineOf(await world.staff.manualReward(award(world, 1, { reason: odd }))).reason).toBe(odd);
  });

  it('are cut: of a long text the first 512 UTF-16 units are logged, of too many grants the first ten', async () => {
    // 500 characters, the longest reason, in twice as many units.
    const long = lineOf(await world.staff.manualReward(award(world, 1, { reason: '🏆'.repeat(500) })));
    expect(long.reason).toBe(`${'🏆'.repeat(256)}…`);
    const grants = Array.from({ length: 500 }, (_, at) => ({ resource: `resource_${at}`, amount: 1 }));
    const { code, requested } = lineOf(await world.staff.manualReward(award(world, 1, { grants })));
    expect([code, Object.keys(requested ?? {}).length]).toEqual(['BAD_USER_INPUT', 10]);
  });

  it('do not include a ticket that has expired', async () => {
    const expired = await ticket({
      playerId: world.playerId,
      type: 'pve_victory',
      key: 'e-2',
      expiresInSeconds: -120,
    });
    const line = lineOf(await world.player.claimReward({ type: 'pve_victory', ticket: expired }));
    expect(line).toMatchObject({
      code: 'FORBIDDEN',
      error: expect.stringMatching(/^ticket: it has expired/),
    });
    expect(JSON.stringify(line)).not.toContain('eyJ');
  });
});
