/**
 * One ready request for each operation and each kind of actor that its definition allows. The input is the definition's example;
 * PREPARATIONS adds what an example cannot say. A new operation whose example works for a seasoned player needs no entry.
 */
import type { ActorKind } from '../../../src/domain/actor.ts';
import { OPERATIONS } from '../../../src/resolvers/schema.ts';
import { campaignThatIs, closedList, named, newCampaign, openList } from './campaigns.ts';
import {
  type Answer,
  asServer,
  asStaff,
  call,
  inputFieldsOf,
  type MutationName,
  type OperationName,
  operationNamed,
  type QueryName,
  type ResultOf,
  receiptOf,
  takesKey,
} from './client.ts';
import { createCode } from './codes.ts';
import { ON_ENDPOINTS } from './endpoints.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import { newPublication, newRollback, scheduledVersion } from './publications.ts';
import { newRanking, rankedList, rankingThatIs } from './rankings.ts';
import type { Receipt } from './schema-types.ts';
import { ON_SERVERS } from './servers.ts';
import {
  fresh,
  freshKey,
  playerToken,
  type SendOptions,
  serverToken,
  staffToken,
  ticket,
} from './service.ts';
import { newRole, ON_MEMBERS } from './staff.ts';
import { ON_UNDOS } from './undo.ts';

/** A tournament that was won: 500 experience and min(150, 16 × 4) auric coins by the example config. */
export const victory = { type: 'tournament_reward', facts: { rank: 1, participants: 16 } } as const;

/** A claim for which players have tickets. */
export const TOWER = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } } as const;

export function towerTicket(playerId: string, contents: object = {}): Promise<string> {
  return ticket({ playerId, ...TOWER, ...contents });
}

/** A player at version 1, with 500 experience (level 3), 64 auric coins and six stat points by the example config. */
export async function seasonedPlayer(): Promise<string> {
  const playerId = fresh('player');
  receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-0' }));
  return playerId;
}

export interface Scene<Name extends OperationName> {
  /** Such as "claimReward by a player". */
  readonly name: string;
  readonly operation: Name;
  readonly actor: ActorKind;
  /** The input for any player. Only `prepare` makes sure that it is granted. */
  readonly inputFor: (playerId: string, receipts?: readonly Receipt[]) => Promise<object>;
  readonly prepare: () => Promise<PreparedScene<Name>>;
}

/** Each has a player of its own, and a staff member of its own where staff act. */
export interface PreparedScene<Name extends OperationName> {
  readonly playerId: string;
  /** The subject of the token. */
  readonly actorId: string;
  readonly token: string;
  /** Without an idempotency key. */
  readonly input: object;
  readonly idempotencyKey: string;
  /** The player's version once the request is granted. An announcement leaves it. */
  readonly version: number;
  /** The number of the player's granted claims once the request is granted. */
  readonly granted: number;
  /** Sends the request with the scene's own key. `over` changes the input, the key included. */
  readonly send: (over?: object, options?: SendOptions) => Promise<Answer<ResultOf<Name>>>;
}

interface Preparation {
  /** Requests that must be granted first. */
  readonly before?: readonly ((playerId: string) => Promise<Answer<ResultOf<MutationName>>>)[];
  /** Changes the example. */
  readonly input?: (world: World) => object | Promise<object>;
}

interface World {
  readonly playerId: string;
  readonly actor: ActorKind;
  /** Of the requests that were granted first. */
  readonly receipts: readonly Receipt[];
}

/** 500 lumees and a summon token. */
const weeklyChest = (playerId: string) => asServer().claimReward({ type: 'weekly_chest', playerId });

/** The price of a summon token, and the purchase, which servers may reverse. */
const coins = async (playerId: string) => {
  const grants = [{ resource: 'auric_coins', amount: 300 }];
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return staff.manualReward({ playerId, grants, reason: 'for a purchase' });
};
const purchase = (playerId: string) => asServer().exchange({ exchange: 'buy_summon_token', playerId });

/** A proposal that another member made, and that everybody who decides about proposals may approve. */
export async function newProposal(permission = 'proposal:decide'): Promise<number> {
  const by = await addStaffMember(fresh('proposer'), { role: 'economist' });
  const [row] = await owner`
    SELECT onceward.propose('test', ${fresh('subject')}, 'digest', ${permission}, '{}',
                            onceward.register_actor('staff', ${by})) AS no`;
  return Number(row?.no);
}

/** By the name of a scene or of an operation. */
const PREPARATIONS: Readonly<Record<string, Preparation>> = {
  claimReward: { input: () => ({ ...victory, key: 'cup-1' }) },
  'claimReward by a player': {
    input: async ({ playerId }) => ({ type: TOWER.type, ticket: await towerTicket(playerId) }),
  },
  // A level and a tier are reached as well.
  manualReward: {
    input: () => ({
      grants: [
        { resource: 'lifetime_points', amount: 1200 },
        { resource: 'experience', amount: 200 },
      ],
    }),
  },
  'manualReward by a server': {
    input: () => ({ grants: [{ resource: 'lumees', amount: 100 }], rewardId: 'promo-1' }),
  },
  // Each position of a ranking is paid once.
  payoutRanking: { input: () => ({ key: fresh('week') }) },
  exchange: { before: [weeklyChest] },
  // Paid out of regeneration, without a draw.
  'exchange by a player': { before: [], input: () => ({ exchange: 'drop' }) },
  transferResource: { before: [weeklyChest] },
  spendResource: { before: [weeklyChest] },
  takeResource: { before: [weeklyChest] },
  // More than is missing.
  heal: {
    before: [(playerId) => asServer().applyDamage({ playerId, amount: 90 })],
    input: () => ({ amount: 200 }),
  },
  collectRewards: {
    before: [(playerId) => asServer().announceReward({ playerId, type: 'arena_chest', key: 'chest-1' })],
  },
  'announceReward by staff': { input: () => ({ reason: 'an apology' }) },
  recoverReward: {
    before: [
      (playerId) =>
        asServer().announceReward({
          playerId,
          type: 'pve_victory',
          key: 'battle-1',
          facts: { difficulty: 'hard', enemy_level: 20 },
        }),
    ],
  },
  'recoverReward by a server': { input: () => ({ reason: null }) },
  reverseClaim: {
    before: [weeklyChest],
    input: ({ receipts }) => (receipts.length > 0 ? { claimId: receipts.at(-1)?.claim.id } : {}),
  },
  redeemCode: { input: async () => ({ code: await createCode({ uses: 1_000 }) }) },
  'reverseClaim by a server': { before: [coins, purchase] },
  claim: { input: () => ({ type: victory.type, key: 'cup-0' }) },
  attempt: {
    before: [weeklyChest],
    input: ({ receipts: [it] }) => (it ? { idempotencyKey: it.claim.idempotencyKey } : {}),
  },
  pendingRewards: { input: ({ playerId }) => ({ filter: { playerId } }) },
  integrity: { input: () => ({ players: 1 }) },
  // Codes of the same seed exist already.
  createCodes: { input: () => ({ seed: fresh('a-seed-of-codes') }) },
  ...ON_ENDPOINTS,
  ...ON_UNDOS,
  campaign: { input: async () => ({ id: (await newCampaign([fresh('player')])).id }) },
  createList: {
    input: () => ({
      name: named('list'),
      query: {
        balances: [{ resource: 'lumees', atLeast: 1 }],
        sources: [{ resource: 'skill:passing', key: 'match/1' }],
      },
    }),
  },
  uploadListChunk: {
    input: async () => ({
      listId: await openList(),
      rows: [{ playerId: fresh('player'), gives: [{ resource: 'lumees', amount: 5 }] }],
    }),
  },
  'createList by a server': { input: () => ({ name: named('list') }) },
  'uploadListChunk by a server': {
    input: async () => ({
      listId: await openList(null, [], asServer()),
      rows: [{ playerId: fresh('player'), rank: 1 }],
    }),
  },
  'closeList by a server': {
    input: async () => ({ listId: await openList(null, [{ playerId: fresh('player') }], asServer()) }),
  },
  // Staff act on what servers made.
  createRanking: { input: async () => ({ key: fresh('week'), listId: await rankedList([fresh('player')]) }) },
  retryRanking: { input: async () => ({ rankingId: await rankingThatIs('unsettled') }) },
  cancelRanking: { input: async () => ({ rankingId: await rankingThatIs('unsettled') }) },
  ranking: { input: async () => ({ id: (await newRanking([fresh('player')])).id }) },
  fillList: { input: async () => ({ listId: await openList({}) }) },
  closeList: { input: async () => ({ listId: await openList(null, [{ playerId: fresh('player') }]) }) },
  createCampaign: {
    input: async () => ({
      name: named('campaign'),
      listId: await closedList(),
      announce: { title: 'A gift for everybody' },
    }),
  },
  checkCampaign: { input: async () => ({ campaignId: await campaignThatIs('ready') }) },
  runCampaign: { input: async () => ({ campaignId: await campaignThatIs('ready') }) },
  pauseCampaign: { input: async () => ({ campaignId: await campaignThatIs('running') }) },
  resumeCampaign: { input: async () => ({ campaignId: await campaignThatIs('paused') }) },
  cancelCampaign: { input: async () => ({ campaignId: await campaignThatIs('paused') }) },
  publishBalanceConfig: { input: newPublication },
  rollBackBalanceConfig: { input: newRollback },
  cancelScheduledConfig: { input: async () => ({ version: await scheduledVersion() }) },
  addStaffMember: { input: () => ({ staffId: fresh('member') }) },
  ...ON_MEMBERS,
  ...ON_SERVERS,
  createRole: { input: () => ({ name: named('role') }) },
  changeRole: { input: async () => ({ name: await newRole() }) },
  deleteRole: { input: async () => ({ name: await newRole() }) },
  approveProposal: { input: async () => ({ proposalId: await newProposal() }) },
  withdrawProposal: { input: async () => ({ proposalId: await newProposal() }) },
  previewExchange: { before: [weeklyChest] },
  'previewManualReward by a server': {
    input: () => ({ grants: [{ resource: 'lumees', amount: 100 }], rewardId: 'promo-1' }),
  },
  previewTakeResource: { before: [weeklyChest] },
  previewReverseClaim: {
    before: [weeklyChest],
    input: ({ receipts }) => (receipts.length > 0 ? { claimId: receipts.at(-1)?.claim.id } : {}),
  },
  'previewReverseClaim by a server': { before: [coins, purchase] },
};

function sceneOf<Name extends OperationName>(operation: Name, actor: ActorKind): Scene<Name> {
  const name = `${operation} by ${actor === 'staff' ? 'staff' : `a ${actor}`}`;
  const { before = [], input: change }: Preparation = { ...PREPARATIONS[operation], ...PREPARATIONS[name] };
  const inputFor: Scene<Name>['inputFor'] = async (playerId, receipts = []) => ({
    ...(await exampleFor(operation, actor, playerId)),
    ...(await change?.({ playerId, actor, receipts })),
  });
  const prepare = async (): Promise<PreparedScene<Name>> => {
    const playerId = await seasonedPlayer();
    const receipts: Receipt[] = [];
    for (const precede of before) receipts.push(receiptOf(await precede(playerId)));
    const { actorId, token } = await newActor(actor, playerId);
    const input = await inputFor(playerId, receipts);
    const idempotencyKey = freshKey();
    const keys = takesKey(operation) ? { idempotencyKey } : {};
    const send: PreparedScene<Name>['send'] = async (over = {}, options = {}) => {
      const answer = await call(operation, { ...keys, ...input, ...over }, { token, ...options });
      return answer as Answer<ResultOf<Name>>;
    };
    const operations = [...receipts.map(({ claim }) => claim.operation), operation];
    const announcements = operations.filter((name) => name === 'announceReward').length;
    const granted = 1 + operations.length;
    const version = granted - announcements;
    return { playerId, actorId, token, input, idempotencyKey, version, granted, send };
  };
  return { name, operation, actor, inputFor, prepare };
}

async function newActor(actor: ActorKind, playerId: string): Promise<{ actorId: string; token: string }> {
  if (actor === 'player') return { actorId: playerId, token: await playerToken(playerId) };
  if (actor === 'server') return { actorId: 'arena-1', token: await serverToken('arena-1') };
  // Admins may do what any member may.
  const actorId = await addStaffMember(fresh('staff'), { role: 'admin' });
  return { actorId, token: await staffToken(actorId) };
}

/** The example of a definition speaks of player-1 and may speak of player-2: here the player and another seasoned one. */
async function exampleFor(operation: OperationName, actor: ActorKind, playerId: string): Promise<object> {
  const text = JSON.stringify(operationNamed(operation).example).replaceAll('"player-1"', `"${playerId}"`);
  const other = text.includes('"player-2"') ? await seasonedPlayer() : '';
  const { input, ...args } = JSON.parse(text.replaceAll('"player-2"', `"${other}"`));
  // The example of a query holds its arguments, the one of a mutation its input.
  const example = { ...args, ...input };
  const namesPlayer = actor !== 'player' && inputFieldsOf(operation).some(({ name }) => name === 'playerId');
  return namesPlayer ? { playerId, ...example } : example;
}

function scenesOf<Name extends OperationName>(
  isOne: (operation: (typeof OPERATIONS)[number]) => boolean,
): Scene<Name>[] {
  return OPERATIONS.filter(isOne).flatMap(({ name, actors }) =>
    actors.map((actor) => sceneOf(name as Name, actor)),
  );
}

/** One for each action of staff. They concern no player. */
export const ACTIONS: readonly Scene<MutationName>[] = scenesOf(({ root }) => root === 'action');
/** One for each mutation of one claim and kind of actor. */
export const SCENES: readonly Scene<MutationName>[] = scenesOf(
  (operation) => operation.root === 'mutation' && !operation.isBulk,
);
/** One for each mutation of several claims and kind of actor: one of its items is the player's. */
export const BULKS: readonly Scene<MutationName>[] = scenesOf(
  (operation) => operation.root === 'mutation' && operation.isBulk,
);
/** One for each query, and mutation without a key, and kind of actor. */
export const READS: readonly Scene<QueryName>[] = scenesOf(({ root }) => root === 'query' || root === 'mark');
