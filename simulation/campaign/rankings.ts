/**
 * Rankings on the kernel while everything goes on: an uploaded list, paid by several drivers whose calls die, with a place that is
 * refused and settled later; servers that report a part of the same ranking; and two reports at once that overlap, and disagree about
 * a place. Afterwards the ledger is compared with the rank table.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { payRanking } from '../../src/campaigns/pay-ranking.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Decision, Intent } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import { decideCloseList, decideCreateList, decideUploadListChunk } from '../../src/domain/lists.ts';
import { decideCreateRanking, decideOnRanking, RETRY_RANKING } from '../../src/domain/rankings.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import type { DecidedAction } from '../../src/domain/staff-action.ts';
import { constrained } from '../../src/domain/values.ts';
import { commitOperation } from '../../src/ledger/commit-operation.ts';
import type { Database } from '../../src/ledger/database.ts';
import { readRankingResult } from '../../src/ledger/read-rankings.ts';
import { Random } from '../random.ts';
import { intentOf } from '../undo/actions.ts';
import { addMembers, type Copy, copyNamed, type Place, publishDocument, STAFF } from '../undo/world.ts';
import { paidPlaces, type RankingRow, rankingRow } from './ledger-rows.ts';
import { mortalDatabase } from './mortal-database.ts';
import { configOf, drawRanks, HOARD, type Payout, prizeOf, SALE, textOf } from './rank-table.ts';
import { type Report, reportPlaces } from './report-places.ts';
import { actUnderCurrent, holdPlayers, servicesWith } from './surroundings.ts';

export interface RankingRun {
  /** What does not agree; empty: everything does. */
  readonly faults: readonly string[];
  /** How many calls died or lost their answer. */
  readonly killed: number;
  readonly paid: number;
}

const UPLOADED = 230;
const REPORTED = 120;
/** The positions that two reports have in common, and the one about which they disagree. */
const OVERLAP = { from: 51, to: 70, disputed: 60 } as const;
const KEY = 'week-1';
const DRIVERS = 3;
/** A ranking that has not ended by then does not end. */
const MOST_MS = 40_000;

/** The database must be new. */
export async function simulateRankings(place: Place, seed: string): Promise<RankingRun> {
  const world = copyNamed(place);
  await addMembers(world);
  const simulation = new RankingSimulation(world, seed);
  try {
    return await simulation.run();
  } finally {
    await simulation.close();
  }
}

class RankingSimulation {
  readonly #world: Copy;
  readonly #random: Random;
  readonly #database: Database;
  readonly #pool: pg.Pool;
  readonly #owner: pg.Pool;
  readonly #mortal: Database;
  readonly #faults: string[] = [];
  /** By the version of a config: the factor of its prizes. */
  readonly #factors = new Map<number, number>();
  readonly #players: Readonly<Record<Payout, readonly string[]>>;
  readonly #ranks: Readonly<Record<Payout, readonly number[]>>;
  #current: BalanceRules | null = null;
  #killed = 0;
  #isOver = false;

  constructor(world: Copy, seed: string) {
    this.#world = world;
    this.#random = new Random(`${seed}/rankings`);
    this.#database = world.open();
    this.#pool = new pg.Pool({ connectionString: world.databaseUrl, max: DRIVERS + 3 });
    this.#owner = new pg.Pool({ connectionString: world.ownerDatabaseUrl, max: 4 });
    this.#mortal = mortalDatabase(this.#pool, this.#random, () => (this.#killed += 1));
    const named = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
    this.#players = { arena: named('racer', UPLOADED), league: named('member', REPORTED) };
    const draw = (payout: Payout, count: number) => drawRanks(this.#random.fork(payout), count);
    this.#ranks = { arena: draw('arena', UPLOADED), league: draw('league', REPORTED) };
  }

  async run(): Promise<RankingRun> {
    await this.#publish(1);
    const [winner = ''] = this.#players.arena;
    await this.#commit(winner, (intent) =>
      decideClaimReward(intent, { type: HOARD, key: 'once', facts: {}, ticket: null, terms: null }, () => 0),
    );
    const everybody = [...this.#players.arena, ...this.#players.league];
    const isOver = () => this.#isOver;
    const others = Promise.all([
      holdPlayers(this.#world, this.#random, everybody, isOver),
      this.#publishConfigs(),
    ]);
    // Where the rankings fail, theirs is the error to report.
    others.catch(() => {});
    const id = await this.#created();
    const watching = this.#watch(id);
    watching.catch(() => {});
    const [reported] = await Promise.all([
      this.#reportTwice(),
      this.#report('arena', 'arena-3', this.#part('arena', 40, 80)),
      this.#drive(id),
    ]);
    await this.#settle(id, winner);
    const before = (await paidPlaces(this.#owner, 'arena', KEY)).length;
    const again = await this.#report('arena', 'arena-4', this.#part('arena', 1, 80));
    this.#same('places granted to a report of a paid ranking', again.granted.length, 0);
    this.#isOver = true;
    await Promise.all([others, watching]);
    this.#same('places granted by two reports at once', reported, REPORTED);
    await this.#compareRows('arena', this.#players.arena, await rankingRow(this.#owner, id));
    await this.#compareRows('league', this.#players.league, null);
    await this.#compareResult(id);
    this.#expect(this.#killed > 0, 'no call died');
    return { faults: this.#faults, killed: this.#killed, paid: before + reported };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all([this.#pool.end(), this.#owner.end()]);
  }

  /** The winner has no room for their trophies: everybody else is paid, nothing is published, and a retry pays the winner. */
  async #settle(id: number, winner: string): Promise<void> {
    const { state, paid, refused, stopped } = await rankingRow(this.#owner, id);
    this.#same('the ranking with a refused place', state, 'unsettled');
    this.#same('why it stopped', stopped, null);
    this.#same('accepted places', paid, UPLOADED - 1);
    this.#same('refused places', JSON.stringify(refused), JSON.stringify({ limit_exceeded: 1 }));
    if (state !== 'unsettled') return;
    const quantity = constrained('Quantity', 1);
    await this.#commit(winner, (intent) =>
      decideExchange(intent, { exchange: SALE, quantity, payWith: null, choose: null, terms: null }, () => 0),
    );
    await this.#act((intent) => decideOnRanking(RETRY_RANKING, 'retry')(intent, { rankingId: id }));
    await this.#drive(id);
    const row = await rankingRow(this.#owner, id);
    this.#same('the ranking after the retry', row.state, 'published');
    this.#same('places paid after the retry', row.paid, UPLOADED);
  }

  async #created(): Promise<number> {
    const { id: listId } = await this.#act((intent) =>
      decideCreateList(intent, { name: 'ranks', query: null }),
    );
    const list = { listId: Number(listId) };
    const rows = this.#players.arena.map((playerId, index) => ({
      playerId,
      item: null,
      gives: null,
      rank: this.#ranks.arena[index] as number,
    }));
    await this.#act((intent) => decideUploadListChunk(intent, { ...list, chunk: 1, rows }));
    await this.#act((intent) => decideCloseList(intent, list));
    const ranking = { ...list, payout: 'arena', key: KEY, participants: UPLOADED };
    const { id } = await this.#act((intent) => decideCreateRanking(intent, ranking));
    return Number(id);
  }

  /** Several drivers at once, as where one that was thought dead is not. */
  async #drive(id: number): Promise<void> {
    const until = Date.now() + MOST_MS;
    const services = servicesWith(this.#mortal, () => this.#rules());
    const work = async () => {
      while (Date.now() < until && (await rankingRow(this.#owner, id)).state === 'paying') {
        await payRanking(services, id, 1);
        await sleep(2);
      }
    };
    await Promise.all(Array.from({ length: DRIVERS }, work));
  }

  /** Nothing of a ranking can be read before it is published. */
  async #watch(id: number): Promise<void> {
    while (!this.#isOver) {
      const { length } = await this.#result();
      const { state } = await rankingRow(this.#owner, id);
      this.#expect(
        length === 0 || state === 'published',
        `${length} places can be read while the ranking is ${state}`,
      );
      await sleep(20);
    }
  }

  async #result() {
    const request = { payout: 'arena', key: KEY, page: { limit: 1_000, inverted: false } };
    const answer = await readRankingResult(
      this.#database,
      { kind: 'server', id: 'arena-1' },
      null as never,
      request,
    );
    if (answer.kind !== 'read') throw new Error(`a server may not read a result: ${answer.kind}`);
    return answer.rows;
  }

  /** Returns how many places both were granted. */
  async #reportTwice(): Promise<number> {
    const first = this.#part('league', 1, OVERLAP.to);
    const second = this.#part('league', OVERLAP.from, REPORTED);
    const disputed = second.ranks.map((place, index) =>
      (second.from ?? 1) + index === OVERLAP.disputed ? { ...place, playerId: 'pretender' } : place,
    );
    const [one, other] = await Promise.all([
      this.#report('league', 'arena-1', first),
      this.#report('league', 'arena-2', { ...second, ranks: disputed }),
    ]);
    return one.granted.length + other.granted.length;
  }

  /** The positions `from` to `to`, as far as no tie goes beyond them. */
  #part(payout: Payout, from: number, to: number): Pick<Report['ranking'], 'from' | 'ranks'> {
    const ranks = this.#ranks[payout];
    let [first, last] = [from, to];
    while (first > 1 && ranks[first - 1] !== first) first -= 1;
    while (last < ranks.length && ranks[last] !== last + 1) last += 1;
    const players = this.#players[payout].slice(first - 1, last);
    return {
      from: first,
      ranks: players.map((playerId, index) => ({ playerId, rank: ranks[first - 1 + index] as number })),
    };
  }

  #report(payout: Payout, server: string, part: Pick<Report['ranking'], 'from' | 'ranks'>) {
    const ranking = { payout, key: KEY, participants: this.#players[payout].length, ...part };
    return reportPlaces(this.#mortal, { server, ranking, rules: () => this.#rules(), mostMs: MOST_MS });
  }

  #act(decide: (intent: Intent) => DecidedAction): Promise<Record<string, unknown>> {
    return actUnderCurrent(this.#database, () => intentOf(STAFF.proposer, this.#rules()), decide);
  }

  /** Until the kernel has the config under which it is decided. */
  async #commit(playerId: string, decide: (intent: Intent) => Decision): Promise<void> {
    for (let tries = 0; tries < 20; tries += 1) {
      const intent = { ...intentOf('arena-1', this.#rules(), 'server'), playerId };
      const { kind } = await commitOperation(this.#database, decide(intent).operation, []);
      if (kind === 'granted') return;
      await sleep(30);
    }
    throw new Error(`nothing was granted to ${playerId}`);
  }

  #rules(): BalanceRules {
    if (!this.#current) throw new Error('no config is published');
    return this.#current;
  }

  async #publish(factor: number): Promise<void> {
    this.#current = await publishDocument(this.#world, configOf(factor), `prizes times ${factor}`);
    this.#factors.set(this.#current.version, factor);
  }

  /** An uploaded ranking keeps the prizes that it was made with. */
  async #publishConfigs(): Promise<void> {
    for (let factor = 2; factor < 6 && !this.#isOver; factor += 1) {
      await sleep(this.#random.int(100, 400));
      if (!this.#isOver) await this.#publish(factor);
    }
  }

  /** Every place is paid once, to its player, and exactly. `uploaded`: the ranking whose own claims have its prizes. */
  async #compareRows(payout: Payout, players: readonly string[], uploaded: RankingRow | null): Promise<void> {
    const paid = await paidPlaces(this.#owner, payout, KEY);
    this.#same(`claims of ${payout}`, paid.length, players.length);
    this.#same(`players of ${payout}`, new Set(paid.map(({ player }) => player)).size, paid.length);
    for (const [index, { position, player, by, version, given }] of paid.entries()) {
      this.#same(`place ${index + 1} of ${payout} in the ledger`, position, index + 1);
      const isDisputed = payout === 'league' && position === OVERLAP.disputed && player === 'pretender';
      if (!isDisputed) this.#same(`the player of place ${position}`, player, players[position - 1]);
      const from = by.startsWith('ranking:') && uploaded ? uploaded.config_version : version;
      const factor = this.#factors.get(from) ?? Number.NaN;
      const due = prizeOf(payout, this.#ranks[payout], { position, factor });
      this.#same(`place ${position} of ${payout}, paid by ${by},`, textOf(given), textOf(due));
    }
  }

  /** What is published is what the ledger holds. */
  async #compareResult(id: number): Promise<void> {
    const { state } = await rankingRow(this.#owner, id);
    const result = await this.#result();
    const paid = await paidPlaces(this.#owner, 'arena', KEY);
    const shown = result.map(
      ({ position, playerId, rank, given }) => `${position} ${playerId} ${rank}: ${textOf(given)}`,
    );
    const due = paid.map(
      ({ position, player, given }) =>
        `${position} ${player} ${this.#ranks.arena[position - 1]}: ${textOf(given)}`,
    );
    if (state === 'published') this.#same('the result', shown.join('; '), due.join('; '));
    else this.#same('places of a result that is not published', shown.length, 0);
  }

  #same(what: string, is: unknown, should: unknown): void {
    this.#expect(is === should, `${what}: ${is}, expected ${should}`);
  }

  #expect(holds: boolean, fault: string): void {
    if (!holds) this.#faults.push(fault);
  }
}
