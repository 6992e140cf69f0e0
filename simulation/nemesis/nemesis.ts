/**
 * Carries out what is to break beside single requests: kills backends, isolates and the postmaster, spoils KV, publishes
 * configs in mid-flight, migrates the schema, disables staff. It tells how often it did each, and from when to when somebody was disabled.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { disableStaff } from '../../cli/staff-store.ts';
import type { Journal } from '../clients/journal.ts';
import type { Variant } from '../model/rules.ts';
import type { Disturbance } from '../schedule/disturbances.ts';
import type { ConfigChange } from '../schedule/schedule.ts';
import type { World } from '../schedule/world.ts';
import type { Arena } from '../stack/arena.ts';
import { enableStaff } from './staff.ts';

/** In ticks of the journal: between these the member may be disabled; between the inner two they surely are. */
export interface Disabled {
  readonly asked: number;
  done: number;
  /** When enabling was asked for, and when it was done. */
  endAsked: number;
  end: number;
}

export interface NemesisOptions {
  readonly arena: Arena;
  readonly world: World;
  readonly variants: readonly Variant[];
  readonly journal: Journal;
  readonly ownerDatabaseUrl: string;
  /** Holds clients back while the database is away, but for a few, who see it. */
  readonly gate: { close(): void; open(): void };
  readonly count: (kind: string) => void;
}

export class Nemesis {
  readonly disabled: Disabled[] = [];
  readonly #options: NemesisOptions;
  /** One change at a time, in the order in which they were asked for. */
  #changes: Promise<void> = Promise.resolve();
  #underWay: Promise<void>[] = [];

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  /** Begins it and returns: the operations go on meanwhile. */
  disturb(disturbance: Disturbance): void {
    this.#underWay.push(this.#carryOut(disturbance));
  }

  change(change: ConfigChange): void {
    this.#changes = this.#changes.then(() => this.#apply(change));
  }

  /** Everything that was begun is over, and nothing is broken any more. */
  async heal(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#changes;
    const { arena, world } = this.#options;
    arena.kv.state = 'sound';
    await arena.untilUp();
    await this.#setDisabled(world.staff.temp.id, false);
  }

  async #carryOut(disturbance: Disturbance): Promise<void> {
    const { arena, count, gate } = this.#options;
    switch (disturbance.kind) {
      case 'kill_backends':
        return this.#counted(
          'backend killed',
          await this.#tolerant(() => arena.killBackends({ waiting: false })),
        );
      case 'kill_mid_transaction':
        return this.#killMidTransaction();
      case 'kill_worker':
        await arena.replaceWorker(disturbance.clockHours);
        count('isolate killed');
        if (disturbance.clockHours !== 0) count('clock moved');
        return;
      case 'kill_postgres':
        // Never two at once: the second would find nothing to kill.
        this.#crash = this.#crash.then(async () => {
          gate.close();
          await arena.ground.crashPostgres();
          await arena.untilUp();
          gate.open();
          count('postmaster killed');
        });
        return this.#crash;
      case 'upgrade':
        this.#upgrade = this.#upgrade.then(async () =>
          this.#counted('schema migrated', await this.#tolerant(() => arena.upgrade().then(() => 1))),
        );
        return this.#upgrade;
    }
  }

  #crash: Promise<void> = Promise.resolve();
  #upgrade: Promise<void> = Promise.resolve();

  /** Balances that are held elsewhere stop a transaction after it has written its claim; it dies there. */
  async #killMidTransaction(): Promise<void> {
    const { arena, world } = this.#options;
    const killed = await this.#tolerant(async () => {
      const client = await arena.owner.connect();
      try {
        await client.query('BEGIN');
        await client.query('SELECT FROM onceward.balances WHERE player_id = ANY ($1) FOR UPDATE', [
          world.hot,
        ]);
        await sleep(25);
        return await arena.killBackends({ waiting: true });
      } finally {
        await client.query('ROLLBACK').then(
          () => client.release(),
          () => client.release(true),
        );
      }
    });
    this.#counted('backend killed mid-transaction', killed);
  }

  #counted(kind: string, times: number): void {
    for (let time = 0; time < times; time += 1) this.#options.count(kind);
  }

  /** What cannot be done because the database is away is not done. */
  async #tolerant(work: () => Promise<number>): Promise<number> {
    try {
      return await work();
    } catch {
      return 0;
    }
  }

  async #apply(change: ConfigChange): Promise<void> {
    const { arena, world, variants, count } = this.#options;
    switch (change.kind) {
      case 'publish': {
        const { document } = variants[change.variant] as Variant;
        const published = await arena.publish(document).catch(() => null);
        if (published?.kind === 'invalid') throw new Error(`variant: ${JSON.stringify(published.problems)}`);
        if (published?.kind === 'published') count('config published');
        return;
      }
      case 'kv':
        arena.kv.state = change.state;
        if (change.state !== 'sound') count(`KV ${change.state.replace('_', ' ')}`);
        return;
      case 'staff':
        return this.#setDisabled(world.staff.temp.id, change.disabled);
    }
  }

  async #setDisabled(id: string, disabled: boolean): Promise<void> {
    const { ownerDatabaseUrl, journal, count } = this.#options;
    const current = this.disabled.at(-1);
    const isDisabled = current !== undefined && current.end === Number.POSITIVE_INFINITY;
    if (disabled === isDisabled) return;
    if (disabled) {
      const interval: Disabled = {
        asked: journal.tick(),
        done: Number.POSITIVE_INFINITY,
        endAsked: Number.POSITIVE_INFINITY,
        end: Number.POSITIVE_INFINITY,
      };
      this.disabled.push(interval);
      // Where the answer is lost it may have been done; only `asked` is known then.
      const done = await disableStaff(ownerDatabaseUrl, id).catch(() => false);
      if (done) interval.done = journal.tick();
      count('staff disabled');
      return;
    }
    if (!current) return;
    current.endAsked = journal.tick();
    if (await enableStaff(ownerDatabaseUrl, id).catch(() => false)) current.end = journal.tick();
  }
}
