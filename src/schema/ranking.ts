/** Rankings that are uploaded as a list, as the API shows them. */
import type { RankingState } from '../ledger/ranking-calls.ts';
import { builder } from './builder.ts';
import { ResourceAmount } from './preview.ts';

/** As drizzle/kernel/49_rankings.sql makes it. */
export interface RankingShape {
  readonly id: number;
  readonly payout: string;
  readonly key: string;
  readonly listId: number;
  readonly state: RankingState;
  readonly participants: number;
  readonly paid: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly stopped: string | null;
  readonly configVersion: number;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly endedAt: string | null;
}

const State = builder.enumType('RankingState', {
  description: 'What has become of a ranking.',
  values: {
    PAYING: { value: 'paying', description: 'Its places are being paid.' },
    UNSETTLED: {
      value: 'unsettled',
      description:
        'Places were rejected, or it stopped by itself. Settle them and send retryRanking, or cancel it.',
    },
    PUBLISHED: { value: 'published', description: 'Every place was accepted: rankingResult shows it.' },
    CANCELLED: { value: 'cancelled', description: 'It pays nothing more and is never published.' },
  } satisfies Record<string, { value: RankingState; description: string }>,
});

const RefusedPlaces = builder
  .objectRef<{ readonly why: string; readonly places: number }>('RefusedPlaces')
  .implement({
    description: 'How many places were rejected, and why.',
    fields: (t) => ({
      why: t.exposeString('why', {
        description:
          'The kind of a rejection: `already_claimed` (the position or the player was paid otherwise), `limit_exceeded`.',
      }),
      places: t.expose('places', { type: 'SafeInt' }),
    }),
  });

export const Ranking = builder.objectRef<RankingShape>('Ranking').implement({
  description: 'A ranking that is paid by a rank table, each place once in the game.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    payout: t.exposeString('payout'),
    key: t.exposeString('key'),
    listId: t.expose('listId', { type: 'SafeInt' }),
    state: t.expose('state', { type: State }),
    participants: t.expose('participants', { type: 'SafeInt' }),
    paid: t.expose('paid', {
      type: 'SafeInt',
      description: 'How many places were accepted: paid now, or before as the same place.',
    }),
    refused: t.field({
      type: [RefusedPlaces],
      resolve: ({ refused }) => Object.entries(refused).map(([why, places]) => ({ why, places })),
    }),
    stopped: t.exposeString('stopped', { nullable: true, description: 'Why it stopped by itself.' }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The config whose rank table pays it.',
    }),
    madeBy: t.exposeString('madeBy', { description: 'The ID of a game server or staff member.' }),
    madeAt: t.expose('madeAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was published or cancelled.',
    }),
  }),
});

export interface RankingPlaceShape {
  readonly position: number;
  readonly rank: number;
  readonly playerId: string | null;
  readonly given: Readonly<Record<string, number>>;
}

export const RankingPlace = builder.objectRef<RankingPlaceShape>('RankingPlace').implement({
  description: 'A place of a published ranking, and what it got.',
  fields: (t) => ({
    position: t.expose('position', { type: 'SafeInt' }),
    rank: t.expose('rank', {
      type: 'SafeInt',
      description: 'Tied players share the rank of the first of them.',
    }),
    playerId: t.expose('playerId', {
      type: 'PlayerId',
      nullable: true,
      description: 'Null where a player sees the place of another one.',
    }),
    gives: t.field({
      type: [ResourceAmount],
      description: 'What it got: without what did not fit under a ceiling or was held.',
      resolve: ({ given }) => Object.entries(given).map(([resource, amount]) => ({ resource, amount })),
    }),
  }),
});

export interface RefusedPlaceShape {
  readonly position: number;
  readonly playerId: string;
  readonly why: string;
}

export const RefusedPlace = builder.objectRef<RefusedPlaceShape>('RefusedPlace').implement({
  description: 'A place of a ranking that was rejected.',
  fields: (t) => ({
    position: t.expose('position', { type: 'SafeInt' }),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    why: t.exposeString('why', { description: 'The kind of the rejection, such as `already_claimed`.' }),
  }),
});
