/** Breakers: what they hold back, for staff who release or drop it, and each bound with what was given in the hour. */
import { BREAKER_SCOPES } from '../domain/breakers.ts';
import {
  DROP_REWARDS,
  decideDropRewards,
  decideReleaseRewards,
  MAX_SETTLED,
  RELEASE_REWARDS,
} from '../domain/release-rewards.ts';
import {
  type BreakerState,
  type HeldReward as HeldRewardRow,
  heldCursor,
  isHeldCursor,
  readBreakers,
  readHeld,
} from '../ledger/read-breakers.ts';
import { builder } from '../schema/builder.ts';
import type { InputFields } from '../schema/inputs.ts';
import { ResourceAmount } from '../schema/preview.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, defineQuery, PAGE } from './define-query.ts';

interface SettlementShape {
  readonly settled: number;
  readonly waiting: number;
  readonly hasMore: boolean;
}

const HeldSettlement = builder.objectRef<SettlementShape>('HeldSettlement').implement({
  description: 'What became of the held rewards that a request settled.',
  fields: (t) => ({
    settled: t.exposeInt('settled', { description: 'How many were paid, or dropped with their claims.' }),
    waiting: t.exposeInt('waiting', {
      description: 'How many could not be paid, such as at a ceiling: their players can collect them now.',
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description: 'Whether others are held that the request selects. Send it again with a new key.',
    }),
  }),
});

const HeldReceipt = defineReceipt('HeldReceipt', 'settlement', HeldSettlement);

const filterFields = (t: InputFields) => ({
  breaker: t.field({ type: 'ClaimType', description: 'Only what this breaker held back.' }),
  type: t.field({ type: 'ClaimType', description: 'Only of claims of this type, or of this exchange.' }),
  playerId: t.field({
    type: 'PlayerId',
    description: 'Only of this player, also what was held because the player was frozen.',
  }),
  atMost: t.field({
    type: 'PositiveInt',
    description: `How many, the oldest first: 1 to ${MAX_SETTLED}, default ${MAX_SETTLED}.`,
  }),
  reason: t.field({ type: 'Reason', required: true }),
});

export const releaseRewards = defineAction({
  ...RELEASE_REWARDS,
  description: `Staff: pays what breakers held back, or what was held of a frozen player if \`playerId\` is set, as it was decided, up to ${MAX_SETTLED} rewards. Each is paid once, however often it is released, and counts towards no breaker.`,
  input: filterFields,
  receipt: HeldReceipt,
  rejections: ['unknown_player'],
  decide: decideReleaseRewards,
  example: { breaker: 'lumees', reason: 'the formula was right' },
});

export const dropRewards = defineAction({
  ...DROP_REWARDS,
  description: `Staff: reverses claims whose rewards are held, as releaseRewards selects them, up to ${MAX_SETTLED}. Nothing of them is paid.`,
  input: (t) => ({
    ...filterFields(t),
    reopen: t.boolean({
      description:
        'True: the claims can be made again, and give back what they used of limits. Default false.',
    }),
  }),
  receipt: HeldReceipt,
  rejections: ['unknown_player'],
  decide: decideDropRewards,
  example: { breaker: 'lumees', reason: 'the formula paid a thousand times too much', reopen: true },
});

const HeldReward = builder.objectRef<HeldRewardRow>('HeldReward').implement({
  description: 'What a claim gives, held back by a breaker or because its player was frozen.',
  fields: (t) => ({
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    breaker: t.exposeString('breaker', {
      nullable: true,
      description: 'Null: it was held because the player was frozen.',
    }),
    type: t.exposeString('heldType', { description: 'The type of the claim, or its exchange.' }),
    claimId: t.exposeID('announcementId', { description: 'The ID of the claim.' }),
    heldAt: t.expose('announcedAt', { type: 'DateTime' }),
    gives: t.field({
      type: [ResourceAmount],
      description: 'What it pays when it is released. A ceiling may clamp it, and levels add their grants.',
      resolve: ({ gives }) => [...gives],
    }),
    configVersion: t.expose('configVersion', { type: 'SafeInt' }),
  }),
});

const HeldFilterInput = builder.inputType('HeldFilter', {
  description: 'Narrows the list. Fields that are left out do not narrow it.',
  fields: (t) => ({
    breaker: t.field({ type: 'ClaimType', description: 'The name of a breaker.' }),
    type: t.field({ type: 'ClaimType', description: 'The type of the claim, or its exchange.' }),
    playerId: t.field({ type: 'PlayerId' }),
  }),
});

export const heldRewards = defineConnection({
  name: 'heldRewards',
  description: `Staff: what is held back, the oldest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: HeldReward,
  actors: ['staff'],
  permission: 'breaker:release',
  args: (t) => ({ filter: t({ type: HeldFilterInput }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: heldCursor, isValid: isHeldCursor }),
  resolve: ({ filter }, page, { actor, audited, read }) => {
    const { breaker = null, type = null, playerId = null } = filter ?? {};
    const list = audited({ breaker, type, playerId });
    return read((database) => readHeld(database, actor, list, { filter: { breaker, type, playerId }, page }));
  },
  example: { first: 20 },
});

const BreakerScope = builder.enumType('BreakerScope', {
  description: 'What has a bound of its own.',
  values: Object.fromEntries(
    BREAKER_SCOPES.map((scope) => [scope.toUpperCase(), { value: scope }]),
  ) as Record<Uppercase<(typeof BREAKER_SCOPES)[number]>, { value: (typeof BREAKER_SCOPES)[number] }>,
});

const Breaker = builder.objectRef<BreakerState>('Breaker').implement({
  description: 'A breaker of the current balance config, in the running hour of UTC.',
  fields: (t) => ({
    name: t.exposeString('name'),
    per: t.expose('per', { type: BreakerScope }),
    subject: t.exposeString('subject', {
      nullable: true,
      description:
        'The game server or the config version that it counts; null: the whole game, or nothing yet.',
    }),
    bound: t.expose('bound', { type: 'SafeInt' }),
    given: t.expose('given', { type: 'SafeInt', description: 'What was given of it in this hour.' }),
    hour: t.expose('hour', { type: 'DateTime', description: 'When the hour began.' }),
    trippedAt: t.expose('trippedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it first held something back in this hour; null: it has not.',
    }),
  }),
});

export const breakers = defineQuery({
  name: 'breakers',
  description:
    'Staff: the breakers of the current balance config, with what was given in the running hour; at most 500.',
  type: [Breaker],
  nullable: false,
  actors: ['staff'],
  permission: 'alarm:read',
  args: () => ({}),
  resolve: (_, { actor, read }) => read((database) => readBreakers(database, actor)),
  example: {},
});
