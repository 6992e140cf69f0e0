/** Erasure: the receipt of a player who was erased. */
import { builder } from './builder.ts';

export type ErasureState = 'scrubbing' | 'waiting' | 'searching' | 'done';

/** As drizzle/kernel/82_erasure.sql makes it. */
export interface ErasureShape {
  readonly id: number;
  readonly state: ErasureState;
  readonly erasedId: string;
  readonly digest: string;
  readonly proposalId: number | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly endedAt: string | null;
}

const State = builder.enumType('ErasureState', {
  description: 'How far an erasure is. Nothing finds the player from its first moment on.',
  values: {
    SCRUBBING: { value: 'scrubbing', description: 'Rows of the player are scrubbed.' },
    WAITING: { value: 'waiting', description: 'It waits until older transactions have ended.' },
    SEARCHING: { value: 'searching', description: 'Rows of others are searched for the player.' },
    DONE: { value: 'done', description: 'Nothing names the player any more.' },
  } satisfies Record<string, { value: ErasureState; description: string }>,
});

export const PlayerErasure = builder.objectRef<ErasureShape>('PlayerErasure').implement({
  description: 'The receipt of an erasure.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    state: t.expose('state', { type: State }),
    erasedId: t.exposeString('erasedId', { description: 'The random ID that the player has now.' }),
    digest: t.exposeString('digest', {
      description: 'An HMAC of the old ID. `erasures(formerId:)` finds it.',
    }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'The approval that it was made with; null: it needed none.',
    }),
    counts: t.expose('counts', {
      type: 'JSON',
      description:
        'How many rows were changed, by table; `mentions`: of others, for all players that were searched for together.',
    }),
    madeBy: t.exposeString('madeBy', { description: 'A staff ID.' }),
    madeAt: t.expose('madeAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
  }),
});

/** What an action made: an erasure, or a proposal that it waits for. */
export interface ErasureRequestShape {
  readonly erasure: ErasureShape | null;
  readonly proposalId: number | null;
}

export const ErasureRequest = builder.objectRef<ErasureRequestShape>('ErasureRequest').implement({
  description: 'An erasure, or the proposal that it waits for.',
  fields: (t) => ({
    erasure: t.expose('erasure', { type: PlayerErasure, nullable: true, description: 'Null: it waits.' }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'What another member with `player:erase` approves; null: nothing waits.',
    }),
  }),
});
