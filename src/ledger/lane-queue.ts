/**
 * Coalesces the operations of a lane: one batch is in flight, and what arrives meanwhile is the next one. No timer delays an
 * operation. Nothing here must survive: a client without a reply sends its operation again, with its key.
 */
import { LedgerDefect, LedgerUnavailable, mayBeOfOneOperation } from './failures.ts';
import {
  type KernelAnswer,
  type KernelConfigs,
  type KernelOutcome,
  MAX_OPERATIONS,
} from './kernel-contract.ts';

/** What a lane answers to one operation: a value, because an error loses its class on the way to the caller. */
export type LaneReply =
  | {
      readonly kind: 'answered';
      /** With the one outcome. An object crosses to the Worker for less CPU than JSON. */
      readonly answer: KernelAnswer;
      /** How many operations its request had. */
      readonly batch: number;
      readonly queuedMs: number;
    }
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'defect'; readonly sqlState: string; readonly constraint: string | null }
  /** It was not sent: the queue is full, or it waited too long. */
  | { readonly kind: 'not_sent' };

/** Sends encoded operations in one request. Throws LedgerUnavailable or LedgerDefect. */
export type SendBatch = (operations: readonly string[], held: readonly string[]) => Promise<KernelAnswer>;

export const LANE_LIMITS = {
  /** Of one batch, in UTF-16 units. Neon accepts 10 MiB, and escaping makes at most seven bytes of a unit. */
  batchUnits: 1_048_576,
  /** Operations without a reply. */
  operations: 1_000,
  /** The sum of their lengths, in UTF-16 units. */
  units: 8_388_608,
  /** Requests beside the batch: a Worker may have six open connections. */
  beside: 5,
  /** An operation that waited longer is not sent: its client has given up. */
  waitMs: 5_000,
  /** How long the others wait for an operation that was sent alone, and that may wait for the lock of its player. */
  aloneMs: 30,
};

interface Waiting {
  readonly player: string;
  readonly operation: string;
  readonly held: readonly string[];
  readonly since: number;
  readonly reply: (reply: LaneReply) => void;
}

interface Flight {
  readonly group: readonly Waiting[];
  isSlow: boolean;
  isWatched: boolean;
}

export class LaneQueue {
  readonly #send: SendBatch;
  #waiting: Waiting[] = [];
  #flight: Flight | null = null;
  /** The number of requests beside the one in flight, and the groups that wait for such a request. */
  #beside = 0;
  readonly #groups: (readonly Waiting[])[] = [];
  /** For each player of an operation that is sent alone: the operations that came back busy meanwhile. */
  readonly #behind = new Map<string, { alone: number; readonly busy: Waiting[] }>();
  #operations = 0;
  #units = 0;

  constructor(send: SendBatch) {
    this.#send = send;
  }

  /** `held`: the digests of the config documents that the caller has. */
  add(player: string, operation: string, held: readonly string[]): Promise<LaneReply> {
    const units = operation.length;
    if (this.#operations >= LANE_LIMITS.operations || this.#units + units > LANE_LIMITS.units)
      return Promise.resolve({ kind: 'not_sent' });
    this.#operations += 1;
    this.#units += units;
    return new Promise((resolve) => {
      const reply = (answer: LaneReply) => {
        this.#operations -= 1;
        this.#units -= units;
        resolve(answer);
      };
      this.#waiting.push({ player, operation, held, since: Date.now(), reply });
      this.#continue();
    });
  }

  /** Sends whatever a connection is free for. */
  #continue(): void {
    while (this.#beside < LANE_LIMITS.beside && this.#groups.length > 0)
      this.#sendBeside(this.#groups.shift() as readonly Waiting[]);
    if (this.#flight?.isSlow && this.#beside < LANE_LIMITS.beside) {
      this.#beside += 1;
      this.#flight = null;
    }
    if (this.#flight === null) this.#sendBatch();
    else this.#watch(this.#flight);
  }

  #sendBatch(): void {
    const group = this.#nextBatch();
    if (group.length === 0) return;
    const flight = { group, isSlow: false, isWatched: false };
    this.#flight = flight;
    this.#enter(group);
    void this.#transmit(group).then(() => {
      if (this.#flight === flight) this.#flight = null;
      else this.#beside -= 1;
      this.#leave(group);
      this.#continue();
    });
  }

  #sendBeside(group: readonly Waiting[]): void {
    const sent = withoutLate(group);
    this.#beside += 1;
    void this.#transmit(sent).then(() => {
      this.#beside -= 1;
      this.#leave(group);
      this.#continue();
    });
  }

  #nextBatch(): readonly Waiting[] {
    this.#waiting = withoutLate(this.#waiting);
    let units = 0;
    const isBeyond = ({ operation }: Waiting, index: number) => {
      units += operation.length;
      return index === MAX_OPERATIONS || (index > 0 && units > LANE_LIMITS.batchUnits);
    };
    const end = this.#waiting.findIndex(isBeyond);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  /** An operation that waits for the lock of its player must not delay the others: the next batch overtakes it. */
  #watch(flight: Flight): void {
    if (flight.group.length > 1 || flight.isWatched || this.#waiting.length === 0) return;
    flight.isWatched = true;
    setTimeout(() => {
      if (this.#flight !== flight) return;
      flight.isSlow = true;
      this.#continue();
    }, LANE_LIMITS.aloneMs);
  }

  async #transmit(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    const sentAt = Date.now();
    try {
      const { outcomes, ...configs } = await this.#send(
        group.map(({ operation }) => operation),
        heldByAll(group),
      );
      for (const [index, each] of group.entries()) {
        const outcome = outcomes[index] as KernelOutcome;
        if (outcome.kind === 'busy' && group.length > 1) this.#isBusy(each);
        else {
          const answer = answerTo(each, outcome, configs);
          each.reply({ kind: 'answered', answer, batch: group.length, queuedMs: sentAt - each.since });
        }
      }
    } catch (error) {
      this.#failed(group, error);
    }
  }

  /** In a call of its own an operation waits for the lock. One per player, so that one player leaves connections to others. */
  #isBusy(waiting: Waiting): void {
    const behind = this.#behind.get(waiting.player);
    if (behind) behind.busy.push(waiting);
    else this.#queueBeside([waiting]);
  }

  #queueBeside(group: readonly Waiting[]): void {
    this.#enter(group);
    this.#groups.push(group);
  }

  #enter(group: readonly Waiting[]): void {
    if (group.length !== 1) return;
    const { player } = group[0] as Waiting;
    const behind = this.#behind.get(player);
    if (behind) behind.alone += 1;
    else this.#behind.set(player, { alone: 1, busy: [] });
  }

  #leave(group: readonly Waiting[]): void {
    if (group.length !== 1) return;
    const { player } = group[0] as Waiting;
    const behind = this.#behind.get(player);
    if (!behind) return;
    behind.alone -= 1;
    if (behind.alone > 0) return;
    this.#behind.delete(player);
    this.#waiting.push(...behind.busy);
  }

  /** Where the failure may be that of one operation, the rest must not share it: halves are sent until it fails alone. */
  #failed(group: readonly Waiting[], error: unknown): void {
    if (group.length > 1 && mayBeOfOneOperation(error)) {
      const half = group.length >> 1;
      this.#queueBeside(group.slice(0, half));
      this.#queueBeside(group.slice(half));
    } else {
      const reply = failureReply(error);
      for (const each of group) each.reply(reply);
    }
  }
}

/** Answers those that waited too long, and returns the others. */
function withoutLate(group: readonly Waiting[]): Waiting[] {
  const oldest = Date.now() - LANE_LIMITS.waitMs;
  const late = group.filter(({ since }) => since < oldest);
  for (const { reply } of late) reply({ kind: 'not_sent' });
  return late.length === 0 ? [...group] : group.filter(({ since }) => since >= oldest);
}

/** The digests that every caller holds: of any other document, one of them needs the text. */
function heldByAll(group: readonly Waiting[]): readonly string[] {
  const [{ held = [] } = {}, ...others] = group;
  if (others.length === 0) return held;
  const holders = new Map(held.map((digest) => [digest, 1]));
  for (const other of others)
    for (const digest of other.held) {
      const count = holders.get(digest);
      if (count !== undefined) holders.set(digest, count + 1);
    }
  return held.filter((digest) => holders.get(digest) === group.length);
}

/** The answer that an operation would have had alone: with the configs of its outcome, and no document that the caller holds. */
function answerTo(
  { held }: Waiting,
  outcome: KernelOutcome,
  { current, configs = [] }: KernelConfigs,
): KernelAnswer {
  const outcomes = [outcome];
  const isReplay = outcome.kind === 'granted' && outcome.replayed;
  if (!isReplay && outcome.kind !== 'stale_config') return { outcomes };
  const version = isReplay ? outcome.claim.configVersion : current?.version;
  const referred = configs
    .filter((config) => config.version === version)
    .map((config) => (held.includes(config.sha256) ? { ...config, document: null } : config));
  return { outcomes, current: current ?? null, configs: referred };
}

function failureReply(error: unknown): LaneReply {
  if (error instanceof LedgerUnavailable) return { kind: 'unavailable', why: error.why };
  if (error instanceof LedgerDefect)
    return { kind: 'defect', sqlState: error.sqlState, constraint: error.constraint };
  return { kind: 'defect', sqlState: error instanceof Error ? error.name : typeof error, constraint: null };
}
