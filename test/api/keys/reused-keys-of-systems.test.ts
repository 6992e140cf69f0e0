/** Row: the same key with other input. For exchanges, transfers, combat and what is owed, and from one mutation to another. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import {
  announceReward,
  applyDamage,
  claimReward,
  exchange,
  heal,
  manualReward,
  recoverReward,
  resultOf,
  reverseClaim,
  type Sent,
  spendStatPoints,
  transferResource,
} from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  type SendOptions,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';
import { expectReuse, type Pair } from './expect-reuse.ts';

let [friend, other, server] = ['', '', ''];
beforeAll(async () => {
  await serveExample();
  [friend, other, server] = [await seasonedPlayer(), await seasonedPlayer(), await serverToken()];
});

type Mutation = (input: object, options: SendOptions) => Promise<Sent>;

/** A seasoned player with 500 lumees, who is owed chest-1 and chest-2. */
async function createPlayer(): Promise<string> {
  const playerId = await seasonedPlayer();
  await claimReward({ type: 'weekly_chest', playerId }, { token: server });
  for (const key of ['chest-1', 'chest-2'])
    await announceReward({ type: 'arena_chest', key, playerId }, { token: server });
  return playerId;
}

const names = (mutation: Mutation, pairs: readonly Pair[]) =>
  it.each(pairs)('names $fields ($second)', async (pair) => {
    const playerId = await createPlayer();
    const ask = (input: object) => mutation({ playerId, ...input }, { token: server });
    await expectReuse(pair, { playerId, ask });
  });

describe('same key, other input: exchange', () => {
  const drop = { exchange: 'drop' };
  names(exchange, [
    { fields: ['exchange'], first: drop, second: { exchange: 'training' } },
    { fields: ['exchange'], first: drop, second: { exchange: 'no_such_exchange' } },
    { fields: ['quantity'], first: drop, second: { ...drop, quantity: 2 } },
    { fields: ['exchange', 'quantity'], first: drop, second: { exchange: 'buy_summon_token', quantity: 3 } },
    { fields: ['expectedVersion'], first: drop, second: { ...drop, expectedVersion: 4 } },
  ]);
});

describe('same key, other input: transferResource', () => {
  const gift = { resource: 'lumees', amount: 5, toPlayerId: 'friend' };
  /** Their names are known when the test runs. */
  const to = (input: object) => {
    const people: Record<string, string> = { friend, other };
    const { toPlayerId } = input as typeof gift;
    return { ...input, toPlayerId: people[toPlayerId] ?? toPlayerId };
  };
  names(
    (input, options) => transferResource(to(input), options),
    [
      { fields: ['toPlayerId'], first: gift, second: { ...gift, toPlayerId: 'other' } },
      { fields: ['toPlayerId'], first: gift, second: { ...gift, toPlayerId: 'nobody-at-all' } },
      { fields: ['resource'], first: gift, second: { ...gift, resource: 'shards:fire' } },
      { fields: ['resource'], first: gift, second: { ...gift, resource: 'auric_coins' } },
      { fields: ['amount'], first: gift, second: { ...gift, amount: 6 } },
      { fields: ['amount'], first: gift, second: { ...gift, amount: 9_000 } },
      { fields: ['expectedVersion'], first: gift, second: { ...gift, expectedVersion: 4 } },
    ],
  );
});

describe.each([
  ['applyDamage', applyDamage],
  ['heal', heal],
])('same key, other input: %s', (_, mutation) => {
  const points = { amount: 5, source: 'battle-1' };
  names(mutation, [
    { fields: ['amount'], first: points, second: { ...points, amount: 6 } },
    { fields: ['source'], first: points, second: { ...points, source: 'battle-2' } },
    { fields: ['source'], first: points, second: { amount: 5 } },
    { fields: ['expectedVersion'], first: points, second: { ...points, expectedVersion: 4 } },
  ]);
});

describe('same key, other input: announceReward', () => {
  const battle = { type: 'pve_victory', key: 'battle-1', facts: { difficulty: 'hard', enemy_level: 20 } };
  names(announceReward, [
    { fields: ['key'], first: battle, second: { ...battle, key: 'battle-2' } },
    { fields: ['type'], first: battle, second: { ...battle, type: 'no_such_type' } },
    {
      fields: ['facts'],
      first: battle,
      second: { ...battle, facts: { difficulty: 'hard', enemy_level: 21 } },
    },
    { fields: ['facts', 'type'], first: battle, second: { type: 'arena_chest', key: 'battle-1' } },
  ]);
});

describe('same key, other input: recoverReward', () => {
  const chest = { type: 'arena_chest', key: 'chest-1', reason: 'the client never came back' };
  names(recoverReward, [
    { fields: ['key'], first: chest, second: { ...chest, key: 'chest-2' } },
    { fields: ['type'], first: chest, second: { ...chest, type: 'pve_victory' } },
    { fields: ['reason'], first: chest, second: { ...chest, reason: null } },
    { fields: ['reason'], first: chest, second: { ...chest, reason: 'the client came back' } },
  ]);
});

/** One request for each mutation, sound in itself. */
const REQUESTS: readonly {
  name: string;
  mutation: Mutation;
  as: 'player' | 'server' | 'staff';
  input: object;
}[] = [
  { name: 'claimReward', mutation: claimReward, as: 'server', input: { type: 'daily_quest' } },
  {
    name: 'manualReward',
    mutation: manualReward,
    as: 'staff',
    input: { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' },
  },
  { name: 'spendStatPoints', mutation: spendStatPoints, as: 'player', input: { energy: 1 } },
  {
    name: 'reverseClaim',
    mutation: reverseClaim,
    as: 'staff',
    input: { claimId: '00000000-0000-4000-8000-000000000000', reason: 'for the tests' },
  },
  { name: 'exchange', mutation: exchange, as: 'server', input: { exchange: 'drop' } },
  {
    name: 'transferResource',
    mutation: transferResource,
    as: 'server',
    input: { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 1 },
  },
  { name: 'applyDamage', mutation: applyDamage, as: 'server', input: { amount: 5 } },
  { name: 'heal', mutation: heal, as: 'server', input: { amount: 5 } },
  {
    name: 'announceReward',
    mutation: announceReward,
    as: 'server',
    input: { type: 'arena_chest', key: 'chest-3' },
  },
  {
    name: 'recoverReward',
    mutation: recoverReward,
    as: 'server',
    input: { type: 'arena_chest', key: 'chest-1' },
  },
];

describe('same key, another mutation', () => {
  it.each(REQUESTS)('names the mutation where the key belongs to $name', async (first) => {
    const playerId = await createPlayer();
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    const tokens = { server, staff, player: await playerToken(playerId) };
    const idempotencyKey = freshKey();
    const ask = ({ mutation, as, input }: (typeof REQUESTS)[number]) => {
      const whose = as === 'player' ? {} : { playerId };
      return mutation({ ...input, ...whose, idempotencyKey }, { token: tokens[as] });
    };
    const outcome = resultOf(await ask(first));
    for (const second of REQUESTS.filter(({ name }) => name !== first.name)) {
      const refusal = resultOf(await writingNothing(playerId, () => ask(second)));
      expect([second.name, refusal]).toMatchObject([
        second.name,
        { __typename: 'IdempotencyKeyReused', fields: ['mutation'], correlationId: outcome.correlationId },
      ]);
    }
  });
});
