/**
 * Injects what breaks more than a single request: kills backends, isolates and the postmaster, corrupts KV, publishes configs,
 * migrates the schema, and disables a staff member or takes their role away, all while clients send. The name is Jepsen's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from '../clients/journal.ts';
import type { Variant } from '../game/balance-config.ts';
import type { Publication, StaffPublication } from '../invariants/configs.ts';
import type { DisabledInterval } from '../invariants/permissions.ts';
import type { ConfigChange, Disturbance } from '../schedule/faults.ts';
import type { World } from '../schedule/world.ts';
import type { Deployment } from '../stack/deployment.ts';
import type { ServerChanges } from './change-servers.ts';
import type { StaffChanges } from './change-staff.ts';
import { runChores } from './chores.ts';
import type { ClientGate } from './client-gate.ts';
import { makerOf } from './create-codes.ts';
import type { EventFeed } from './event-feed.ts';
import type { HeldRewards } from './settle-held.ts';
import { zeroIfUnavailable } from './unavailable.ts';

export interface NemesisOptions {
  readonly deployment: Deployment;
  readonly world: World;
  readonly variants: readonly Variant[];
  readonly journal: Journal;
  /** As the Worker connects. */
  readonly databaseUrl: string;
  readonly gate: ClientGate;
  readonly staff: StaffChanges;
  readonly held: HeldRewards;
  readonly servers: ServerChanges;
  readonly feed: EventFeed;
  /** KV stays as it was before the seed, whatever is published. */
  readonly kvNeverUpdates: boolean;
  readonly count: (kind: string) => void;
}

export class Nemesis {
  readonly disabled: DisabledInterval[] = [];
  readonly publications: Publication[] = [];
  readonly #options: NemesisOptions;
  readonly #running: Promise<void>[] = [];
  readonly #healing = new AbortController();
  // Each of these queues keeps its actions in order and one at a time.
  #changes: Promise<void> = Promise.resolve();
  #crashes: Promise<void> = Promise.resolve();
  #upgrades: Promise<void> = Promise.resolve();

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  /** What runs all the time, until the seed is over. */
  chores(): Promise<void> {
    return runChores({ ...this.#options, disabled: this.disabled, signal: this.#healing.signal });
  }

  /** Starts the disturbance and returns. The clients go on meanwhile. */
  disturb(disturbance: Disturbance): void {
    this.#running.push(this.#inject(disturbance));
  }

  change(change: ConfigChange): void {
    this.#changes = this.#changes.then(() => this.#apply(change));
  }

  /** Waits for everything that was started, then makes all parts healthy again. */
  async heal(): Promise<void> {
    this.#healing.abort();
    await Promise.all(this.#running);
    await this.#changes;
    const { deployment, kvNeverUpdates } = this.#options;
    if (!kvNeverUpdates) deployment.kv.state = 'healthy';
    await deployment.databaseUp();
    await this.#enableForGood();
  }

  async #inject(disturbance: Disturbance): Promise<void> {
    const { deployment, count } = this.#options;
    switch (disturbance.kind) {
      case 'kill_backends': {
        const killed = await zeroIfUnavailable(() => deployment.killBackends({ waiting: false }));
        return this.#countTimes('backend killed', killed);
      }
      case 'kill_mid_transaction':
        return this.#killMidTransaction();
      case 'kill_worker':
        await deployment.replaceIsolate({ clockHours: disturbance.clockHours }, { kill: true });
        count('isolate killed');
        if (disturbance.clockHours !== 0) count('clock moved');
        return;
      case 'deploy':
        await deployment.replaceIsolate({ lanes: disturbance.lanes });
        return count('Worker deployed');
      case 'kill_postgres':
        this.#crashes = this.#crashes.then(() => this.#crashPostgres());
        return this.#crashes;
      case 'upgrade':
        this.#upgrades = this.#upgrades.then(async () => {
          const done = await zeroIfUnavailable(() => deployment.upgrade().then(() => 1));
          this.#countTimes('schema migrated', done);
        });
        return this.#upgrades;
    }
  }

  async #crashPostgres(): Promise<void> {
    const { deployment, gate, count } = this.#options;
    gate.close();
    await deployment.environment.crashPostgres();
    await deployment.databaseUp();
    gate.open();
    count('postmaster killed');
  }

  /** Locks the hot players' balances, so that transactions stop after they have written their claim, and kills them there. */
  async #killMidTransaction(): Promise<void> {
    const { deployment, world } = this.#options;
    const killed = await zeroIfUnavailable(async () => {
      const client = await deployment.owner.connect();
      try {
        await client.query('BEGIN');
        await client.query(
          `SELECT FROM onceward.balances
            WHERE player IN (SELECT no FROM onceward.actors WHERE kind = 1 AND id = ANY ($1)) FOR UPDATE`,
          [world.hot],
        );
        await sleep(25);
        return await deployment.killBackends({ waiting: true });
      } finally {
        await client.query('ROLLBACK').then(
          () => client.release(),
          () => client.release(true),
        );
      }
    });
    this.#countTimes('backend killed mid-transaction', killed);
  }

  #countTimes(kind: string, times: number): void {
    for (let time = 0; time < times; time += 1) this.#options.count(kind);
  }

  async #apply(change: ConfigChange): Promise<void> {
    const { deployment, world, variants, journal, kvNeverUpdates, count } = this.#options;
    switch (change.kind) {
      case 'publish': {
        const { document } = variants[change.variant] as Variant;
        const { afterMs, keeps, through } = change;
        const at = afterMs > 0 ? new Date(Date.now() + afterMs) : null;
        const began = Date.now();
        if (through !== 'owner') {
          const given = { at, keeps, isLate: through === 'late' };
          const staff = await this.#publishAsStaff(document, given);
          this.publications.push({ began, ended: Date.now(), staff });
          if (staff?.version && at === null) {
            journal.config = Math.max(journal.config, staff.version);
            journal.variant = change.variant;
          }
          return;
        }
        const published = await deployment.publish(document, { at, keeps }).catch(() => null);
        this.publications.push({ began, ended: Date.now() });
        // The moment of a scheduled version came while this one was published.
        if (published?.kind === 'conflict') return count('config not published: another one took effect');
        if (published && 'problems' in published)
          throw new Error(
            `The simulation drew a config that cannot be published: ${JSON.stringify(published.problems)}`,
          );
        if (published && published.kind !== 'scheduled' && at === null) {
          journal.config = Math.max(journal.config, published.version);
          journal.variant = change.variant;
        }
        if (published?.kind === 'published') count('config published');
        if (published?.kind === 'scheduled') count('config scheduled');
        if (published && 'scheduled' in published && published.scheduled?.was) count('scheduled config kept');
        return;
      }
      case 'kv':
        if (kvNeverUpdates) return;
        deployment.kv.state = change.state;
        if (change.state !== 'healthy') count(`KV ${change.state.replace('_', ' ')}`);
        return;
      case 'staff':
        return this.#setDisabled(world.staff.temp.id, change.disabled);
    }
  }

  /** Without faults around it the change takes effect at the first attempt, or soon. */
  async #enableForGood(): Promise<void> {
    const { id } = this.#options.world.staff.temp;
    for (let tries = 0; tries < ENABLE_TRIES && this.#isDisabled(); tries += 1) {
      if (tries > 0) await sleep(ENABLE_EVERY_MS);
      await this.#setDisabled(id, false);
    }
    if (this.#isDisabled()) throw new Error(`${id} could not be enabled again`);
  }

  #staffDisabled(): DisabledInterval[] {
    const { id } = this.#options.world.staff.temp;
    return this.disabled.filter((one) => one.id === id);
  }

  #isDisabled(): boolean {
    return this.#staffDisabled().at(-1)?.enabledAt === Number.POSITIVE_INFINITY;
  }

  /** Null: the answer was lost. */
  async #publishAsStaff(
    document: object,
    given: Parameters<Deployment['publishThroughApi']>[2],
  ): Promise<StaffPublication | null> {
    const { deployment, world, count } = this.#options;
    const staff = await deployment
      .publishThroughApi({ kind: 'staff', id: makerOf(world.seed) }, document, given)
      .catch(() => null);
    if (staff === null) return null;
    if (staff.version !== null) count('config published by staff');
    else if (staff.kind === 'ConfigChanged') count('config of staff refused on a version that was replaced');
    else if (staff.kind !== 'ConfigRefused')
      throw new Error(`Staff could not publish a config that was drawn: ${staff.kind}`);
    return staff;
  }

  async #setDisabled(id: string, disabled: boolean): Promise<void> {
    const { journal, staff, count } = this.#options;
    if (disabled === this.#isDisabled()) return;
    if (disabled) {
      const interval: DisabledInterval = {
        id,
        disableSentAt: journal.tick(),
        disabledAt: Number.POSITIVE_INFINITY,
        enableSentAt: Number.POSITIVE_INFINITY,
        enabledAt: Number.POSITIVE_INFINITY,
      };
      this.disabled.push(interval);
      // If the answer is lost it may have been done, and only the time of the request is known.
      const done = await staff.revoke(id, this.#staffDisabled().length);
      if (done) interval.disabledAt = journal.tick();
      count('staff disabled');
      return;
    }
    const current = this.#staffDisabled().at(-1);
    if (!current) return;
    // What was sent and not answered could still take effect after the member is enabled: its key says what came of it.
    if (current.disabledAt === Number.POSITIVE_INFINITY) {
      if (!(await staff.revoke(id, this.#staffDisabled().length))) return;
      current.disabledAt = journal.tick();
    }
    current.enableSentAt = Math.min(current.enableSentAt, journal.tick());
    if (await staff.restore(id, this.#staffDisabled().length)) current.enabledAt = journal.tick();
  }
}

const ENABLE_TRIES = 60;
const ENABLE_EVERY_MS = 500;
