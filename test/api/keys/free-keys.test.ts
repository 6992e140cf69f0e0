/**
 * A request that fails authentication, permission or input checks writes nothing: its key stays free and is granted once the
 * request is correct.
 */
import { beforeAll, expect, it } from 'vitest';
import { type ActorKind, STAFF_ROLES } from '../../../src/domain/actor.ts';
import { serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  faultOf,
  inputFieldsOf,
  type MutationName,
  operationNamed,
  receiptOf,
  rolesFor,
} from '../../support/worker/client.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { type PreparedScene, SCENES, type Scene, towerTicket } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

type Prepared = PreparedScene<MutationName>;

interface Refused {
  readonly name: string;
  readonly code: string;
  readonly field?: string;
  /** Changes the input. */
  readonly over?: (scene: Prepared) => object | Promise<object>;
  /** Without it the scene's own. */
  readonly token?: (scene: Prepared) => Promise<string | undefined>;
  readonly afterwards?: (scene: Prepared) => Promise<unknown>;
}

/** Sends all of them with one key, which must then be granted. */
async function expectFreeKey(scene: Scene<MutationName>, all: readonly Refused[]): Promise<void> {
  const prepared = await scene.prepare();
  for (const { name, code, field, over, token, afterwards } of all) {
    const options = token ? { token: await token(prepared) } : {};
    const change = (await over?.(prepared)) ?? {};
    const answer: Answer<unknown> = await writingNothing(prepared.playerId, () =>
      prepared.send(change, options),
    );
    const expected = { code, retryable: false, ...(field && { field }) };
    expect([name, faultOf(answer)]).toMatchObject([name, expected]);
    await afterwards?.(prepared);
  }
  expect(receiptOf(await prepared.send())).toMatchObject({
    replayed: false,
    claim: { playerVersion: prepared.version },
  });
}

const REFUSED_TOKENS: readonly Refused[] = [
  { name: 'no token', code: 'UNAUTHENTICATED', token: async () => undefined },
  { name: 'a text that is not a token', code: 'UNAUTHENTICATED', token: async () => 'x.y.z' },
  {
    name: 'an expired token',
    code: 'UNAUTHENTICATED',
    token: ({ playerId }) => playerToken(playerId, -60),
  },
];

/** Every caller whom the definition of the operation excludes. */
function excludedCallers({ operation, actor }: Scene<MutationName>): Refused[] {
  const { actors } = operationNamed(operation);
  const tokens = {
    player: ({ playerId }: Prepared) => playerToken(playerId),
    server: () => serverToken(),
    staff: async () => staffToken(await addStaffMember(fresh('staff'), { role: 'admin' })),
  };
  const kinds = Object.entries(tokens)
    .filter(([kind]) => !actors.includes(kind as ActorKind))
    .map(([kind, token]): Refused => ({ name: kind, code: 'FORBIDDEN', token }));
  const namesPlayer = inputFieldsOf(operation).some(({ name }) => name === 'playerId');
  const another: Refused = {
    name: 'another player',
    code: 'FORBIDDEN',
    over: ({ playerId }) => ({ playerId }),
    token: () => playerToken(fresh('player')),
  };
  return [
    ...kinds,
    ...(namesPlayer ? [another] : []),
    ...(actor === 'staff' ? excludedStaff(rolesFor(operation)) : []),
  ];
}

function excludedStaff(allowed: readonly string[]): Refused[] {
  const update = (change: { role?: string; disabled?: boolean }) => async (scene: Prepared) => {
    await changeStaffMember(scene.actorId, { role: 'support', disabled: false, ...change });
    return {};
  };
  const roles = STAFF_ROLES.filter((role) => !allowed.includes(role));
  return [
    { name: 'an unknown staff member', code: 'FORBIDDEN', token: () => staffToken(fresh('staff')) },
    {
      name: 'a disabled staff member',
      code: 'FORBIDDEN',
      over: update({ disabled: true }),
      afterwards: update({}),
    },
    ...roles.map(
      (role): Refused => ({ name: role, code: 'FORBIDDEN', over: update({ role }), afterwards: update({}) }),
    ),
  ];
}

it.each(sampleOf(SCENES, 2))('$name: leaves the key free where the token is refused', (scene) =>
  expectFreeKey(scene, REFUSED_TOKENS));

it.each(sampleOf(SCENES, 2, 1))('$name: leaves the key free where the caller is not allowed', (scene) =>
  expectFreeKey(scene, excludedCallers(scene)));

/** Names what is malformed, the field that the fault must name, and the change of the input. */
const malformed = (name: string, field: string, over: object | Refused['over']): Refused => ({
  name,
  code: 'BAD_USER_INPUT',
  field,
  over: typeof over === 'function' ? (over as NonNullable<Refused['over']>) : () => over as object,
});

const TICKETS: readonly Refused[] = [
  { name: 'facts of a player', code: 'FORBIDDEN', field: 'facts', over: () => ({ facts: { floor: 500 } }) },
  {
    name: 'a ticket of another player',
    code: 'FORBIDDEN',
    field: 'ticket',
    over: async () => ({ ticket: await towerTicket(fresh('player')) }),
  },
  {
    name: 'a forged ticket',
    code: 'FORBIDDEN',
    field: 'ticket',
    over: async ({ playerId, input }) => {
      const [head, , signature] = String((input as { ticket?: string }).ticket).split('.');
      const other = await towerTicket(playerId, { facts: { floor: 500 } });
      return { ticket: [head, other.split('.')[1], signature].join('.') };
    },
  },
  malformed('a ticket of another type', 'type', { type: 'pve_victory' }),
  malformed('a ticket of another key', 'key', { key: 'tower-2' }),
  malformed(
    'a ticket whose facts are out of bounds',
    'ticket.facts.floor',
    async ({ playerId }: Prepared) => ({
      ticket: await towerTicket(playerId, { facts: { floor: 501 } }),
    }),
  ),
];
const lumees = (amount: number) => ({ grants: [{ resource: 'lumees', amount }] });
const battle = (facts: object) => ({ facts: { difficulty: 'hard', ...facts } });

/** What the rules of an operation do not take, by the name of a scene. */
const MALFORMED: Readonly<Record<string, readonly Refused[]>> = {
  'claimReward by a player': TICKETS,
  'claimReward by a server': [
    malformed('facts out of bounds', 'facts.rank', { facts: { rank: 65, participants: 16 } }),
    malformed('a missing fact', 'facts.participants', { facts: { rank: 1 } }),
    malformed('no key', 'key', { key: null }),
    malformed('a key for a calendar claim', 'key', { type: 'daily_quest', facts: null }),
    malformed('a version that is not an integer', 'input.expectedVersion', { expectedVersion: 1.5 }),
    malformed('no player', 'playerId', { playerId: null }),
  ],
  'manualReward by staff': [
    malformed('no grants', 'grants', { grants: [] }),
    malformed('an amount of zero', 'input.grants[0].amount', lumees(0)),
    malformed('a negative amount', 'input.grants[0].amount', lumees(-5)),
    malformed('a resource named twice', 'grants[1].resource', {
      grants: [...lumees(5).grants, ...lumees(5).grants],
    }),
    malformed('a resource that staff may not give', 'grants[0].resource', {
      grants: [{ resource: 'levels_paid', amount: 1 }],
    }),
    malformed('an unknown resource', 'grants[0].resource', { grants: [{ resource: 'gold', amount: 1 }] }),
    malformed('a reason that is too short', 'input.reason', { reason: '  a ' }),
    malformed('a reason that is too long', 'input.reason', { reason: 'a'.repeat(501) }),
  ],
  'spendStatPoints by a player': [
    malformed('no stats', 'points', { points: [] }),
    malformed('no points', 'input.points[0].points', spending({ energy: 0 })),
    malformed('negative points', 'input.points[0].points', spending({ energy: -1, health: 2 })),
    malformed('half a point', 'input.points[1].points', spending({ energy: 1, health: 0.5 })),
    malformed('a stat named twice', 'points[1].stat', {
      points: [...spending({ energy: 1 }).points, ...spending({ energy: 2 }).points],
    }),
    malformed(
      'a sum above the largest amount',
      'points',
      spending({ energy: Number.MAX_SAFE_INTEGER, health: 1 }),
    ),
  ],
  'exchange by a player': [
    malformed('a quantity of zero', 'input.quantity', { quantity: 0 }),
    malformed('a fractional quantity', 'input.quantity', { quantity: 0.5 }),
    malformed('a quantity above the bound of every exchange', 'input.quantity', { quantity: 101 }),
    malformed('a quantity above the bound of this exchange', 'quantity', { quantity: 2 }),
  ],
  'exchange by a server': [malformed('no player', 'playerId', { playerId: null })],
  'transferResource by a player': [
    malformed('an amount of zero', 'input.amount', { amount: 0 }),
    malformed('a negative amount, which would take', 'input.amount', { amount: -7 }),
    malformed('a transfer to oneself', 'toPlayerId', ({ playerId }: Prepared) => ({ toPlayerId: playerId })),
    malformed('a resource that players may not transfer', 'resource', { resource: 'auric_coins' }),
    malformed('an unknown resource', 'resource', { resource: 'gold' }),
  ],
  'transferResource by a server': [malformed('no player', 'playerId', { playerId: null })],
  ...Object.fromEntries(
    ['applyDamage by a server', 'heal by a server'].map((name) => [
      name,
      [
        malformed('an amount of zero', 'input.amount', { amount: 0 }),
        malformed('a negative amount', 'input.amount', { amount: -5 }),
        malformed('a fractional amount', 'input.amount', { amount: 0.5 }),
      ],
    ]),
  ),
  'announceReward by a server': [
    malformed('a missing fact', 'facts.enemy_level', battle({})),
    malformed('a fact out of bounds', 'facts.enemy_level', battle({ enemy_level: 201 })),
    malformed('a calendar claim', 'type', { type: 'daily_quest', facts: null }),
    malformed('an expiry in the past', 'expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }),
    malformed('an expiry too far ahead', 'expiresAt', { expiresAt: '2999-01-01T00:00:00Z' }),
    malformed('a message that the config does not have', 'message', { message: 'no_such_message' }),
    malformed('a message and a title', 'message', { message: 'welcome_back', title: 'Hello' }),
    malformed('a text without a title', 'title', { text: 'Hello' }),
  ],
  'announceReward by staff': [malformed('no reason', 'reason', { reason: null })],
  'recoverReward by staff': [
    malformed('no reason', 'reason', { reason: null }),
    malformed('a reason that is too short', 'input.reason', { reason: ' a ' }),
    malformed('a reason that is too long', 'input.reason', { reason: 'a'.repeat(501) }),
  ],
};

it('has malformed input for known scenes only', () => {
  const names = SCENES.map(({ name }) => name);
  expect(Object.keys(MALFORMED).filter((name) => !names.includes(name))).toEqual([]);
});

it.each(
  SCENES.filter(({ name }) => MALFORMED[name]),
)('$name: leaves the key free where the input is malformed', (scene) =>
  expectFreeKey(scene, MALFORMED[scene.name] ?? []));
