/** A key that is sent again with another input, or to another mutation, is refused: the answer names what differs. */
import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  inputFieldsOf,
  type MutationName,
  receiptOf,
  rejectionOf,
} from '../../support/worker/client.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { scalarValues } from '../../support/worker/scalar-values.ts';
import { type PreparedScene, SCENES, type Scene, TOWER, towerTicket } from '../../support/worker/scenes.ts';
import { fresh } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { writingNothing } from '../../support/worker/stillness.ts';
import { type Answered, createWorld, SERIES } from './second-inputs.ts';

beforeAll(serveExample);

interface Second {
  readonly fields: readonly string[];
  /** A player does not see the correlation ID of another actor. */
  readonly hidesFirst?: boolean;
  readonly send: () => Answered;
}

/** The first request must be granted, each second one refused with the fields that differ, and the first one replayed. */
async function expectReuse(
  playerId: string,
  first: () => Answered,
  seconds: readonly Second[],
): Promise<void> {
  const receipt = receiptOf(await first());
  expect(receipt.replayed).toBe(false);
  for (const { fields, hidesFirst, send } of seconds) {
    const answer = await writingNothing(playerId, send);
    expect(rejectionOf(answer, 'IdempotencyKeyReused')).toEqual({
      __typename: 'IdempotencyKeyReused',
      code: 'IDEMPOTENCY_KEY_REUSED',
      fields,
      message: expect.stringContaining(fields.join(', ')),
      correlationId: hidesFirst ? answer.headers.get('x-correlation-id') : receipt.correlationId,
    });
  }
  expect(receiptOf(await first())).toEqual({ ...receipt, replayed: true });
}

type Change = (scene: PreparedScene<MutationName>) => object | Promise<object>;
/** Fields that cannot take any other value, by scene and field. Null: no other value gets as far as the key. */
const OTHER_VALUES: Readonly<Record<string, Change | null>> = {
  'claimReward by a player: ticket': async ({ playerId }) => ({
    ticket: await towerTicket(playerId, { facts: { floor: 6 } }),
  }),
  // The ticket names the same key.
  'claimReward by a player: key': () => ({ key: TOWER.key }),
  // The ticket is for one type.
  'claimReward by a player: type': null,
  // Players state no facts, servers and staff have no tickets.
  'claimReward by a player: facts': null,
  'claimReward by a server: ticket': null,
  'claimReward by staff: ticket': null,
  // A text needs a title.
  'announceReward by a server: text': null,
  'announceReward by staff: text': null,
};

function otherValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return otherValue(type.ofType);
  if (isListType(type)) return [otherValue(type.ofType)];
  if (isEnumType(type)) return type.getValues().at(-1)?.name;
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [field.name, otherValue(field.type)]),
    );
  return scalarValues(getNamedType(type).name).other;
}

function secondsOf(
  { name: scene, operation }: Scene<MutationName>,
  prepared: PreparedScene<MutationName>,
): Second[] {
  // Another player has another set of keys.
  const fields = inputFieldsOf(operation).filter(
    ({ name }) => !['idempotencyKey', 'playerId'].includes(name),
  );
  return fields.flatMap(({ name, type }) => {
    const change = OTHER_VALUES[`${scene}: ${name}`];
    if (change === null) return [];
    const over = async () => (change ? change(prepared) : { [name]: otherValue(type) });
    return [{ fields: [name], send: async () => prepared.send(await over()) }];
  });
}

describe('same key, other input', () => {
  it.each(
    sampleOf(SCENES, 2, 1),
  )('$name: is refused for each field that differs, and names it', async (scene) => {
    const prepared = await scene.prepare();
    const seconds = secondsOf(scene, prepared);
    expect(seconds.length).toBeGreaterThan(0);
    await expectReuse(prepared.playerId, () => prepared.send(), seconds);
  });
});

describe('same key, other input that is valid, unknown or out of reach', () => {
  it.each(SERIES)('$name: is refused and names all fields that differ', async ({ send, first, seconds }) => {
    const world = await createWorld();
    await expectReuse(
      world.playerId,
      () => send(world, first),
      seconds.map(([fields, input]) => ({ fields: fields.split(', '), send: () => send(world, input) })),
    );
  });

  it('is refused for a key whose request was rejected, too', async () => {
    const { playerId, player, key } = await createWorld();
    const send = (energy: number) => player.spendStatPoints(spending({ energy }), { key });
    const rejection = rejectionOf(await send(7), 'InsufficientBalance');
    const reused = rejectionOf(await writingNothing(playerId, () => send(6)), 'IdempotencyKeyReused');
    expect(reused).toMatchObject({ fields: ['points'], correlationId: rejection.correlationId });
    expect(rejectionOf(await send(7), 'InsufficientBalance')).toEqual(rejection);
  });
});

describe('same key, another mutation', () => {
  const firstOfEach = SCENES.filter(
    ({ operation }, at) => SCENES.findIndex((each) => each.operation === operation) === at,
  );

  it.each(firstOfEach)('$name: owns its key, and every other mutation is refused', async (scene) => {
    const prepared = await scene.prepare();
    const { playerId, idempotencyKey } = prepared;
    const others = firstOfEach.filter(({ operation }) => operation !== scene.operation);
    const seconds = sampleOf(others, 3, firstOfEach.indexOf(scene));
    const staff = await addStaffMember(fresh('staff'));
    const clients = { player: asPlayer(playerId), server: asServer(), staff: asStaff(staff) };
    await expectReuse(
      playerId,
      () => prepared.send(),
      seconds.map(({ operation, actor, inputFor }) => ({
        fields: ['mutation'],
        hidesFirst: actor === 'player' && scene.actor !== 'player',
        send: async () => {
          const send = clients[actor][operation] as (input: object, options: object) => Answered;
          return send(await inputFor(playerId), { key: idempotencyKey });
        },
      })),
    );
  });
});
