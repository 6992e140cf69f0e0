import { getNamedType, isLeafType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

const ACTORS = [
  'anonymous',
  'self',
  'another player',
  'server',
  'support',
  'economist',
  'auditor',
  'admin',
  'disabled',
] as const;
type ActorName = (typeof ACTORS)[number];
/** A letter for each of ACTORS: answered (o), UNAUTHENTICATED (A) or FORBIDDEN (F). */
const VERDICTS = { o: 'ok', A: 'UNAUTHENTICATED', F: 'FORBIDDEN' } as const;

const cup = () => ({ ...victory, playerId, key: fresh('cup') });
const drop = () => ({ playerId, exchange: 'drop' });
const reason = () => fresh('reason');
/** As the input of a mutation: with a key of its own. */
const keyed = (input: () => object) => () => ({ input: { ...input(), idempotencyKey: freshKey() } });

/**
 * Who may do what: a row for each operation of the schema, with a sound input for it and a verdict for each of ACTORS. A new
 * operation needs a row here and nothing else.
 */
const MATRIX: Record<string, readonly [input: () => object, verdicts: string]> = {
  'Query.me': [() => ({}), 'A o o F F F F F F'],
  'Query.player': [() => ({ id: playerId }), 'A o F o o o o o F'],
  'Query.ledger': [() => ({ playerId }), 'A o F o o o o o F'],
  'Query.claims': [() => ({ playerId }), 'A o F o o o o o F'],
  'Query.claim': [() => ({ playerId, type: 'tournament_reward', key: 'cup-0' }), 'A o F o o o o o F'],
  'Query.trace': [() => ({ correlationId: 'a-correlation-id' }), 'A o o o o o o o F'],
  'Query.balanceConfig': [() => ({}), 'A F F o o o o o F'],
  'Query.integrity': [() => ({ players: 1 }), 'A F F F o o o o F'],
  'Query.pendingRewards': [() => ({ filter: { playerId } }), 'A o F o o o o o F'],
  // As the mutations: facts are for those who may state them, and nobody sees what they may not make.
  'Query.previewClaim': [() => ({ input: cup() }), 'A F F o o F F o F'],
  'Query.previewExchange': [() => ({ input: drop() }), 'A o F o F F F F F'],
  'Mutation.claimReward': [keyed(cup), 'A F F o o F F o F'],
  'Mutation.manualReward': [
    keyed(() => ({ playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: reason() })),
    'A F F F o F F o F',
  ],
  'Mutation.reverseClaim': [
    keyed(() => ({ playerId, claimId: '00000000-0000-4000-8000-000000000000', reason: reason() })),
    'A F F F o F F o F',
  ],
  'Mutation.spendStatPoints': [keyed(() => ({ energy: 1 })), 'A o o F F F F F F'],
  'Mutation.exchange': [keyed(drop), 'A o F o F F F F F'],
  'Mutation.transferResource': [
    keyed(() => ({ playerId, toPlayerId: 'somebody-else', resource: 'lumees', amount: 1 })),
    'A o F o F F F F F',
  ],
  'Mutation.applyDamage': [keyed(() => ({ playerId, amount: 1 })), 'A F F o F F F F F'],
  'Mutation.heal': [keyed(() => ({ playerId, amount: 1 })), 'A F F o F F F F F'],
  'Mutation.announceReward': [keyed(cup), 'A F F o F F F F F'],
  'Mutation.recoverReward': [
    keyed(() => ({ playerId, type: victory.type, key: 'never-announced', reason: reason() })),
    'A F F o o F F o F',
  ],
};

const operations = (['Query', 'Mutation'] as const).flatMap((root) => {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(type?.getFields() ?? {}).map((field) => ({ root, field }));
});

/** The operation with a variable for each argument that the row gives. */
function documentOf(operation: string, given: object): string {
  const [root, name] = operation.split('.');
  const field = operations.find((each) => each.root === root && each.field.name === name)?.field;
  if (!field) throw new Error(`the schema has no ${operation}`);
  const args = field.args.filter((arg) => arg.name in given);
  const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const inBrackets = (text: string) => text && `(${text})`;
  const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
  return `${root === 'Query' ? 'query' : 'mutation'}${inBrackets(declared)} { ${name}${inBrackets(passed)} ${selection} }`;
}

let playerId: string;
let asked = 0;
const tokens = new Map<ActorName, string | undefined>();
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  tokens.set('anonymous', undefined).set('self', await playerToken(playerId));
  tokens.set('another player', await playerToken(fresh('player'))).set('server', await serverToken());
  for (const role of ['support', 'economist', 'auditor', 'admin'] as const) {
    tokens.set(role, await staffToken(await addStaffMember(fresh('staff'), { role })));
  }
  const disabled = await addStaffMember(fresh('staff'), { role: 'admin' });
  await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${disabled}`;
  tokens.set('disabled', await staffToken(disabled));
});

describe('the permission matrix', () => {
  it('has a row for every operation of the schema, and for no other', () => {
    expect(operations.length).toBeGreaterThan(0);
    expect(Object.keys(MATRIX).sort()).toEqual(
      operations.map(({ root, field }) => `${root}.${field.name}`).sort(),
    );
    for (const [, verdicts] of Object.values(MATRIX))
      expect(verdicts).toMatch(new RegExp(`^[oAF]( [oAF]){${ACTORS.length - 1}}$`));
    expect(schema.getSubscriptionType()).toBeUndefined();
  });

  const cells = Object.entries(MATRIX).flatMap(([operation, [input, verdicts]]) =>
    ACTORS.map((actor, column) => ({
      operation,
      input,
      actor,
      verdict: VERDICTS[verdicts.split(' ')[column] as keyof typeof VERDICTS],
    })),
  );

  it.each(cells)('$operation by $actor: $verdict', async ({ operation, input, actor, verdict }) => {
    const name = String(operation.split('.')[1]);
    const given = input();
    const ask = () => send(documentOf(operation, given), given, { token: tokens.get(actor) });
    const { data, errors } = await (verdict === 'ok' ? ask() : writingNothing(playerId, ask));
    expect(errors?.[0]?.extensions.code ?? (data[name] === null ? 'null' : 'ok')).toBe(verdict);
    if (errors) expect(data?.[name] ?? null).toBeNull();
    asked += 1;
  });

  it('was asked whole: every operation by everybody', () => {
    expect(asked).toBe(operations.length * ACTORS.length);
  });
});
