/** An operation that is rejected or fails writes one log line that says who asked for what, and why nothing moved. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  inputFieldsOf,
  operationNamed,
  receiptOf,
} from '../../support/worker/client.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
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
let [player, server, staff] = [anonymous(), anonymous(), anonymous()];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  staffId = await addStaffMember(fresh('staff'), { limit: 100 });
  [player, server, staff] = [asPlayer(playerId), asServer(), asStaff(staffId)];
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
    expect(outage.error).toMatch(/^the database/);
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

interface Case {
  readonly operation: string;
  readonly code: string;
  readonly send: () => Promise<{ readonly headers: Headers }>;
  readonly logged?: object | (() => object);
}

const award = (amount: number, over: Partial<Parameters<Client['manualReward']>[0]> = {}) => ({
  playerId,
  grants: [{ resource: 'lumees', amount }],
  reason: `worth ${amount}`,
  ...over,
});
const reason = 'the client never came back';
const chest = () => ({ playerId, type: 'arena_chest', key: 'chest-1' });
const gift = { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 3 };

const REJECTIONS: readonly Case[] = [
  {
    operation: 'claimReward',
    code: 'ALREADY_CLAIMED',
    send: () => server.claimReward({ ...victory, playerId, key: 'cup-0' }),
    logged: { claimKey: 'cup-0', requested: { experience: 500, auric_coins: 64 } },
  },
  {
    operation: 'claimReward',
    code: 'UNKNOWN_CLAIM_TYPE',
    send: () => server.claimReward({ type: 'no_such_type', key: 'k', playerId }),
    logged: { claimType: 'no_such_type', claimKey: 'k' },
  },
  {
    operation: 'claimReward',
    code: 'NOT_ELIGIBLE',
    send: () => player.claimReward({ type: 'tournament_reward', key: 'k' }),
    logged: () => ({ actor: `player:${playerId}` }),
  },
  {
    operation: 'spendStatPoints',
    code: 'VERSION_CONFLICT',
    send: () => player.spendStatPoints({ energy: 1, expectedVersion: 0 }),
    logged: { requested: { stat_points: -1, 'stat:energy': 1 } },
  },
  {
    operation: 'spendStatPoints',
    code: 'INSUFFICIENT_BALANCE',
    send: () => player.spendStatPoints({ health: 1_000 }),
    logged: { requested: { stat_points: -1_000, 'stat:health': 1_000 } },
  },
  {
    operation: 'manualReward',
    code: 'LIMIT_EXCEEDED',
    send: () => staff.manualReward(award(101)),
    logged: { requested: { lumees: 101 }, reason: 'worth 101' },
  },
  {
    operation: 'exchange',
    code: 'INSUFFICIENT_BALANCE',
    send: () => player.exchange({ exchange: 'summon' }),
    logged: { claimType: 'summon', requested: { summon_tokens: -1 } },
  },
  {
    operation: 'exchange',
    code: 'UNKNOWN_EXCHANGE',
    send: () => player.exchange({ exchange: 'no_such_exchange' }),
    logged: { claimType: 'no_such_exchange' },
  },
  {
    operation: 'transferResource',
    code: 'UNKNOWN_PLAYER',
    send: () => player.transferResource(gift),
    logged: { claimType: 'transfer', requested: { lumees: -3 } },
  },
  {
    operation: 'transferResource',
    code: 'LIMIT_EXCEEDED',
    send: () => player.transferResource({ ...gift, amount: 5_001 }),
    logged: { claimType: 'transfer', error: expect.stringMatching(/5000 lumees/) },
  },
  {
    operation: 'applyDamage',
    code: 'VERSION_CONFLICT',
    send: () => server.applyDamage({ playerId, amount: 5, expectedVersion: 0 }),
    logged: { claimType: 'damage', requested: { health: -5 }, actor: 'server:arena-1' },
  },
  {
    operation: 'heal',
    code: 'VERSION_CONFLICT',
    send: () => server.heal({ playerId, amount: 5, expectedVersion: 0 }),
    logged: { claimType: 'healing', requested: { health: 5 } },
  },
  {
    operation: 'announceReward',
    code: 'ALREADY_CLAIMED',
    send: () => server.announceReward({ ...victory, playerId, key: 'cup-0' }),
    logged: { claimType: 'announcement', claimKey: 'tournament_reward/cup-0' },
  },
  {
    operation: 'recoverReward',
    code: 'NOT_ANNOUNCED',
    send: () => staff.recoverReward({ ...chest(), reason }),
    logged: { claimType: 'arena_chest', claimKey: 'chest-1', reason },
  },
  {
    operation: 'reverseClaim',
    code: 'UNKNOWN_CLAIM',
    send: () => staff.reverseClaim({ playerId, claimId: crypto.randomUUID(), reason }),
    logged: { claimType: 'reversal', reason },
  },
  {
    operation: 'previewExchange',
    code: 'INSUFFICIENT_BALANCE',
    send: () => player.previewExchange({ exchange: 'summon' }),
    logged: { claimType: 'summon' },
  },
  {
    operation: 'previewClaim',
    code: 'ALREADY_CLAIMED',
    send: () => server.previewClaim({ ...victory, playerId, key: 'cup-0' }),
    logged: { claimType: 'tournament_reward', claimKey: 'cup-0' },
  },
];

const FAULTS: readonly (Case & { readonly fault: string })[] = [
  {
    fault: 'missing facts',
    operation: 'claimReward',
    code: 'BAD_USER_INPUT',
    send: () => server.claimReward({ type: 'rating_slip', key: 'slip-1', playerId }),
    logged: {
      actor: 'server:arena-1',
      claimType: 'rating_slip',
      claimKey: 'slip-1',
      error: expect.stringMatching(/^facts\./),
    },
  },
  {
    fault: 'a resource that is named twice',
    operation: 'manualReward',
    code: 'BAD_USER_INPUT',
    send: () => staff.manualReward(award(0, { grants: Array(2).fill({ resource: 'lumees', amount: 1 }) })),
    logged: {
      claimType: 'manual_reward',
      requested: { lumees: 1 },
      reason: 'worth 0',
      error: expect.stringMatching(/^grants\[1\]\.resource/),
    },
  },
  {
    fault: 'no points',
    operation: 'spendStatPoints',
    code: 'BAD_USER_INPUT',
    send: () => player.spendStatPoints({}),
    logged: { claimType: 'spend_stat_points' },
  },
  {
    fault: 'a player',
    operation: 'manualReward',
    code: 'FORBIDDEN',
    send: () => player.manualReward(award(5)),
    logged: { requested: { lumees: 5 }, reason: 'worth 5' },
  },
  {
    fault: 'no token',
    operation: 'manualReward',
    code: 'UNAUTHENTICATED',
    send: () => anonymous().manualReward(award(6)),
    logged: { requested: { lumees: 6 } },
  },
  {
    fault: 'an unknown staff member',
    operation: 'manualReward',
    code: 'FORBIDDEN',
    send: () => asStaff('nobody-knows').manualReward(award(8)),
    logged: { actor: 'staff:nobody-knows', requested: { lumees: 8 }, reason: 'worth 8' },
  },
  {
    fault: 'a forged ticket',
    operation: 'claimReward',
    code: 'FORBIDDEN',
    send: () => player.claimReward({ type: 'pve_victory', key: 'e-1', ticket: 'a.b.c' }),
    logged: { claimType: 'pve_victory', claimKey: 'e-1' },
  },
  {
    fault: 'more than the exchange allows at once',
    operation: 'exchange',
    code: 'BAD_USER_INPUT',
    send: () => player.exchange({ exchange: 'drop', quantity: 2 }),
    logged: { claimType: 'drop', error: expect.stringMatching(/^quantity/) },
  },
  {
    fault: 'staff',
    operation: 'exchange',
    code: 'FORBIDDEN',
    send: () => staff.exchange({ exchange: 'drop', playerId }),
    logged: () => ({ claimType: 'drop', actor: `staff:${staffId}` }),
  },
  {
    fault: 'no token',
    operation: 'exchange',
    code: 'UNAUTHENTICATED',
    send: () => anonymous().exchange({ exchange: 'drop', playerId }),
    logged: { claimType: 'drop' },
  },
  {
    fault: 'a resource that players may not transfer',
    operation: 'transferResource',
    code: 'BAD_USER_INPUT',
    send: () => player.transferResource({ ...gift, resource: 'auric_coins' }),
    logged: { claimType: 'transfer', error: expect.stringMatching(/^resource/) },
  },
  {
    fault: 'a player',
    operation: 'applyDamage',
    code: 'FORBIDDEN',
    send: () => player.applyDamage({ playerId, amount: 5 }),
    logged: { claimType: 'damage' },
  },
  {
    fault: 'missing facts',
    operation: 'announceReward',
    code: 'BAD_USER_INPUT',
    send: () => server.announceReward({ playerId, type: 'pve_victory', key: 'battle-1' }),
    logged: {
      claimType: 'announcement',
      claimKey: 'pve_victory/battle-1',
      error: expect.stringMatching(/^facts\./),
    },
  },
  {
    fault: 'a player',
    operation: 'recoverReward',
    code: 'FORBIDDEN',
    send: () => player.recoverReward({ ...chest(), reason }),
    logged: { claimType: 'arena_chest', claimKey: 'chest-1', reason },
  },
  {
    fault: 'staff',
    operation: 'previewExchange',
    code: 'FORBIDDEN',
    send: () => staff.previewExchange({ exchange: 'drop', playerId }),
    logged: { claimType: 'drop' },
  },
  {
    fault: 'another player',
    operation: 'pendingRewards',
    code: 'FORBIDDEN',
    send: () => asPlayer(fresh('player')).pendingRewards({ filter: { playerId } }),
  },
];

const loggedOf = ({ logged = {} }: Case): object => (typeof logged === 'function' ? logged() : logged);

describe('a rejection', () => {
  it.each(REJECTIONS)('$code of $operation is logged with what was requested', async (each) => {
    const { operation, code } = each;
    const line = lineOf(await each.send());
    expect(line).toMatchObject({
      ...failed,
      operation,
      code,
      actor: expect.stringMatching(/^(player|server|staff):/),
      player: playerId,
      replayed: false,
      configVersion: expect.any(Number),
      ...loggedOf(each),
      ...timed,
    });
    expect(line).not.toHaveProperty('amounts');
  });

  it('of a reused key is logged with the input of the second request', async () => {
    const key = freshKey();
    await staff.manualReward(award(3), { key });
    expect(lineOf(await staff.manualReward(award(4), { key }))).toMatchObject({
      success: false,
      code: 'IDEMPOTENCY_KEY_REUSED',
      player: playerId,
      reason: 'worth 4',
      requested: { lumees: 4 },
    });
  });
});

describe('a fault', () => {
  it.each(FAULTS)('$code of $operation ($fault) is logged, though nothing is recorded', async (each) => {
    const { operation, code } = each;
    const expected = { ...failed, operation, code, player: playerId, ...loggedOf(each), ...timed };
    expect(lineOf(await each.send())).toMatchObject(expected);
  });

  it.each([
    ['40001', 'UNAVAILABLE'],
    ['', 'UNAVAILABLE'],
    ['XX000', 'UNAVAILABLE'],
    ['42501', 'INTERNAL'],
  ])('of the database with the code "%s" is logged as %s', async (errorCode, code) => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'error', errorCode });
    expect(lineOf(await staff.manualReward(award(9), { key }))).toMatchObject({
      success: false,
      code,
      player: playerId,
      requested: { lumees: 9 },
      reason: 'worth 9',
      error: expect.stringMatching(/^the database/),
      ...timed,
    });
  });

  it('of a staff member who was disabled a moment ago is logged', async () => {
    const id = await addStaffMember(fresh('staff'));
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${id}`;
    expect(lineOf(await asStaff(id).manualReward(award(2)))).toMatchObject({
      success: false,
      code: 'FORBIDDEN',
      actor: `staff:${id}`,
      player: playerId,
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
    ['malformed input', () => player.spendStatPoints({ energy: 0.5 }), 'BAD_USER_INPUT'],
    [
      'a claim ID that is a ticket',
      () => staff.reverseClaim({ playerId, reason, claimId: TICKET }),
      'BAD_USER_INPUT',
    ],
    [
      'a reason that is too long',
      () => staff.manualReward(award(1, { reason: 'é'.repeat(8_000) })),
      'BAD_USER_INPUT',
    ],
    [
      'introspection',
      async () => send('{ __schema { queryType { name } } }', {}, { token: await playerToken(playerId) }),
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
    ['ledger', 'BAD_USER_INPUT', 'a negative page size', () => player.ledger({ playerId, first: -1 })],
    ['player', 'FORBIDDEN', 'another player', () => player.player({ id: 'somebody-else' })],
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
    expect(lineOf(await staff.manualReward(award(1, { reason: odd }))).reason).toBe(odd);
  });

  it('are cut: of a long text the first 512 UTF-16 units are logged, of too many grants the first ten', async () => {
    // 500 characters, the longest reason, in twice as many units.
    const long = lineOf(await staff.manualReward(award(1, { reason: '🏆'.repeat(500) })));
    expect(long.reason).toBe(`${'🏆'.repeat(256)}…`);
    const grants = Array.from({ length: 500 }, (_, at) => ({ resource: `resource_${at}`, amount: 1 }));
    const { code, requested } = lineOf(await staff.manualReward(award(1, { grants })));
    expect([code, Object.keys(requested ?? {}).length]).toEqual(['BAD_USER_INPUT', 10]);
  });

  it('do not include a ticket that has expired', async () => {
    const expired = await ticket({ playerId, type: 'pve_victory', key: 'e-2', expiresInSeconds: -60 });
    const line = lineOf(await player.claimReward({ type: 'pve_victory', ticket: expired }));
    expect(line).toMatchObject({
      code: 'FORBIDDEN',
      error: expect.stringMatching(/^ticket: it has expired/),
    });
    expect(JSON.stringify(line)).not.toContain('eyJ');
  });
});
