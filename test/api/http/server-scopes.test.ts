/** Scopes of game servers, in tokens and in the registry, over every operation of the schema. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { type OperationName, operationNamed, resultOf } from '../../support/worker/client.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { ACTIONS, BULKS, READS, SCENES, type Scene } from '../../support/worker/scenes.ts';
import { registerServer } from '../../support/worker/servers.ts';
import { serverToken } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const ALL = OPERATIONS.map(({ name }) => name as OperationName);
const OF_SERVERS = ALL.filter((name) => operationNamed(name).actors.includes('server'));
const OTHERS = ALL.filter((name) => !OF_SERVERS.includes(name));
const allBut = (name: OperationName) => OF_SERVERS.filter((other) => other !== name);

const SCENES_OF_ALL: readonly Scene<OperationName>[] = [...SCENES, ...ACTIONS, ...BULKS, ...READS];

function sceneOf(name: OperationName): Scene<OperationName> {
  const scenes = SCENES_OF_ALL.filter(({ operation }) => operation === name);
  const scene = scenes.find(({ actor }) => actor === 'server') ?? scenes[0];
  if (!scene) throw new Error(`${name} has no scene`);
  return scene;
}

const codeOf = ({ errors }: { readonly errors?: readonly { extensions: { code: string } }[] }) =>
  errors?.[0]?.extensions.code ?? 'answered';

describe('the scope of a token', () => {
  it('is about more than twenty operations, queries among them', () => {
    expect(OF_SERVERS.length).toBeGreaterThan(20);
    expect(OF_SERVERS).toEqual(
      expect.arrayContaining(['claimReward', 'grantMany', 'player', 'previewClaim', 'markRead']),
    );
  });

  it.each(sampleOf(OF_SERVERS, 2))('without %s forbids it, and with it alone allows it', async (name) => {
    const { playerId, send } = await sceneOf(name).prepare();
    const outside = await serverToken('arena-1', { operations: allBut(name) });
    const refused = await writingNothing(playerId, () => send({}, { token: outside }));
    expect([codeOf(refused), refused.errors?.[0]?.message]).toEqual([
      'FORBIDDEN',
      expect.stringContaining('outside the scope of this token'),
    ]);
    const inside = await serverToken('arena-1', { operations: [name] });
    resultOf<unknown>(await send({}, { token: inside }));
  });

  it.each(sampleOf(OTHERS, 3))('with %s, which is not for game servers, allows nothing', async (name) => {
    const { playerId, send } = await sceneOf(name).prepare();
    const token = await serverToken('arena-1', { operations: [name] });
    expect(codeOf(await writingNothing(playerId, () => send({}, { token })))).toBe('FORBIDDEN');
  });
});

describe('the operations of a registered game server', () => {
  it.each(
    sampleOf(OF_SERVERS, 2, 1),
  )('without %s forbid it, whatever its token says, and with it alone allow it', async (name) => {
    const { playerId, send } = await sceneOf(name).prepare();
    const outside = await registerServer({ operations: allBut(name) });
    const token = await serverToken(outside, { operations: [name] });
    const refused = await writingNothing(playerId, () => send({}, { token }));
    expect([codeOf(refused), refused.errors?.[0]?.message]).toEqual([
      'FORBIDDEN',
      'This game server may not call the operation',
    ]);
    const inside = await registerServer({ operations: [name] });
    expect(codeOf(await send({}, { token: await serverToken(inside) }))).toBe('answered');
  });
});
