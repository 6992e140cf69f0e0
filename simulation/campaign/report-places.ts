/** payoutRanking as a server calls it: the same call under the same key, again and again, until each place has an outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkCall } from '../../src/domain/bulk.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import {
  checkRanking,
  decidePlace,
  PAYOUT_RANKING,
  placesOf,
  type Ranking,
} from '../../src/domain/payouts.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { commitBulk } from '../../src/ledger/commit-bulk.ts';
import type { Database } from '../../src/ledger/database.ts';
import { LedgerUnavailable } from '../../src/ledger/failures.ts';
import { MAX_OPERATIONS } from '../../src/ledger/kernel-contract.ts';
import { intentOf } from '../undo/actions.ts';

export interface Report {
  readonly server: string;
  /** At most MAX_OPERATIONS places. */
  readonly ranking: Ranking;
  /** The current ones. */
  readonly rules: () => BalanceRules;
  /** After that it fails. */
  readonly mostMs: number;
}

/** The positions by what became of them. */
export interface Reported {
  readonly granted: readonly number[];
  readonly rejected: readonly number[];
}

export async function reportPlaces(
  database: Database,
  { server, ranking, rules, mostMs }: Report,
): Promise<Reported> {
  const fault = checkRanking(ranking, MAX_OPERATIONS);
  if (fault) throw new Error(`a report has a fault: ${fault.message}`);
  const until = Date.now() + mostMs;
  const { idempotencyKey, actor } = intentOf(server, rules(), 'server');
  const places = placesOf(ranking);
  const outcomes = new Map<number, Outcome['kind']>();
  while (outcomes.size < places.length) {
    if (Date.now() > until) throw new Error(`${places.length - outcomes.size} places have no outcome`);
    const open = places.map((_, place) => place).filter((place) => !outcomes.has(place));
    const current = rules();
    const { correlationId, clientCorrelationId } = intentOf(server, current, 'server');
    const call = bulkCall(
      {
        name: PAYOUT_RANKING.name,
        actor,
        idempotencyKey,
        input: { ...ranking, ranks: ranking.ranks.map(({ playerId, rank }) => ({ playerId, rank })) },
        items: null,
        correlationId,
        clientCorrelationId,
      },
      'commit',
      current,
    );
    const items = open.map((place) => {
      const item = places[place] as (typeof places)[number];
      const intent = { ...intentOf(server, current, 'server'), playerId: item.playerId, idempotencyKey };
      const { fault: wrong, operation } = decidePlace(intent, item);
      if (wrong) throw new Error(`a place has a fault: ${wrong.message}`);
      return { place, operation };
    });
    try {
      const answer = await commitBulk(database, call, items, []);
      if (answer.kind === 'open')
        for (const [index, { kind }] of answer.outcomes.entries())
          if (kind === 'granted' || kind === 'rejected') outcomes.set(open[index] as number, kind);
      if (answer.kind !== 'open' && answer.kind !== 'stale_config')
        throw new Error(`a report was answered with ${answer.kind}`);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
    await sleep(5);
  }
  const those = (kind: Outcome['kind']) =>
    [...outcomes].flatMap(([place, became]) => (became === kind ? [places[place]?.position ?? 0] : []));
  return { granted: those('granted'), rejected: those('rejected') };
}
