import { type GraphQLFieldMap, getNamedType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/schema/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

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
type Verdict = 'ok' | 'null' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'BAD_USER_INPUT' | 'NotEligible';

const A = 'UNAUTHENTICATED';
const F = 'FORBIDDEN';

/** Who may do what: a row for each operation of the schema, a column for each of ACTORS. */
const MATRIX: Record<string, readonly [arguments_: string, selection: string, ...verdicts: Verdict[]]> = {
  'Query.me': ['', '{ id }', A, 'ok', 'ok', F, F, F, F, F, F],
  'Query.player': ['(id: $player)', '{ id }', A, 'ok', F, 'ok', 'ok', 'ok', 'ok', 'ok', F],
  'Query.ledger': [
    '(playerId: $player)',
    '{ edges { cursor } }',
    A,
    'ok',
    F,
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    F,
  ],
  'Query.claims': [
    '(playerId: $player)',
    '{ edges { cursor } }',
    A,
    'ok',
    F,
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    F,
  ],
  'Query.claim': [
    '(playerId: $player, type: "tournament_reward", key: "cup-0")',
    '{ claim { id } }',
    A,
    'ok',
    F,
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    F,
  ],
  'Query.trace': [
    '(correlationId: "a-correlation-id")',
    '{ correlationId }',
    A,
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    F,
  ],
  'Query.balanceConfig': ['', '{ version }', A, F, F, 'ok', 'ok', 'ok', 'ok', 'ok', F],
  'Mutation.claimReward': ['(input: $claim)', '{ __typename }', A, F, F, 'ok', 'ok', F, F, 'ok', F],
  'Mutation.manualReward': ['(input: $award)', '{ __typename }', A, F, F, F, 'ok', F, F, 'ok', F],
  'Mutation.reverseClaim': ['(input: $reversal)', '{ __typename }', A, F, F, F, 'ok', F, F, 'ok', F],
  'Mutation.spendStatPoints': ['(input: $spend)', '{ __typename }', A, 'ok', 'ok', F, F, F, F, F, F],
};

const operations = (['Query', 'Mutation'] as const).flatMap((root) => {
  const fields = (
    root === 'Query' ? schema.getQueryType() : schema.getMutationType()
  )?.getFields() as GraphQLFieldMap<unknown, unknown>;
  return Object.values(fields).map((field) => ({ root, field }));
});

let playerId: string;
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

const TYPES = {
  player: 'PlayerId!',
  claim: 'ClaimRewardInput!',
  award: 'ManualRewardInput!',
  spend: 'SpendStatPointsInput!',
  reversal: 'ReverseClaimInput!',
};

function variables(): Record<keyof typeof TYPES, unknown> {
  return {
    player: playerId,
    claim: { ...victory, playerId, key: fresh('cup'), idempotencyKey: freshKey() },
    award: {
      playerId,
      grants: [{ resource: 'lumees', amount: 1 }],
      reason: fresh('reason'),
      idempotencyKey: freshKey(),
    },
    spend: { energy: 1, idempotencyKey: freshKey() },
    reversal: {
      playerId,
      claimId: '00000000-0000-4000-8000-000000000000',
      reason: fresh('reason'),
      idempotencyKey: freshKey(),
    },
  };
}

describe('the permission matrix', () => {
  it('has a row for every operation of the schema, and for no other', () => {
    expect(Object.keys(MATRIX).sort()).toEqual(
      operations.map(({ root, field }) => `${root}.${field.name}`).sort(),
    );
    for (const [, , ...verdicts] of Object.values(MATRIX)) expect(verdicts).toHaveLength(ACTORS.length);
    expect(schema.getSubscriptionType()).toBeUndefined();
    for (const { field } of operations) expect(getNamedType(field.type).name).toBeTruthy();
  });

  const cells = Object.entries(MATRIX).flatMap(([operation, [asked, selection, ...verdicts]]) =>
    ACTORS.map((actor, column) => ({
      operation,
      asked,
      selection,
      actor,
      verdict: verdicts[column] as Verdict,
    })),
  );

  it.each(cells)('$operation by $actor: $verdict', async ({
    operation,
    asked,
    selection,
    actor,
    verdict,
  }) => {
    const [root, name] = operation.split('.') as ['Query' | 'Mutation', string];
    const used = (Object.keys(TYPES) as (keyof typeof TYPES)[]).filter((variable) =>
      asked.includes(`$${variable}`),
    );
    const declared =
      used.length > 0 ? `(${used.map((variable) => `$${variable}: ${TYPES[variable]}`).join(', ')})` : '';
    const all = variables();
    const { data, errors } = await send(
      `${root.toLowerCase()}${declared} { ${name}${asked} ${selection} }`,
      Object.fromEntries(used.map((variable) => [variable, all[variable]])),
      { token: tokens.get(actor) },
    );
    expect(errors?.[0]?.extensions.code ?? (data[name] === null ? 'null' : 'ok')).toBe(verdict);
    if (errors) expect(data?.[name] ?? null).toBeNull();
  });
});
