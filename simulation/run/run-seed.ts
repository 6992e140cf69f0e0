/**
 * One seed from beginning to end. Clients and nemesis run at the same time, and answers and snapshots are checked as they come;
 * then all faults are healed, every key whose outcome is unknown is settled, and everything is checked against the database.
 */
import { Clients } from '../clients/clients.ts';
import { type Attempt, isDefinite, isSettled, isTooLate } from '../clients/journal.ts';
import { checkAcknowledged } from '../invariants/acknowledged.ts';
import { AnswerChecker } from '../invariants/answers.ts';
import { checkCodes } from '../invariants/codes.ts';
import { checkConfigs } from '../invariants/configs.ts';
import { checkEconomy, readSums, type Sums } from '../invariants/economy.ts';
import { checkFeed } from '../invariants/feed.ts';
import { checkSettlements } from '../invariants/held.ts';
import type { History } from '../invariants/history.ts';
import { checkLedger, checkRegeneration, checkStatPoints } from '../invariants/ledger.ts';
import { checkLog, type LogLines } from '../invariants/log.ts';
import type { DisabledInterval } from '../invariants/permissions.ts';
import { readRows } from '../invariants/read-rows.ts';
import { reexecute } from '../invariants/reexecution.ts';
import type { Rows } from '../invariants/rows.ts';
import { checkRevocations, checkScope, checkServers } from '../invariants/servers.ts';
import { checkStaff } from '../invariants/staff.ts';
import { Tally } from '../invariants/tally.ts';
import type { Rules } from '../model/rules.ts';
import type { Operation } from '../operation.ts';
import type { CommitPath } from '../schedule/lane-faults.ts';
import { drawSchedule, type Schedule, type Sizes, type Slot } from '../schedule/schedule.ts';
import type { World } from '../schedule/world.ts';
import type { Deployment } from '../stack/deployment.ts';
import { openStaffChanges } from './change-staff.ts';
import { ClientGate } from './client-gate.ts';
import { makerOf } from './create-codes.ts';
import type { EventFeed } from './event-feed.ts';
import { Nemesis } from './nemesis.ts';
import { type Prepared, prepareSeed } from './prepare-seed.ts';
import { HeldRewards } from './settle-held.ts';

export interface SeedOptions extends Sizes {
  readonly deployment: Deployment;
  readonly path: CommitPath;
  readonly operationKinds: ReadonlyMap<string, Operation>;
  readonly ownerDatabaseUrl: string;
  /** As the Worker connects. */
  readonly databaseUrl: string;
  readonly clients: number;
  readonly log: LogLines;
  /** The rules of every config of the run, by digest of its document. An isolate may still use a config of the seed before. */
  readonly rulesByDigest: Map<string, Rules>;
  readonly feed: EventFeed;
  readonly count: (kind: string) => void;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
  /** How many slots there are between two snapshots of the database. */
  readonly snapshotEvery: number;
  /** Ends the seed at its first finding. */
  readonly stopAtFirst: boolean;
}

export interface SeedResult {
  readonly seed: string;
  readonly path: CommitPath;
  readonly tally: Tally;
  readonly attempts: readonly Attempt[];
  readonly reads: number;
  readonly disabled: readonly DisabledInterval[];
  readonly world: World;
  /** Requests that were committed, but whose answer was lost. */
  readonly lostAfterCommit: number;
  /** How many slots of the schedule were used. */
  readonly slots: number;
  /** How many attempts had ended at the first finding. */
  readonly firstFindingAfter: number | null;
  /** By correlation ID: the Worker's log lines of answers that are INTERNAL. */
  readonly defects: ReadonlyMap<string, readonly string[]>;
  readonly seconds: number;
}

const SETTLE_TRIES = 8;

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const began = performance.now();
  const schedule = drawSchedule(options, options.operationKinds);
  const prepared = await prepareSeed(options, schedule);
  options.log.clear();
  options.deployment.environment.credentials.clear();

  const run = new SeedRun(options, schedule, prepared);
  await run.perform();
  await run.checkAll();
  return { ...run.result(), seconds: (performance.now() - began) / 1_000 };
}

class SeedRun {
  readonly #options: SeedOptions;
  readonly #schedule: Schedule;
  readonly #clients: Clients;
  readonly #nemesis: Nemesis;
  readonly #held: HeldRewards;
  readonly #gate = new ClientGate();
  readonly #tally = new Tally();
  /** Of the economy, before the seed. */
  #sums: Sums = new Map();
  #slots = 0;
  #ended = 0;
  #lostAfterCommit = 0;
  #firstFindingAfter: number | null = null;

  constructor(options: SeedOptions, schedule: Schedule, { variants, version, servers }: Prepared) {
    const { deployment, operationKinds, count, path } = options;
    const { environment, proxy } = deployment;
    const { world, kvNeverUpdates } = schedule;
    this.#options = options;
    this.#schedule = schedule;
    this.#clients = new Clients({
      operations: operationKinds,
      variants,
      credentials: environment.credentials,
      proxy,
      path,
      databaseFaults: environment.endpoint.faults,
      onAnswer: (attempt) => {
        this.#ended += 1;
        checker.answered(attempt);
        this.#noteFinding();
      },
      onRead: (read) => checker.read(read),
    });
    this.#clients.journal.config = version;
    this.#held = new HeldRewards({
      deployment,
      seed: options.seed,
      breakers: variants.flatMap(({ rules }) => rules.breakers.map(({ name }) => name)),
    });
    this.#nemesis = new Nemesis({
      deployment,
      world,
      variants,
      journal: this.#clients.journal,
      databaseUrl: options.databaseUrl,
      gate: this.#gate,
      staff: openStaffChanges({
        deployment,
        seed: options.seed,
        adminId: makerOf(options.seed),
        role: world.staff.temp.role,
      }),
      held: this.#held,
      servers,
      feed: options.feed,
      kvNeverUpdates,
      count,
    });
    const checker = new AnswerChecker(this.#tally, {
      disabled: this.#nemesis.disabled,
      sent: this.#clients.journal.attempts,
    });
  }

  async perform(): Promise<void> {
    const { slots, disturbances } = this.#schedule;
    const { clients, onProgress, snapshotEvery, deployment } = this.#options;
    const due = [...disturbances];
    const snapshots: Promise<void>[] = [];
    const work = async () => {
      while (this.#slots < slots.length && !this.#isOver()) {
        const index = this.#slots;
        this.#slots += 1;
        while (due[0] && due[0].before <= index) this.#nemesis.disturb(due.shift() as (typeof due)[0]);
        if (index > 0 && index % snapshotEvery === 0) snapshots.push(this.#checkSnapshot());
        await this.#gate.pass();
        await this.#perform(slots[index] as Slot);
        if (index % 100 === 0) onProgress(index);
      }
    };
    // Rewards of the seeds before this one would expire during it, and be in the sums and not in its rows.
    await deployment.owner.query('UPDATE onceward.pending_rewards SET expires_at = NULL');
    this.#sums = await readSums(deployment.owner);
    const chores = this.#nemesis.chores();
    await Promise.all(Array.from({ length: clients }, work));
    this.#gate.open();
    await this.#nemesis.heal();
    await chores;
    await deployment.nothingScheduled();
    await deployment.proxy.idle();
    await Promise.all(snapshots);
    if (!this.#isOver()) await this.#settle();
    if (!this.#isOver()) await this.#releaseFrozen();
    this.#clients.close();
  }

  async #releaseFrozen(): Promise<void> {
    const { paid, left } = await this.#held.releaseFrozen();
    for (let one = 0; one < paid; one += 1) this.#options.count('reward of a frozen player released');
    this.#tally.check('I7', left.length === 0, () => ({
      what: `rewards are held although staff released them, of ${left.length} players`,
      player: left[0] ?? '',
    }));
  }

  async #perform(slot: Slot): Promise<void> {
    const { world } = this.#schedule;
    if (slot.kind === 'config') this.#nemesis.change(slot.change);
    else if (slot.kind === 'read') await this.#clients.read(slot, world.servers[0] as string);
    else await Promise.all(slot.intents.map((intent) => this.#clients.send(intent, slot)));
  }

  /** Sends every intent whose outcome is unknown again until it is known. */
  async #settle(): Promise<void> {
    const { attempts } = this.#clients.journal;
    const open = [...Map.groupBy(attempts, ({ intent }) => intent)].flatMap(([intent, all]) =>
      all.some(isSettled) || all.every(isTooLate) ? [] : [intent],
    );
    const work = async () => {
      for (let intent = open.pop(); intent; intent = open.pop()) {
        this.#options.count('keys settled after healing');
        const { player, key } = intent;
        const known = await this.#clients.settle(intent, SETTLE_TRIES);
        this.#tally.check('I7', known, () => ({
          what: `key ${key} has no outcome after ${SETTLE_TRIES} retries without faults`,
          player,
          keys: [key],
        }));
      }
    };
    await Promise.all(Array.from({ length: this.#options.clients }, work));
  }

  async #checkSnapshot(): Promise<void> {
    const { journal } = this.#clients;
    const until = journal.tick();
    const rows = await readRows(this.#options.deployment.owner, this.#schedule.world).catch(() => null);
    // The database may be down. A later snapshot checks the same rows.
    if (!rows) return;
    this.#options.count('snapshots checked');
    // Rows of attempts that began meanwhile may be among them.
    this.#checkRows(rows, journal.attempts, until);
  }

  #checkRows(rows: Rows, attempts: readonly Attempt[], until?: number): void {
    checkLedger(this.#tally, rows);
    checkStaff(this.#tally, rows);
    checkAcknowledged(this.#tally, { attempts, rows, ...(until !== undefined && { until }) });
    this.#noteFinding();
  }

  async checkAll(): Promise<void> {
    const { deployment, operationKinds, log, path, rulesByDigest, feed } = this.#options;
    const { attempts, reads } = this.#clients.journal;
    const { world } = this.#schedule;
    const rows = await readRows(deployment.owner, world);
    const recorded = new Set(rows.claims.map(({ sentCorrelationId }) => sentCorrelationId));
    this.#lostAfterCommit = attempts.filter(
      ({ correlationId, answer }) => recorded.has(correlationId) && !isDefinite(answer),
    ).length;
    this.#checkRows(rows, attempts);
    // A run that was stopped has keys without an outcome, which the model cannot work with.
    if (this.#isOver()) return;
    const rules = new Map(rows.configs.map(({ version, sha256 }) => [version, rulesByDigest.get(sha256)]));
    const rulesOf: History['rulesOf'] = (version) => rules.get(version);
    checkStatPoints(this.#tally, rows, rulesOf);
    checkRegeneration(
      this.#tally,
      rows,
      rows.configs.flatMap(({ version }) => rulesOf(version) ?? []),
    );
    checkConfigs(this.#tally, rows, this.#nemesis.publications);
    checkServers(this.#tally, rows, rulesOf);
    checkScope(this.#tally, { attempts, rows, world });
    checkRevocations(this.#tally, { attempts, rows, disabled: this.#nemesis.disabled });
    checkSettlements(this.#tally, rows, this.#held.replies);
    const server = { kind: 'server', id: world.servers[0] as string } as const;
    checkFeed(this.#tally, await feed.all(deployment, server, rows.outbox.length), rows);
    const after = await readSums(deployment.owner);
    checkEconomy(this.#tally, { before: this.#sums, after, rows });
    reexecute(this.#tally, {
      attempts,
      reads,
      rows,
      world,
      rulesOf,
      operations: operationKinds,
    });
    checkCodes(this.#tally, { attempts, rows, world });
    checkLog(this.#tally, attempts, { log, path });
    this.#noteFinding();
  }

  result(): Omit<SeedResult, 'seconds'> {
    const { attempts, reads } = this.#clients.journal;
    return {
      seed: this.#options.seed,
      path: this.#options.path,
      tally: this.#tally,
      attempts,
      reads: reads.length,
      disabled: this.#nemesis.disabled,
      world: this.#schedule.world,
      lostAfterCommit: this.#lostAfterCommit,
      slots: this.#slots,
      firstFindingAfter: this.#firstFindingAfter,
      defects: this.#options.log.defects(),
    };
  }

  #isOver(): boolean {
    const { signal, stopAtFirst } = this.#options;
    return signal.aborted || (stopAtFirst && this.#tally.findings.length > 0);
  }

  #noteFinding(): void {
    if (this.#tally.findings.length > 0) this.#firstFindingAfter ??= this.#ended;
  }
}
