/** collectRewards: players collect what is pending for them, and game servers for a player: up to 50 rewards in one call. */
import {
  COLLECT_REWARDS,
  type Collection,
  type CollectRewards,
  decideCollectRewards,
  MAX_COLLECTED,
  wrongIds,
} from '../domain/collect-rewards.ts';
import { type Intent, NO_CONFIG } from '../domain/decide.ts';
import { forbidden } from '../domain/fault.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { ClaimId } from '../domain/values.ts';
import {
  type CollectedOutcome,
  type CollectOutcome,
  collectRewards as send,
} from '../ledger/collect-rewards.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { builder, type RequestContext } from '../schema/builder.ts';
import type { BulkReceipt } from '../schema/bulk.ts';
import { idempotencyKey, optionalPlayerId } from '../schema/inputs.ts';
import type { Rejected } from '../schema/rejections.ts';
import { actingPlayer, authorise, FORBIDDEN, ownId } from './authorise.ts';
import { defineBulkResult, ITEMS_PER_OPERATION, type ItemBase, noteBulk, shapeItem } from './define-bulk.ts';
import { defineInput, type Mutation, noteRejection, shownTo, tooOften } from './define-mutation.ts';
import { FaultError, type Observation, observe, throwIfFault } from './observe.ts';
import type { ItemAnswer } from './send-bulk.ts';
import { sendOperation } from './send-operation.ts';

interface CollectedReward extends ItemBase {
  readonly id: string;
}

type Answer = BulkReceipt<CollectedReward> & { readonly more: boolean };

const DEFINITION = {
  ...COLLECT_REWARDS,
  description: `Players, and game servers for a player: collects pending rewards, each as announced and as a claim of its own. The announcement is the proof: no ticket is needed. A call collects at most ${MAX_COLLECTED}. Which ones is recorded with its key, also with \`all\`: a retry answers for the same rewards.`,
  actors: ['player', 'server'],
  rejections: [
    'player_merged',
    'already_claimed',
    'emission_paused',
    'limit_exceeded',
    'player_frozen',
    'reward_expired',
    'reward_held',
    'unknown_reward',
  ],
} as const;

const Result = defineBulkResult<CollectedReward, Answer>({
  ...DEFINITION,
  itemFields: (t) => ({
    id: t.id({ description: 'As in `inbox`.', resolve: ({ item }) => item.id }),
  }),
  answerFields: (t) => ({
    more: t.exposeBoolean('more', {
      description: 'Whether other rewards are pending. They need a call with a key of its own.',
    }),
  }),
});

const { InputType, complete } = defineInput('CollectRewardsInput', undefined, (t) => ({
  idempotencyKey: idempotencyKey(t),
  ids: t.field({
    type: ['ClaimId'],
    description: `The ids of rewards in \`inbox\`: 1 to ${MAX_COLLECTED}, each once.`,
  }),
  all: t.boolean({
    description: `True, instead of \`ids\`: what is pending and has not expired, the oldest first; at most ${MAX_COLLECTED}.`,
  }),
  playerId: optionalPlayerId(t),
}));

interface CollectInput {
  readonly idempotencyKey: string;
  readonly ids: readonly ClaimId[] | null;
  readonly all: boolean | null;
  readonly playerId: string | null;
}

interface Visit {
  readonly context: RequestContext;
  readonly observation: Observation;
}

builder.mutationField(DEFINITION.name, (t) =>
  t.field({
    type: Result,
    description: DEFINITION.description,
    args: { input: t.arg({ type: InputType, required: true }) },
    resolve: (_, { input }, context) =>
      observe(context, DEFINITION.name, (observation) =>
        collect(complete(input) as unknown as CollectInput, { context, observation }),
      ),
  }),
);

export const collectRewards: Mutation & { readonly definition: object } = {
  root: 'mutation',
  isBulk: true,
  ...DEFINITION,
  example: { all: true },
  notes: 'Servers add "playerId".',
  /** For tests that decide it. */
  definition: {
    decide: (intent: Intent, request: CollectRewards) => decideCollectRewards(intent, request).decision,
  },
};

async function collect(input: CollectInput, visit: Visit): Promise<Answer | Rejected> {
  const { context, observation } = visit;
  const { idempotencyKey: key, ids, all } = input;
  observation.note({ player: input.playerId ?? ownId(context) });
  const actor = authorise(context, DEFINITION.name, DEFINITION.actors);
  const playerId = actingPlayer(actor, input.playerId);
  observation.note({ player: playerId });
  throwIfFault(wrongIds(ids, all));
  await context.countMore(Math.ceil((ids ?? []).length / ITEMS_PER_OPERATION) - 1);
  let collection: Collection | undefined;
  const { answer, fault, rules } = await sendOperation<CollectOutcome>(context, observation, {
    intent: { actor, playerId, idempotencyKey: key, expectedVersion: null },
    decide: (intent) => {
      collection = decideCollectRewards(intent, { ids });
      return collection.decision;
    },
    // It reads nothing of the player.
    read: async () => null,
    send: (operation, held) =>
      sendCollection(context, { operation, ids, advances: collection?.advances ?? new Map() }, held),
  });
  switch (answer.kind) {
    case 'collected': {
      const errors = answer.rewards.map(
        ({ outcome }): ItemAnswer => answerOf(outcome, { rules, now: context.now }),
      );
      observation.note({ items: errors.length });
      const items = await Promise.all(
        answer.rewards.map(async ({ id }, place) => ({
          item: { playerId, id },
          result: await shapeItem(DEFINITION, errors[place] as ItemAnswer, context),
        })),
      );
      const { replayed, more } = answer;
      return { ...noteBulk(DEFINITION, { replayed, items, errors }, visit), more };
    }
    case 'key_reused':
      return noteRejection(observation, ...shownTo(context, answer));
    case 'forbidden':
      throw new FaultError(forbidden(FORBIDDEN[answer.why]));
    case 'unknown_key':
      throw new FaultError(fault ?? NO_CONFIG);
    case 'rate_limited':
      throw tooOften(answer, context.now);
  }
}

function sendCollection(
  { services, waitUntil }: RequestContext,
  request: Parameters<typeof send>[1],
  held: readonly string[],
): Promise<CollectOutcome> {
  const sending = send(services.database, request, held);
  // A client that disconnects must not cancel the transaction half-way.
  waitUntil(sending.catch(() => {}));
  return sending;
}

function answerOf(
  outcome: CollectedOutcome['outcome'],
  { rules, now }: { readonly rules: BalanceRules | null; readonly now: Date },
): ItemAnswer {
  if (outcome.kind === 'rate_limited') return { error: tooOften(outcome, now) };
  if (outcome.kind === 'busy')
    return { error: new LedgerUnavailable('the kernel answered a reward as busy') };
  if (outcome.kind === 'forbidden') return { error: new FaultError(forbidden(FORBIDDEN[outcome.why])) };
  return { outcome, rules };
}
