/**
 * A history of many players, drawn from a seed: claims under the right and the wrong formula, and what players do meanwhile and
 * afterwards. What is drawn depends on the seed alone, so the same history without the wrong claims can be played in another database.
 */
import type pg from 'pg';
import { type ClaimReward, decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Decision, Intent } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { BalanceRules, Facts } from '../../src/domain/rules.ts';
import { constrained } from '../../src/domain/values.ts';
import { commitOperations } from '../../src/ledger/commit-operation.ts';
import type { Database } from '../../src/ledger/database.ts';
import { readFacts } from '../../src/ledger/read-facts.ts';
import { uuidV7 } from '../../src/log/correlation.ts';
import { Random } from '../random.ts';
import type { Mode } from './world.ts';

type Stage = 'before' | 'wrong' | 'after';

interface Action {
  readonly kind: 'quest' | 'chest' | 'tribute' | 'buy';
  readonly n: number;
  readonly isWrong: boolean;
}

/** How many rounds each stage has: in each round every player does one thing. */
export interface Sizes {
  readonly players: number;
  readonly rounds: Readonly<Record<Stage, number>>;
}

export class History {
  readonly #random: Random;
  readonly #mode: Mode;
  readonly players: readonly string[];
  /** What each player could spend if there were no wrong claims. */
  readonly #safe: number[];
  #round = 0;

  constructor(seed: string, mode: Mode, { players }: Sizes) {
    this.#random = new Random(seed);
    this.#mode = mode;
    this.players = Array.from({ length: players }, (_, index) => `p-${String(index).padStart(6, '0')}`);
    this.#safe = this.players.map(() => 0);
  }

  /** One action of every player. */
  drawRound(stage: Stage): { readonly round: number; readonly actions: readonly Action[] } {
    this.#round += 1;
    return { round: this.#round, actions: this.players.map((_, index) => this.#draw(stage, index)) };
  }

  #draw(stage: Stage, index: number): Action {
    const random = this.#random;
    const n = random.int(0, 60);
    const isQuest = random.chance(stage === 'wrong' ? 0.7 : 0.2);
    const kind = isQuest
      ? 'quest'
      : random.weighted<Action['kind']>([
          [3, 'chest'],
          [1, 'tribute'],
          [4, 'buy'],
        ]);
    const isWrong = kind === 'quest' && stage === 'wrong';
    const safe = this.#safe[index] as number;
    if (kind === 'buy') {
      const prices = [1, 10, 50, 200];
      const affordable = prices.filter((price) => price <= safe);
      const price = random.pick(this.#mode === 'wild' || affordable.length === 0 ? prices : affordable);
      if (this.#mode === 'clean' && price > safe) return { kind: 'chest', n: this.#earn(index, n), isWrong };
      this.#safe[index] = Math.max(safe - price, 0);
      return { kind, n: price, isWrong };
    }
    if (!isWrong) this.#earn(index, kind === 'tribute' ? 4 : kind === 'quest' ? n + 9 : n);
    return { kind, n, isWrong };
  }

  #earn(index: number, n: number): number {
    this.#safe[index] = (this.#safe[index] as number) + n + 1;
    return n;
  }
}

const PER_CALL = 100;

/** Commits a round. Without the wrong claims if `skipWrong`. */
export async function play(
  database: Database,
  rules: BalanceRules,
  {
    players,
    round,
    actions,
    skipWrong,
  }: {
    readonly players: readonly string[];
    readonly round: number;
    readonly actions: readonly Action[];
    readonly skipWrong: boolean;
  },
): Promise<void> {
  const due = players
    .map((playerId, index) => ({ playerId, action: actions[index] as Action }))
    .filter(({ action }) => !(skipWrong && action.isWrong));
  for (let first = 0; first < due.length; first += PER_CALL) {
    const operations: Operation[] = [];
    for (const { playerId, action } of due.slice(first, first + PER_CALL))
      operations.push(await operationOf(database, rules, { playerId, round, action }));
    const outcomes = await commitOperations(database, operations, []);
    for (const { kind } of outcomes)
      if (kind !== 'granted' && kind !== 'rejected') throw new Error(`an action of the history was ${kind}`);
  }
}

async function operationOf(
  database: Database,
  rules: BalanceRules,
  { playerId, round, action }: { readonly playerId: string; readonly round: number; readonly action: Action },
): Promise<Operation> {
  const intent: Intent = {
    actor: { kind: 'server', id: 'arena-1' },
    playerId,
    idempotencyKey: `history-${playerId}-${round}`,
    expectedVersion: null,
    correlationId: uuidV7(Date.now()),
    clientCorrelationId: null,
    now: new Date(),
    rules,
    player: null,
    zones: null,
  };
  const decided = decide(intent, round, action);
  if (!decided.needs) return decided.operation;
  const snapshot = await readFacts(database, playerId, decided.needs);
  const player = snapshot ?? {
    ...EMPTY,
    at: intent.now.toISOString(),
    playerSince: intent.now.toISOString(),
  };
  return decide({ ...intent, player }, round, action).operation;
}

const EMPTY = { number: 0, balances: {}, anchors: {}, regenerationRules: [], held: [] };

function decide(intent: Intent, round: number, { kind, n }: Action): Decision {
  if (kind === 'buy') {
    const quantity = constrained('Quantity', 1);
    const exchange = { exchange: `buy_${n}`, quantity, payWith: null, choose: null, terms: null };
    return decideExchange(intent, exchange, () => 0);
  }
  const facts: Facts = kind === 'tribute' ? {} : { n };
  const claim: ClaimReward = { type: kind, key: `round-${round}`, facts, ticket: null, terms: null };
  return decideClaimReward(intent, claim, () => 0);
}

/** Everything that a player has and did, apart from keys and times. */
export async function stateOf(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query(
    `SELECT p.id, (SELECT string_agg(concat_ws(' ', b.resource, b.amount, b.sequence), ', ' ORDER BY b.resource)
                     FROM onceward.balances_by_name b WHERE b.player_id = p.id) AS balances,
            (SELECT string_agg(concat_ws(' ', e.number, e.ordinal, e.resource, e.before, e.delta, e.requested, e.cause), ', '
                               ORDER BY e.number, e.ordinal)
               FROM onceward.entries_by_name e WHERE e.player_id = p.id) AS entries,
            (SELECT string_agg(concat_ws(' ', c.number, c.version, c.operation, c.claim_type, c.claim_key, c.units, c.limits_used),
                               ', ' ORDER BY c.number)
               FROM onceward.claims_by_name c WHERE c.player_id = p.id) AS claims
       FROM onceward.players p`,
  );
  return new Map(
    rows.map(({ id, balances, entries, claims }) => [id, [balances, entries, claims].join('\n')]),
  );
}

/** What every player has: balances that are not 0. */
export async function balancesOf(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query(
    `SELECT player_id, string_agg(resource || ' ' || amount, ', ' ORDER BY resource) FILTER (WHERE amount <> 0) AS balances
       FROM onceward.balances_by_name GROUP BY player_id`,
  );
  return new Map(rows.map(({ player_id: id, balances }) => [id, String(balances ?? '')]));
}
