/**
 * The order of checks is part of the contract: HTTP → token → body → document → types of variables → permission → input → staff row
 * → key → plan and terms of an exchange → player → claim → pending reward or terms of a claim → version → limits → own balances →
 * balances of the other player. Each request fails two checks, and the earlier one answers. An isolate without a config fetches the
 * current one between key and plan.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActorKind } from '../../../src/domain/actor.ts';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  asStaff,
  type Client,
  faultOf,
  inputFieldsOf,
  operationNamed,
  receiptOf,
  rejectionOf,
} from '../../support/worker/client.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  post,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';
import { award, type Clash, createWorld, door, FAULTS, lumees } from './clashes.ts';
import { LIMITS, LUMEES, REJECTIONS } from './clashing-rejections.ts';

beforeAll(serveExample);

describe('the order of checks of a request', () => {
  const query = '{ me { id } }';
  const wrong = { authorization: 'Bearer wrong' };

  it('HTTP: the media type is refused whatever the token', async () => {
    const asText = await post(JSON.stringify({ query }), { ...wrong, 'content-type': 'text/plain' });
    expect(asText.status).toBe(415);
  });

  it.each([
    ['the size of the body', JSON.stringify({ query, variables: { x: 'a'.repeat(70_000) } }), 413],
    ['its JSON', '{', 400],
  ])('a wrong token is refused before %s is looked at', async (_, body, status) => {
    expect((await post(body, wrong)).status).toBe(401);
    expect((await post(body)).status).toBe(status);
  });

  it.each([
    ['depth', `{ me { ${'tier { next { '.repeat(6)} name ${'} }'.repeat(6)} } }`],
    ['aliases', `{ ${Array.from({ length: 9 }, (_, i) => `a${i}: me { id }`).join(' ')} }`],
    ['directives', `{ me { id ${'@include(if: true) '.repeat(20)} } }`],
    ['tokens', `{ me { ${'id '.repeat(2_000)} } }`],
    ['validation', '{ me { noSuchField } }'],
  ])('a wrong token comes before the limits of a document, and a missing token after them: %s', async (_, document) => {
    const codes = async (token?: string) =>
      (await send(document, {}, { token })).errors?.map(({ extensions }) => extensions.code);
    expect(await codes('wrong')).toEqual(['UNAUTHENTICATED']);
    expect(new Set(await codes())).toEqual(new Set(['BAD_USER_INPUT']));
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
  )('$name: token, types, permission, input, key, claim and version answer in this order, with a config or without one', async ({
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
    await refused('VersionConflict', { ...another(), expectedVersion: 99 }, { door });
    await refused('VersionConflict', { ...another(), expectedVersion: 99 });

    const receipt = receiptOf(await scene.send());
    expect(receipt.claim.playerVersion).toBe(scene.version);
    await refused('IdempotencyKeyReused', { expectedVersion: 9 }, { door });
    if (rejections.includes('already_claimed'))
      await refused('AlreadyClaimed', { ...another(), expectedVersion: 99 });
    if (actor !== 'staff') return;
    await changeStaffMember(actorId, { disabled: true });
    await refused('FORBIDDEN', {});
    await refused('FORBIDDEN', { expectedVersion: 9 });
    await changeStaffMember(actorId, { disabled: false });
    expect(receiptOf(await scene.send())).toEqual({ ...receipt, replayed: true });
  });
});

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
    await changeStaffMember(staffId, { disabled: true });
    for (const retry of [
      () => staff.manualReward(input, { key }),
      () => player.manualReward(input, { key }),
      () => staff.manualReward({ ...input, reason: '' }, { key }),
    ])
      expect(faultOf(await writingNothing(playerId, retry)).retryable).toBe(false);
    await changeStaffMember(staffId, { disabled: false });
    expect(receiptOf(await staff.manualReward(input, { key }))).toEqual({ ...receipt, replayed: true });
  });
});
