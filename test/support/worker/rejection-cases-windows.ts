/** Rejections outside a window, with what removes the reason. */
import { byPlayer, byServer, publishChanged, publishExample, type RejectionCase } from './rejection-case.ts';

const OPENS_AT = '2999-01-01T00:00:00.000Z';
const CLOSED_AT = '2026-01-01T00:00:00.000Z';
const chest = { type: 'arena_chest', key: 'chest-1' };

const notAvailable = (claimType: string, opensAt: string | null, closedAt: string | null) =>
  ({ __typename: 'NotAvailable', claimType, opensAt, closedAt }) as const;

export const WINDOW_REJECTIONS: readonly RejectionCase[] = [
  {
    name: 'claimReward before its window opens',
    prepare: async () => {
      await publishChanged(({ claimTypes }) => Object.assign(claimTypes.weekly_chest, { from: OPENS_AT }));
      const request = await byPlayer(({ client, options }) =>
        client.claimReward({ type: 'weekly_chest' }, options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: notAvailable('weekly_chest', OPENS_AT, null),
  },
  {
    name: 'exchange after its window',
    prepare: async () => {
      await publishChanged(({ exchanges }) => Object.assign(exchanges.drop, { until: CLOSED_AT }));
      const request = await byPlayer(({ client, options }) => client.exchange({ exchange: 'drop' }, options));
      return { ...request, removeReason: publishExample };
    },
    expected: notAvailable('drop', null, CLOSED_AT),
  },
  {
    name: 'exchange after the window of a table that it draws from',
    prepare: async () => {
      const publishLottery = (window: object) =>
        publishChanged(({ exchanges, drawTables }) => {
          exchanges.lottery = { perDay: 9, draws: { summons: 1 } };
          Object.assign(drawTables.summons, window);
        });
      await publishLottery({ until: CLOSED_AT });
      const request = await byPlayer(({ client, options }) =>
        client.exchange({ exchange: 'lottery' }, options),
      );
      return { ...request, removeReason: () => publishLottery({}) };
    },
    expected: notAvailable('lottery', null, CLOSED_AT),
  },
  {
    name: 'announceReward after the window of its claim type',
    prepare: async () => {
      await publishChanged(({ claimTypes }) => Object.assign(claimTypes.arena_chest, { until: CLOSED_AT }));
      const request = await byServer(({ client, playerId, options }) =>
        client.announceReward({ ...chest, playerId }, options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: notAvailable('arena_chest', null, CLOSED_AT),
  },
];
