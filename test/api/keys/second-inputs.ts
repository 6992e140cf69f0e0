/** Pairs of inputs that are sent with one key: what a scene of an operation cannot vary field by field. */
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  type MutationName,
  type ResultOf,
  receiptOf,
} from '../../support/worker/client.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, TOWER, towerTicket, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

export type Answered = Promise<Answer<ResultOf<MutationName>>>;

export interface World {
  readonly playerId: string;
  readonly other: string;
  readonly key: string;
  readonly player: Client;
  readonly server: Client;
  readonly staff: Client;
}

/** A seasoned player with 500 lumees and two pending rewards. */
export async function createWorld(): Promise<World> {
  const playerId = await seasonedPlayer();
  const server = asServer();
  receiptOf(await server.claimReward({ type: 'weekly_chest', playerId }));
  for (const key of ['chest-1', 'chest-2'])
    receiptOf(await server.announceReward({ type: 'arena_chest', key, playerId }));
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const other = await seasonedPlayer();
  return { playerId, other, key: freshKey(), player: asPlayer(playerId), server, staff };
}

type Request<Input> = (world: World, input: Input) => Answered;
interface Series<Input> {
  readonly name: string;
  readonly send: Request<Input>;
  readonly first: Input;
  /** The fields that differ, joined by commas, and the input. */
  readonly seconds: readonly (readonly [fields: string, input: Input])[];
}

/** Checks at compile time that the inputs fit the request. */
function series<Input>(one: Series<Input>): Series<never> {
  return one as unknown as Series<never>;
}

const cup = { ...victory, key: 'one' };
const slip = { type: 'rating_slip', key: 'two', facts: { minutes: 60, average_bet: 1000 } };
const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' };
type ClaimInput = Omit<Parameters<Client['claimReward']>[0], 'playerId'>;
const claim: Request<ClaimInput> = ({ server, playerId, key }, input) =>
  server.claimReward({ playerId, ...input }, { key });
type AwardInput = Omit<Parameters<Client['manualReward']>[0], 'playerId'>;
const give: Request<AwardInput> = ({ staff, playerId, key }, input) =>
  staff.manualReward({ playerId, ...input }, { key });
const spend: Request<Record<string, number>> = ({ player, key }, points) =>
  player.spendStatPoints(spending(points), { key });

export const SERIES = [
  series({
    name: 'claimReward by a server',
    send: claim,
    first: cup,
    seconds: [
      ['facts, type', { ...cup, type: slip.type, facts: slip.facts }],
      ['expectedVersion, facts, key, type', { ...slip, expectedVersion: 2 }],
    ],
  }),
  series({
    name: 'claimReward of a calendar claim',
    send: claim,
    first: { type: 'daily_quest' },
    seconds: [
      ['type', { type: 'weekly_chest' }],
      ['key', { type: 'daily_quest', key: 'today' }],
      ['facts', { type: 'daily_quest', facts: { x: 1 } }],
    ],
  }),
  series({
    name: 'claimReward with an expectedVersion',
    send: claim,
    first: { ...cup, expectedVersion: 2 },
    seconds: [
      ['expectedVersion', cup],
      ['expectedVersion', { ...cup, expectedVersion: 5 }],
    ],
  }),
  series({
    name: 'claimReward by a player, with tickets',
    send: async (
      { player, playerId, key },
      { contents, key: claimKey }: { contents: object; key?: string },
    ) => {
      const { type } = { ...TOWER, ...contents };
      return player.claimReward(
        { type, ticket: await towerTicket(playerId, contents), key: claimKey ?? null },
        { key },
      );
    },
    first: { contents: {} },
    seconds: [
      ['ticket', { contents: { key: 'tower-2' } }],
      ['ticket, type', { contents: { type: 'daily_quest_bonus', facts: {} } }],
      ['key', { contents: {}, key: TOWER.key }],
    ],
  }),
  series({
    name: 'claimReward by a player, of a calendar claim',
    send: async ({ player, playerId, key }, { isSigned }: { isSigned: boolean }) => {
      const type = 'daily_quest';
      const proof = isSigned ? { ticket: await ticket({ playerId, type, key: 'today' }) } : {};
      return player.claimReward({ type, ...proof }, { key });
    },
    first: { isSigned: false },
    seconds: [['ticket', { isSigned: true }]],
  }),
  series({
    name: 'manualReward',
    send: give,
    first: award,
    seconds: [
      ['reason', { ...award, reason: 'for the tests.' }],
      ['grants', { ...award, grants: [{ resource: 'auric_coins', amount: 5 }] }],
      ['grants', { ...award, grants: [...award.grants, { resource: 'auric_coins', amount: 5 }] }],
      ['grants', { ...award, grants: [{ resource: 'nonsense', amount: 5 }] }],
    ],
  }),
  series({
    name: 'manualReward with a rewardId',
    send: give,
    first: { ...award, rewardId: 'promo-1' },
    seconds: [['rewardId', { ...award, rewardId: 'promo-2' }]],
  }),
  series({
    name: 'spendStatPoints',
    send: spend,
    first: { energy: 1 },
    seconds: [
      ['points', { energy: 1, stamina: 1 }],
      ['points', { energy: 2 }],
      ['points', { energy: 1, health: 1_000_000 }],
      ['points', { nonsense: 1 }],
    ],
  }),
  series({
    name: 'exchange',
    send: ({ player, key }, input: Parameters<Client['exchange']>[0]) => player.exchange(input, { key }),
    first: { exchange: 'drop' },
    seconds: [
      ['exchange', { exchange: 'training' }],
      ['exchange, quantity', { exchange: 'buy_summon_token', quantity: 3 }],
    ],
  }),
  series({
    name: 'transferResource',
    send: ({ player, other, key }, { to, ...input }: { to?: string; resource: string; amount: number }) =>
      player.transferResource({ ...input, toPlayerId: to ?? other }, { key }),
    first: { resource: 'lumees', amount: 5 },
    seconds: [
      ['toPlayerId', { resource: 'lumees', amount: 5, to: 'nobody-at-all' }],
      ['resource', { resource: 'shards:fire', amount: 5 }],
      ['resource', { resource: 'auric_coins', amount: 5 }],
      ['amount', { resource: 'lumees', amount: 9_000 }],
    ],
  }),
  series({
    name: 'spendResource',
    send: ({ server, playerId, key }, input: { resource: string; amount: number; reason: string }) =>
      server.spendResource({ playerId, ...input }, { key }),
    first: { resource: 'lumees', amount: 5, reason: 'entry fee' },
    seconds: [
      ['amount', { resource: 'lumees', amount: 6, reason: 'entry fee' }],
      ['reason, resource', { resource: 'nonsense', amount: 5, reason: 'another fee' }],
    ],
  }),
  series({
    name: 'takeResource',
    send: ({ staff, playerId, key }, input: Omit<Parameters<Client['takeResource']>[0], 'playerId'>) =>
      staff.takeResource({ playerId, ...input }, { key }),
    first: { resource: 'lumees', amount: 5, reason: 'given twice' },
    seconds: [
      ['amount', { resource: 'lumees', amount: 6, reason: 'given twice' }],
      ['ifInsufficient', { resource: 'lumees', amount: 5, reason: 'given twice', ifInsufficient: 'DEBT' }],
      ['reason, resource', { resource: 'nonsense', amount: 5, reason: 'another reason' }],
    ],
  }),
  series({
    name: 'applyDamage',
    send: ({ server, playerId, key }, input: { amount: number; source?: string }) =>
      server.applyDamage({ playerId, ...input }, { key }),
    first: { amount: 5, source: 'battle-1' },
    seconds: [['source', { amount: 5 }]],
  }),
  series({
    name: 'heal',
    send: ({ server, playerId, key }, input: { amount: number; source?: string }) =>
      server.heal({ playerId, ...input }, { key }),
    first: { amount: 5, source: 'battle-1' },
    seconds: [['source', { amount: 5 }]],
  }),
  series({
    name: 'announceReward',
    send: ({ server, playerId, key }, input: Omit<Parameters<Client['announceReward']>[0], 'playerId'>) =>
      server.announceReward({ playerId, ...input }, { key }),
    first: { type: 'pve_victory', key: 'battle-1', facts: { difficulty: 'hard', enemy_level: 20 } },
    seconds: [
      ['facts', { type: 'pve_victory', key: 'battle-1', facts: { difficulty: 'hard', enemy_level: 21 } }],
      ['facts, type', { type: 'arena_chest', key: 'battle-1' }],
      [
        'expiresAt, text, title',
        {
          ...{ type: 'pve_victory', key: 'battle-1', facts: { difficulty: 'hard', enemy_level: 20 } },
          ...{ title: 'Well done', text: 'For you', expiresAt: '2030-01-01T00:00:00Z' },
        },
      ],
    ],
  }),
  series({
    name: 'recoverReward',
    send: ({ server, playerId, key }, input: Omit<Parameters<Client['recoverReward']>[0], 'playerId'>) =>
      server.recoverReward({ playerId, ...input }, { key }),
    first: { type: 'arena_chest', key: 'chest-1', reason: 'the client never came back' },
    seconds: [
      ['key', { type: 'arena_chest', key: 'chest-2', reason: 'the client never came back' }],
      ['type', { type: 'pve_victory', key: 'chest-1', reason: 'the client never came back' }],
      ['reason', { type: 'arena_chest', key: 'chest-1' }],
    ],
  }),
];
