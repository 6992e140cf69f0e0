/**
 * markRead: which pending rewards a player has read. A mutation without a key: it is no claim, nothing that the player has depends on
 * it, and sent twice it does the same.
 */
import type { ActorKind } from '../domain/actor.ts';
import { MAX_COLLECTED, wrongIds } from '../domain/collect-rewards.ts';
import { forbidden } from '../domain/fault.ts';
import type { OperationKind } from '../domain/operation.ts';
import type { ClaimId } from '../domain/values.ts';
import { markPendingRead } from '../ledger/mark-read.ts';
import { builder, type RequestContext } from '../schema/builder.ts';
import { optionalPlayerId } from '../schema/inputs.ts';
import { actingPlayer, authorise, FORBIDDEN, ownId } from './authorise.ts';
import { defineInput } from './define-mutation.ts';
import { FaultError, type Observation, observe, throwIfFault } from './observe.ts';

/** The public description of a mutation that takes no key. */
export interface Mark extends OperationKind {
  readonly root: 'mark';
  readonly description: string;
  readonly actors: readonly ActorKind[];
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes: string;
}

export const markRead: Mark = {
  root: 'mark',
  name: 'markRead',
  claimType: null,
  permission: 'reward:claim',
  description:
    'Players, and game servers for a player: marks pending rewards as read. It takes no key: sent again it changes nothing, and nothing that the player has depends on it.',
  actors: ['player', 'server'],
  example: { all: true },
  notes: 'Servers add "playerId".',
};

const Marked = builder.objectRef<{ readonly marked: number }>('MarkReadResult').implement({
  description: 'What markRead did.',
  fields: (t) => ({
    marked: t.exposeInt('marked', {
      description: 'How many were unread. IDs of what is not pending are left out.',
    }),
  }),
});

const { InputType, complete } = defineInput('MarkReadInput', undefined, (t) => ({
  ids: t.field({
    type: ['ClaimId'],
    description: `The ids of rewards in \`inbox\`: 1 to ${MAX_COLLECTED}, each once.`,
  }),
  all: t.boolean({ description: 'True, instead of `ids`: everything that is pending.' }),
  playerId: optionalPlayerId(t),
}));

interface MarkInput {
  readonly ids: readonly ClaimId[] | null;
  readonly all: boolean | null;
  readonly playerId: string | null;
}

builder.mutationField(markRead.name, (t) =>
  t.field({
    type: Marked,
    description: markRead.description,
    args: { input: t.arg({ type: InputType, required: true }) },
    resolve: (_, { input }, context) =>
      observe(context, markRead.name, (observation) =>
        mark(complete(input) as unknown as MarkInput, { context, observation }),
      ),
  }),
);

async function mark(
  { ids, all, playerId: named }: MarkInput,
  { context, observation }: { readonly context: RequestContext; readonly observation: Observation },
): Promise<{ readonly marked: number }> {
  observation.note({ player: named ?? ownId(context) });
  const actor = authorise(context, markRead.name, markRead.actors);
  const playerId = actingPlayer(actor, named);
  observation.note({ player: playerId });
  throwIfFault(wrongIds(ids, all));
  const { database } = context.services;
  const marked = await observation.timeDatabase(() => markPendingRead(database, actor, { playerId, ids }));
  if (typeof marked !== 'number') throw new FaultError(forbidden(FORBIDDEN[marked]));
  return { marked };
}
