/**
 * The order of checks is part of the contract: limits → token → types of variables → permission → input → config → staff row →
 * key → plan → player → claim → pending reward → version → limits → own balances → balances of the other player. Each request
 * fails two checks, and the earlier one answers.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActorKind } from '../../../src/domain/actor.ts';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  faultOf,
  inputFieldsOf,
  operationNamed,
  receiptOf,
  rejectionOf,
  withToken,
} from '../../support/worker/client.ts';
import { startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
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
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

/** An isolate without a balance config. */
const door = startWithoutConfig();

describe('limits come before the token', () => {
  const query = '{ me { id } }';
  const wrong = { authorization: 'Bearer wrong' };

  it('HTTP: media type and size are refused whatever the token', async () => {
    const big = JSON.stringify({ query, variables: { x: 'a'.repeat(70_000) } });
    expect((await post(big, wrong)).status).toBe(413);
    const asText = await post(JSON.stringify({ query }), { ...wrong, 'content-type': 'text/plain' });
    expect(asText.status).toBe(415);
  });

  it.each([
    ['depth', `{ me { ${'tier { next { '.repeat(6)} name ${'} }'.repeat(6)} } }`],
    ['aliases', `{ ${Array.from({ length: 9 }, (_, i) => `a${i}: me { id }`).join(' ')} }`],
    ['directives', `{ me { id ${'@include(if: true) '.repeat(20)} } }`],
    ['tokens', `{ me { ${'id '.repeat(2_000)} } }`],
    ['validation', '{ me { noSuchField } }'],
  ])('GraphQL: %s', async (_, document) => {
    const { errors } = await send(document, {}, { token: 'wrong' });
    expect(errors?.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
    expect(errors?.map(({ extensions }) => extensions.code)).not.toContain('UNAUTHENTICATED');
  });
});

/** The code of the fault, or the type of the result. */
const outcomeOf = (answer: Answer<{ readonly __typename: string }>): string =>
  answer.result?.__typename ?? faultOf(answer).code;

describe('the order of checks of every mutation', () => {
  const KINDS: readonly ActorKind[] = ['player', 'server', 'staff'];
  const tokens = {
    player: playerToken,
    server: () => serverToken(),
    staff: async () => staffToken(await addStaffMember(fresh('staff'), { role: 'admin' })),
  };

  it.each(
    SCENES,
  )('$name: token, types, permission, input, config, key, claim and version answer in this order', async ({
    operation,
    actor,
    prepare,
  }) => {
    const scene = await prepare();
    const { playerId, actorId } = scene;
    const { actors, rejections } = operationNamed(operation) as never as {
      actors: readonly ActorKind[];
      rejections: readonly string[];
    };
    const expired = await playerToken(playerId, -60);
    const refused = async (expected: string, over: object, options: object = {}) => {
      const answer = await movingNothing(playerId, () => scene.send(over, options));
      expect([over, outcomeOf(answer)]).toEqual([over, expected]);
    };
    const another = () => ({ idempotencyKey: freshKey() });

    await refused('UNAUTHENTICATED', { expectedVersion: 0.5 }, { token: expired, door });
    await refused('BAD_USER_INPUT', { expectedVersion: 0.5 }, { token: undefined, door });
    await refused('UNAUTHENTICATED', {}, { token: undefined, door });
    for (const kind of KINDS.filter((each) => !actors.includes(each)))
      await refused('FORBIDDEN', {}, { token: await tokens[kind](playerId), door });
    if (actor !== 'player' && inputFieldsOf(operation).some(({ name }) => name === 'playerId'))
      await refused('BAD_USER_INPUT', { playerId: null }, { door });
    await refused('CONFIG_UNAVAILABLE', { expectedVersion: 9 }, { door });
    await refused('VersionConflict', { ...another(), expectedVersion: 99 });

    const receipt = receiptOf(await scene.send());
    expect(receipt.claim.playerVersion).toBe(scene.version);
    await refused('IdempotencyKeyReused', { expectedVersion: 9 }, { door });
    if (rejections.includes('already_claimed'))
      await refused('AlreadyClaimed', { ...another(), expectedVersion: 99 });
    if (actor !== 'staff') return;
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${actorId}`;
    await refused('FORBIDDEN', {});
    await refused('FORBIDDEN', { expectedVersion: 9 });
    await owner`UPDATE onceward.staff SET disabled_at = NULL WHERE id = ${actorId}`;
    expect(receiptOf(await scene.send())).toEqual({ ...receipt, replayed: true });
  });
});

interface World {
  readonly playerId: string;
  readonly staffId: string;
  readonly key: string;
  readonly player: Client;
  readonly server: Client;
  /** Support with a limit of 100 for one reward and a budget of 150 for a day. */
  readonly staff: Client;
  readonly expired: Client;
}

/** The player is at version 1 with 500 experience, and has the reward of cup-0. */
async function createWorld(): Promise<World> {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), { limit: 100, budget: 150 });
  return {
    playerId,
    staffId,
    key: freshKey(),
    player: asPlayer(playerId),
    server: asServer(),
    staff: asStaff(staffId),
    expired: withToken(playerToken(playerId, -60)),
  };
}

interface Clash {
  readonly clash: string;
  readonly outcome: string;
  readonly send: (world: World) => Promise<Answer<{ readonly __typename: string }>>;
}

const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' };
const lumees = (amount: number) => ({ ...award, grants: [{ resource: 'lumees', amount }] });
const chest = { type: 'arena_chest', key: 'chest-1' };
const gift = { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 5 };
const cup = { ...victory, key: 'cup-0' };
const reason = 'the client never came back';

const FAULTS: readonly Clash[] = [
  {
    clash: 'token before input: an expired token spends no points',
    outcome: 'UNAUTHENTICATED',
    send: ({ expired }) => expired.spendStatPoints({ energy: 0 }),
  },
  {
    clash: 'permission before input: a player gives an award without grants',
    outcome: 'FORBIDDEN',
    send: ({ playerId, player }) => player.manualReward({ playerId, ...award, grants: [] }),
  },
  {
    clash: 'permission before input: staff spend no points of their own',
    outcome: 'FORBIDDEN',
    send: ({ staff }) => staff.spendStatPoints({}),
  },
  {
    clash: 'permission before input: a player claims for another player, with a ticket of another type',
    outcome: 'FORBIDDEN',
    send: async ({ playerId, player }) => {
      const other = await ticket({ playerId, type: 'daily_quest_bonus', key: 'x' });
      return player.claimReward({ type: 'pve_victory', playerId: fresh('player'), ticket: other });
    },
  },
  {
    clash: 'permission before input: a player exchanges more than is allowed, for another player',
    outcome: 'FORBIDDEN',
    send: ({ player }) => player.exchange({ exchange: 'drop', quantity: 2, playerId: fresh('player') }),
  },
  {
    clash: 'permission before input: staff transfer from a player to the same player',
    outcome: 'FORBIDDEN',
    send: ({ playerId, staff }) => staff.transferResource({ ...gift, playerId, toPlayerId: playerId }),
  },
  {
    clash: 'types of variables before permission: a server spends half a point',
    outcome: 'BAD_USER_INPUT',
    send: ({ server }) => server.spendStatPoints({ energy: 0.5 }),
  },
  {
    clash: 'types of variables before permission: a player deals no damage',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, player }) => player.applyDamage({ playerId, amount: 0 }),
  },
  {
    clash: 'types of variables before permission: a player recovers, with a reason that is too short',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, player }) => player.recoverReward({ ...chest, playerId, reason: 'x' }),
  },
  {
    clash: 'input before config: an award without grants, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, staff }) => staff.manualReward({ playerId, ...award, grants: [] }, { door }),
  },
  {
    clash: 'input before config: no points to spend, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ player }) => player.spendStatPoints({}, { door }),
  },
  {
    clash: 'input before config: a transfer to oneself, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, player }) => player.transferResource({ ...gift, toPlayerId: playerId }, { door }),
  },
  {
    clash: 'input before config: staff recover without a reason, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, staff }) => staff.recoverReward({ ...chest, playerId }, { door }),
  },
  {
    clash: 'input before the staff row: disabled staff recover without a reason',
    outcome: 'BAD_USER_INPUT',
    send: async ({ playerId, staffId, staff }) => {
      await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
      return staff.recoverReward({ ...chest, playerId });
    },
  },
  {
    clash: 'input before key: a known key without points to spend',
    outcome: 'BAD_USER_INPUT',
    send: async ({ player, key }) => {
      const first = await player.spendStatPoints({ energy: 9, expectedVersion: 9 }, { key });
      rejectionOf(first, 'VersionConflict');
      return player.spendStatPoints({ energy: 0 }, { key });
    },
  },
  {
    clash: 'config before plan: an unknown claim type, and no config',
    outcome: 'CONFIG_UNAVAILABLE',
    send: ({ player }) => player.claimReward({ type: 'no_such_type' }, { door }),
  },
  {
    clash: 'config before plan: an unknown exchange, and no config',
    outcome: 'CONFIG_UNAVAILABLE',
    send: ({ player }) => player.exchange({ exchange: 'no_such_exchange' }, { door }),
  },
  {
    clash: 'config before plan: an unknown resource is transferred, and no config',
    outcome: 'CONFIG_UNAVAILABLE',
    send: ({ player }) => player.transferResource({ ...gift, resource: 'gold' }, { door }),
  },
  {
    clash: 'config before plan: an unknown claim type is announced, and no config',
    outcome: 'CONFIG_UNAVAILABLE',
    send: ({ playerId, server }) =>
      server.announceReward({ ...chest, type: 'no_such_type', playerId }, { door }),
  },
  {
    clash: 'the staff row before key: a key that was rejected, of staff who were disabled',
    outcome: 'FORBIDDEN',
    send: async ({ playerId, staffId, staff, key }) => {
      const input = { ...chest, playerId, reason };
      rejectionOf(await staff.recoverReward(input, { key }), 'NotAnnounced');
      await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
      return staff.recoverReward(input, { key });
    },
  },
];

/** The key has been rejected, for a version that never was. */
async function rejectKey({ player, key }: World): Promise<void> {
  rejectionOf(await player.exchange({ exchange: 'drop', expectedVersion: 9 }, { key }), 'VersionConflict');
}

const REJECTIONS: readonly Clash[] = [
  {
    clash: 'key before plan: a reused key, for an unknown claim type',
    outcome: 'IdempotencyKeyReused',
    send: async ({ playerId, server, key }) => {
      await server.claimReward({ ...cup, playerId }, { key });
      return server.claimReward({ type: 'no_such_type', playerId }, { key });
    },
  },
  {
    clash: 'key before plan: a reused key, for an unknown exchange',
    outcome: 'IdempotencyKeyReused',
    send: async (world) => {
      await rejectKey(world);
      return world.player.exchange({ exchange: 'no_such_exchange' }, { key: world.key });
    },
  },
  {
    clash: 'key before config: a reused key for another mutation, and no config',
    outcome: 'IdempotencyKeyReused',
    send: async (world) => {
      await rejectKey(world);
      return world.player.transferResource(gift, { key: world.key, door });
    },
  },
  {
    clash: 'key before claim: a reused key, for a claim that was granted',
    outcome: 'IdempotencyKeyReused',
    send: async ({ playerId, server, key }) => {
      await server.claimReward({ type: 'no_such_type', playerId }, { key });
      return server.claimReward({ ...cup, playerId }, { key });
    },
  },
  {
    clash: 'plan before version: not eligible, and another version',
    outcome: 'NotEligible',
    send: ({ player }) => player.claimReward({ type: 'tournament_reward', expectedVersion: 9 }),
  },
  {
    clash: 'plan before version: an unknown exchange, and another version',
    outcome: 'UnknownExchange',
    send: ({ player }) => player.exchange({ exchange: 'no_such_exchange', expectedVersion: 9 }),
  },
  {
    clash: 'plan before player: an unknown claim type for an unknown player',
    outcome: 'UnknownClaimType',
    send: ({ staff }) => staff.claimReward({ type: 'no_such_type', playerId: fresh('nobody') }),
  },
  {
    clash: 'plan before player: more than one transfer may hold, to an unknown player',
    outcome: 'LimitExceeded',
    send: ({ player }) => player.transferResource({ ...gift, amount: 5_001 }),
  },
  {
    clash: 'player before version and limits: an unknown player, another version, more than the limit',
    outcome: 'UnknownPlayer',
    send: ({ staff }) =>
      staff.manualReward({ playerId: fresh('nobody'), ...lumees(101), expectedVersion: 9 }),
  },
  {
    clash: 'player before version: a transfer to an unknown player, and another version',
    outcome: 'UnknownPlayer',
    send: ({ player }) => player.transferResource({ ...gift, expectedVersion: 9 }),
  },
  {
    clash: 'player before pending reward: no reward is pending for an unknown player',
    outcome: 'UnknownPlayer',
    send: ({ staff }) => staff.recoverReward({ ...chest, playerId: fresh('nobody'), reason }),
  },
  {
    clash: 'claim before staff limits: claimed before, and more than the limit',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, staff }) => staff.claimReward({ ...cup, playerId }),
  },
  {
    clash: 'claim before pending reward and version: claimed before, not announced, another version',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, server }) =>
      server.recoverReward({ playerId, type: cup.type, key: cup.key, expectedVersion: 9 }),
  },
  {
    clash: 'claim before version: announced after it was claimed, and another version',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, server }) => server.announceReward({ ...cup, playerId, expectedVersion: 9 }),
  },
  {
    clash: 'pending reward before version: not announced, and another version',
    outcome: 'NotAnnounced',
    send: ({ playerId, server }) => server.recoverReward({ ...chest, playerId, expectedVersion: 9 }),
  },
  {
    clash: 'version before staff limits: another version, and more than the limit',
    outcome: 'VersionConflict',
    send: ({ playerId, staff }) => staff.manualReward({ playerId, ...lumees(101), expectedVersion: 9 }),
  },
  {
    clash: 'version before balances: another version, and too few points',
    outcome: 'VersionConflict',
    send: ({ player }) => player.spendStatPoints({ energy: 100, expectedVersion: 9 }),
  },
];

const LUMEES = {
  'at most 4 a day may be transferred': { transfer: { perDay: 4 } },
  'at most 4 fit into a balance': { ceiling: 4 },
};
/** Under a changed rule for lumees. */
const LIMITS: readonly (Clash & { readonly rule: keyof typeof LUMEES })[] = [
  {
    clash: 'version before the limits of a day: another version, and more than a day allows',
    rule: 'at most 4 a day may be transferred',
    outcome: 'VersionConflict',
    send: async ({ player }) =>
      player.transferResource({ ...gift, toPlayerId: await seasonedPlayer(), expectedVersion: 9 }),
  },
  {
    clash: 'the limits of a day before balances: more than a day allows, and than there is',
    rule: 'at most 4 a day may be transferred',
    outcome: 'LimitExceeded',
    send: async ({ player }) => player.transferResource({ ...gift, toPlayerId: await seasonedPlayer() }),
  },
  {
    clash: "own balances before the other player's: more than there is, and than fits",
    rule: 'at most 4 fit into a balance',
    outcome: 'InsufficientBalance',
    send: async ({ player }) => player.transferResource({ ...gift, toPlayerId: await seasonedPlayer() }),
  },
];

async function expectOutcome({ outcome, send: request }: Clash): Promise<void> {
  const world = await createWorld();
  const answer = await movingNothing(world.playerId, () => request(world));
  expect(outcomeOf(answer)).toBe(outcome);
}

describe('the earlier check answers', () => {
  it.each(FAULTS)('$clash: $outcome', expectOutcome);
  it.each(REJECTIONS)('$clash: $outcome', expectOutcome);
  it.each(LIMITS)('$clash: $outcome', async ({ rule, ...clash }) => {
    await publish(changedExample(({ resources }) => Object.assign(resources.lumees, LUMEES[rule])));
    try {
      await expectOutcome(clash);
    } finally {
      await publish(changedExample(() => {}));
    }
  });

  it('the limit of one award before the budget of the day, and both before balances', async () => {
    const { playerId, staff } = await createWorld();
    // More than a balance may hold, added to the 500 that it holds.
    const experience = (amount: number) => ({
      playerId,
      ...award,
      grants: [{ resource: 'experience', amount }],
    });
    const limitOf = async (client: Client, amount: number) =>
      rejectionOf(
        await movingNothing(playerId, () => client.manualReward(experience(amount))),
        'LimitExceeded',
      );
    const MAX = Number.MAX_SAFE_INTEGER;
    expect(await limitOf(staff, MAX)).toMatchObject({ limit: 'STAFF_REWARD' });
    receiptOf(await staff.manualReward({ playerId, ...lumees(100) }));
    expect(await limitOf(staff, 101)).toMatchObject({ limit: 'STAFF_REWARD' });
    expect(await limitOf(staff, 51)).toMatchObject({ limit: 'STAFF_DAILY_BUDGET' });
    const generous = asStaff(await addStaffMember(fresh('staff'), { limit: MAX, budget: MAX }));
    expect(await limitOf(generous, MAX)).toMatchObject({
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'experience',
    });
  });

  it('leaves the outcome of a known key unchanged when a retry is forbidden or malformed', async () => {
    const { playerId, staffId, staff, player, key } = await createWorld();
    const input = { playerId, ...award };
    const receipt = receiptOf(await staff.manualReward(input, { key }));
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
    for (const retry of [
      () => staff.manualReward(input, { key }),
      () => player.manualReward(input, { key }),
      () => staff.manualReward({ ...input, reason: '' }, { key }),
    ])
      expect(faultOf(await writingNothing(playerId, retry)).retryable).toBe(false);
    await owner`UPDATE onceward.staff SET disabled_at = NULL WHERE id = ${staffId}`;
    expect(receiptOf(await staff.manualReward(input, { key }))).toEqual({ ...receipt, replayed: true });
  });
});
