/** Rankings that are uploaded as a list: paid place by place, and published as one result when every place was accepted. */
import type { ActorKind } from '../domain/actor.ts';
import { MAX_PARTICIPANTS } from '../domain/payout-rule.ts';
import {
  CANCEL_RANKING,
  CREATE_RANKING,
  decideCreateRanking,
  decideOnRanking,
  RETRY_RANKING,
} from '../domain/rankings.ts';
import {
  isPlaceCursor,
  type PlaceRow,
  placeCursor,
  type RefusedPlaceRow,
  readRanking,
  readRankingResult,
  readRefusedPlaces,
} from '../ledger/read-rankings.ts';
import type { RequestContext } from '../schema/builder.ts';
import type { InputFields } from '../schema/inputs.ts';
import { Ranking, RankingPlace, type RankingShape, RefusedPlace } from '../schema/ranking.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, defineQuery, PAGE } from './define-query.ts';

const RankingReceipt = defineReceipt('RankingReceipt', 'ranking', Ranking);
const ACTORS: readonly ActorKind[] = ['server', 'staff'];

function goOn({ id }: RankingShape, { services, waitUntil }: RequestContext): void {
  waitUntil(services.payRanking(id));
}

export const createRanking = defineAction({
  ...CREATE_RANKING,
  description: `Game servers and staff: pays a ranking of up to ${MAX_PARTICIPANTS} places by a rank table of the balance config, as payoutRanking does. Its places are the rows of a closed list, each with its \`rank\`. The service pays them after the answer; \`ranking\` shows how far it is.`,
  actors: ACTORS,
  input: (t) => ({
    payout: t.field({
      type: 'ClaimType',
      required: true,
      description: 'One of `payouts` of the balance config, as it is now.',
    }),
    key: t.field({
      type: 'ClaimKey',
      required: true,
      description:
        'Identifies the ranking, such as a tournament. One of the payout that is not cancelled has it.',
    }),
    participants: t.field({
      type: 'PositiveInt',
      required: true,
      description: `How many places the ranking has: as many as the list has rows, at most ${MAX_PARTICIPANTS}.`,
    }),
    listId: t.field({ type: 'PositiveInt', required: true }),
  }),
  receipt: RankingReceipt,
  rejections: ['unknown_record', 'name_taken', 'list_refused'],
  decide: decideCreateRanking,
  afterwards: goOn,
  example: { payout: 'arena', key: 'arena-week-48', participants: 1, listId: 1 },
});

const common = {
  actors: ACTORS,
  input: (t: InputFields) => ({ rankingId: t.field({ type: 'PositiveInt', required: true }) }),
  receipt: RankingReceipt,
  rejections: ['unknown_record', 'ranking_refused'],
  example: { rankingId: 1 },
} as const;

export const retryRanking = defineAction({
  ...RETRY_RANKING,
  ...common,
  description:
    'Game servers and staff: tries the rejected places of a ranking again, after what rejected them was settled: a wrong payment was reversed with `reopen`, or there is room under a ceiling.',
  decide: decideOnRanking(RETRY_RANKING, 'retry'),
  afterwards: goOn,
});

export const cancelRanking = defineAction({
  ...CANCEL_RANKING,
  ...common,
  description:
    'Game servers and staff: ends a ranking that is not published. What it has paid stays, and another ranking can take its key.',
  decide: decideOnRanking(CANCEL_RANKING, 'cancel'),
});

export const ranking = defineQuery({
  name: 'ranking',
  description:
    'Staff, and game servers of what they made: a ranking that was uploaded, and how far it is; null: there is none.',
  type: Ranking,
  nullable: true,
  actors: ACTORS,
  args: (t) => ({ id: t({ type: 'PositiveInt', required: true }) }),
  resolve: async ({ id }, { actor, read }) => {
    const [found] = await read((database) => readRanking<RankingShape>(database, actor, id));
    return found ?? null;
  },
  example: { id: 1 },
});

const cursor = () => ({ toCursor: placeCursor, isValid: isPlaceCursor });

export const rankingResult = defineConnection({
  name: 'rankingResult',
  description: `What each place of a ranking got; empty until every place was accepted. ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. A page that staff read is audited.`,
  type: RankingPlace,
  actors: ['player', 'server', 'staff'],
  permission: 'ledger:search',
  args: (t) => ({
    payout: t({ type: 'ClaimType', required: true }),
    key: t({ type: 'ClaimKey', required: true }),
  }),
  authorisePlayer: () => {},
  cursor,
  resolve: ({ payout, key }, page, { actor, audited, read }): Promise<PlaceRow[]> =>
    read((database) => readRankingResult(database, actor, audited({ payout, key }), { payout, key, page })),
  example: { payout: 'arena', key: 'arena-week-48', first: 20 },
});

export const rankingRefusals = defineConnection({
  name: 'rankingRefusals',
  description: `Staff, and game servers of what they made: the rejected places of a ranking; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. A page that staff read is audited.`,
  type: RefusedPlace,
  actors: ACTORS,
  permission: 'ranking:manage',
  args: (t) => ({ rankingId: t({ type: 'PositiveInt', required: true }) }),
  authorisePlayer: () => {},
  cursor,
  resolve: ({ rankingId }, page, { actor, audited, read }): Promise<RefusedPlaceRow[]> =>
    read((database) => readRefusedPlaces(database, actor, audited({ rankingId }), { rankingId, page })),
  example: { rankingId: 1, first: 20 },
});
