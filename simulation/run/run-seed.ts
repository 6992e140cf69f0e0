/**
 * One seed from beginning to end: draw, hire, publish; clients and nemesis at once, judged as they go; heal, settle every
 * key whose outcome nobody knows, and judge everything again from the database.
 */
import { checkDocument } from '../../cli/config-store.ts';
import { Clients } from '../clients/clients.ts';
import { type Attempt, isDefinite, isSettled } from '../clients/journal.ts';
import { judgeAcknowledged } from '../invariants/acknowledged.ts';
import { Tally } from '../invariants/finding.ts';
import { judgeLedger, judgePoints, judgeRegeneration } from '../invariants/ledger.ts';
import { judgeLog, type LogLines } from '../invariants/log.ts';
import { Observer } from '../invariants/observer.ts';
import { type Rows, readRows } from '../invariants/rows.ts';
import { judgeStaff } from '../invariants/staff.ts';
import type { History } from '../model/history.ts';
import { reenact } from '../model/reenact.ts';
import { drawVariant, type Rules, type Variant } from '../model/rules.ts';
import { type Disabled, Nemesis } from '../nemesis/nemesis.ts';
import { hireStaff } from '../nemesis/staff.ts';
import type { Operation } from '../operation.ts';
import { Random } from '../random.ts';
import { drawSchedule, type Schedule, type Sizes, VARIANTS } from '../schedule/schedule.ts';
import type { World } from '../schedule/world.ts';
import type { Arena } from '../stack/arena.ts';
import { Gate } from './gate.ts';

export interface SeedOptions extends Sizes {
  readonly arena: Arena;
  readonly operationKinds: ReadonlyMap<string, Operation>;
  readonly ownerDatabaseUrl: string;
  readonly clients: number;
  readonly log: LogLines;
  /** The numbers of every document that was ever published, by digest: an isolate may be late by more than a seed. */
  readonly book: Map<string, Rules>;
  readonly count: (kind: string) => void;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
  /** A snapshot of the database is judged whenever so many slots have begun, and at the end. */
  readonly snapshotEvery: number;
  /** Ends the run at its first finding: for mutants. */
  readonly stopAtFirst: boolean;
}

export interface SeedResult {
  readonly seed: string;
  readonly tally: Tally;
  readonly attempts: readonly Attempt[];
  readonly reads: number;
  readonly disabled: readonly Disabled[];
  readonly world: World;
  /** Requests that were committed and whose reply never came. */
  readonly lostAfterCommit: number;
  /** Slots of the schedule that were carried out. */
  readonly slots: number;
  /** Attempts that had ended when the first finding was made. */
  readonly firstFindingAfter: number | null;
  readonly seconds: number;
}

const SETTLE_TRIES = 8;

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const began = performance.now();
  const { seed, operationKinds, arena, ownerDatabaseUrl } = options;
  const schedule = drawSchedule(options, operationKinds);
  const variants = Array.from({ length: VARIANTS }, (_, index) =>
    drawVariant(new Random(`${seed}/variant/${index}`), operationKinds.values()),
  );
  await enter(options.book, variants);
  await hireStaff(ownerDatabaseUrl, schedule.world);
  arena.kv.state = 'sound';
  await arena.publish((variants[0] as Variant).document);
  options.log.clear();
  arena.ground.credentials.forget();

  const run = new SeedRun(options, schedule, variants);
  await run.perform();
  await run.judgeAtEnd((rows) => {
    const versions = new Map(rows.configs.map(({ version, sha256 }) => [version, options.book.get(sha256)]));
    return (version) => versions.get(version);
  });
  return { ...run.result(), seconds: (performance.now() - began) / 1_000 };
}

async function enter(book: Map<string, Rules>, variants: readonly Variant[]): Promise<void> {
  for (const { rules, document } of variants) {
    const checked = await checkDocument(document);
    if (checked.kind === 'invalid')
      throw new Error(`a variant is invalid: ${JSON.stringify(checked.problems)}`);
    book.set(checked.sha256, rules);
  }
}

class SeedRun {
  readonly #options: SeedOptions;
  readonly #schedule: Schedule;
  readonly #clients: Clients;
  readonly #nemesis: Nemesis;
  readonly #gate = new Gate();
  readonly #tally = new Tally();
  #slots = 0;
  #ended = 0;
  #lostAfterCommit = 0;
  #firstFindingAfter: number | null = null;

  constructor(options: SeedOptions, schedule: Schedule, variants: readonly Variant[]) {
    const { arena, operationKinds, ownerDatabaseUrl, count } = options;
    const { world } = schedule;
    this.#options = options;
    this.#schedule = schedule;
    this.#clients = new Clients({
      operations: operationKinds,
      credentials: arena.ground.credentials,
      proxy: arena.proxy,
      databaseFaults: arena.ground.endpoint.faults,
      onAnswer: (attempt) => {
        this.#ended += 1;
        observer.answered(attempt);
        this.#noteFinding();
      },
      onRead: (read) => observer.read(read),
    });
    this.#nemesis = new Nemesis({
      arena,
      world,
      variants,
      journal: this.#clients.journal,
      ownerDatabaseUrl,
      gate: this.#gate,
      count,
    });
    const observer = new Observer(this.#tally, {
      disabled: this.#nemesis.disabled,
      temp: world.staff.temp.id,
    });
  }

  async perform(): Promise<void> {
    const { slots, disturbances, world } = this.#schedule;
    const { clients, signal, onProgress, snapshotEvery } = this.#options;
    const due = [...disturbances];
    const judging: Promise<void>[] = [];
    const work = async () => {
      while (this.#slots < slots.length && !this.#over(signal)) {
        const index = this.#slots;
        this.#slots += 1;
        while (due[0] && due[0].before <= index) this.#nemesis.disturb(due.shift() as (typeof due)[0]);
        if (index > 0 && index % snapshotEvery === 0) judging.push(this.#judgeSoFar());
        await this.#gate.pass();
        const slot = slots[index] as (typeof slots)[0];
        if (slot.kind === 'config') this.#nemesis.change(slot.change);
        else if (slot.kind === 'read') await this.#clients.read(slot, world.servers[0] as string);
        else await Promise.all(slot.intents.map((intent) => this.#clients.send(intent, slot)));
        if (index % 100 === 0) onProgress(index);
      }
    };
    await Promise.all(Array.from({ length: clients }, work));
    this.#gate.open();
    await this.#nemesis.heal();
    await this.#options.arena.proxy.quiet();
    await Promise.all(judging);
    if (!this.#over(signal)) await this.#settle();
    this.#clients.close();
  }

  /** Every intent whose outcome nobody was told is sent again until somebody is. */
  async #settle(): Promise<void> {
    const { attempts } = this.#clients.journal;
    const settled = new Set(attempts.filter(isSettled).map(({ intent }) => intent));
    const open = [...new Set(attempts.map(({ intent }) => intent))].filter((intent) => !settled.has(intent));
    const work = async () => {
      for (let intent = open.pop(); intent; intent = open.pop()) {
        this.#options.count('keys settled after healing');
        const { player, key } = intent;
        const known = await this.#clients.settle(intent, SETTLE_TRIES);
        this.#tally.check('I7', known, () => ({ what: `key ${key} never settled`, player, keys: [key] }));
      }
    };
    await Promise.all(Array.from({ length: this.#options.clients }, work));
  }

  async #judgeSoFar(): Promise<void> {
    const { journal } = this.#clients;
    const until = journal.tick();
    const attempts = [...journal.attempts];
    const rows = await readRows(this.#options.arena.owner, this.#schedule.world).catch(() => null);
    // The postmaster may be away: there is another time.
    if (!rows) return;
    this.#options.count('snapshots judged');
    this.#judgeRows(rows, attempts, until);
  }

  #judgeRows(rows: Rows, attempts: readonly Attempt[], until?: number): void {
    judgeLedger(this.#tally, rows);
    judgeStaff(this.#tally, rows);
    judgeAcknowledged(this.#tally, { attempts, rows, ...(until !== undefined && { until }) });
    this.#noteFinding();
  }

  async judgeAtEnd(rules: (rows: Rows) => History['rulesOf']): Promise<void> {
    const { arena, operationKinds, log, signal } = this.#options;
    const { journal } = this.#clients;
    const rows = await readRows(arena.owner, this.#schedule.world);
    const rulesOf = rules(rows);
    const recorded = new Set(rows.claims.map(({ correlationId }) => correlationId));
    this.#lostAfterCommit = journal.attempts.filter(
      ({ correlationId, answer }) => recorded.has(correlationId) && !isDefinite(answer),
    ).length;
    this.#judgeRows(rows, journal.attempts);
    // A run that was broken off has keys that nobody settled: the model has nothing to go by.
    if (this.#over(signal)) return;
    judgePoints(this.#tally, rows, rulesOf);
    judgeRegeneration(
      this.#tally,
      rows,
      rows.configs.flatMap(({ version }) => rulesOf(version) ?? []),
    );
    const { world } = this.#schedule;
    reenact(this.#tally, {
      attempts: journal.attempts,
      reads: journal.reads,
      rows,
      world,
      rulesOf,
      daysBetween: (from, to) => arena.daysBetween(from, to),
      operations: operationKinds,
    });
    judgeLog(this.#tally, journal.attempts, log);
    this.#noteFinding();
  }

  result(): Omit<SeedResult, 'seconds'> {
    const { attempts, reads } = this.#clients.journal;
    return {
      seed: this.#options.seed,
      tally: this.#tally,
      attempts,
      reads: reads.length,
      disabled: this.#nemesis.disabled,
      world: this.#schedule.world,
      lostAfterCommit: this.#lostAfterCommit,
      slots: this.#slots,
      firstFindingAfter: this.#firstFindingAfter,
    };
  }

  #over(signal: AbortSignal): boolean {
    return signal.aborted || (this.#options.stopAtFirst && this.#tally.findings.length > 0);
  }

  #noteFinding(): void {
    if (this.#tally.findings.length > 0) this.#firstFindingAfter ??= this.#ended;
  }
}
