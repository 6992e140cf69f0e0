/**
 * Coalesces the operations of a lane: one batch is in flight, and what arrives meanwhile is the next one. No timer delays an
 * operation. Nothing here must survive: a client without a reply sends its operation again, with its key.
 */
import { LedgerUnavailable, mayBeOfOneOperation } from './failures.ts';
import { type KernelAnswer, type KernelOutcome, MAX_OPERATIONS } from './kernel-contract.ts';
import { answerTo, failureReply, heldByAll, type LaneReply, LOCKED, lateReply } from './lane-reply.ts';

/** Sends encoded operations in one request. Throws LedgerUnavailable or LedgerDefect. */
export type SendBatch = (operations: readonly string[], held: readonly string[]) => Promise<KernelAnswer>;

export interface LaneLimits {
  /** Of one batch, in UTF-16 units. Neon accepts 10 MiB, and escaping makes at most seven bytes of a unit. */
  readonly batchUnits: number;
  /** Operations without a reply. */
  readonly operations: number;
  /** The sum of their lengths, in UTF-16 units. */
  readonly units: number;
  /** Requests beside the batch: a Worker may have six open connections. */
  readonly beside: number;
  /** An operation that waited longer for its first request is not sent: its client has given up. */
  readonly waitMs: number;
  /** An operation that was sent is sent again until this long after its arrival. */
  readonly againMs: number;
  /** How long the others wait for an operation that was sent alone, and that may wait for the lock of its player. */
  readonly aloneMs: number;
  /** So many requests of a batch that fail alike, and none with outcomes, fail because of something that all operations share. */
  readonly sharedFailures: number;
}

export const LANE_LIMITS: LaneLimits = {
  batchUnits: 1_048_576,
  operations: 1_000,
  units: 8_388_608,
  beside: 5,
  waitMs: 5_000,
  // The last request takes at most the 5 s of statement_timeout, and the Worker waits 20 s.
  againMs: 15_000,
  aloneMs: 30,
  // The batch, its halves and its quarters.
  sharedFailures: 7,
};

interface Waiting {
  readonly player: string;
  readonly operation: string;
  readonly held: readonly string[];
  readonly since: number;
  /** The first reply counts. */
  readonly reply: (reply: LaneReply) => void;
  /** Of the last request that held it. Null: it was never sent. */
  failure: LaneReply | null;
}

/** The operations of one request. */
interface Group {
  readonly of: readonly Waiting[];
  /** Null: a batch, or an operation that was busy. */
  readonly halving: Halving | null;
}

/** A batch that failed and is sent again in halves. */
interface Halving {
  readonly error: string;
  /** How many of its requests failed with that error. Null: one had outcomes, or another error. */
  failures: number | null;
}

interface Flight {
  readonly group: Group;
  isSlow: boolean;
  isWatched: boolean;
}

/** What waits until a player has no operation alone in flight. */
interface Behind {
  /** For a request of its own each. */
  readonly alone: Group[];
  /** For the next batch. */
  readonly batched: Waiting[];
}

export class LaneQueue {
  readonly #send: SendBatch;
  readonly #limits: LaneLimits;
  #waiting: Waiting[] = [];
  #flight: Flight | null = null;
  /** The number of requests beside the one in flight, and those that wait for a connection. */
  #beside = 0;
  readonly #besideNext: Group[] = [];
  /** By player, for each operation that is sent alone. One at a time, so that one player leaves connections to others. */
  readonly #behind = new Map<string, Behind>();
  #operations = 0;
  #units = 0;

  constructor(send: SendBatch, limits: LaneLimits = LANE_LIMITS) {
    this.#send = send;
    this.#limits = limits;
  }

  /** `held`: the digests of the config documents that the caller has. */
  add(player: string, operation: string, held: readonly string[]): Promise<LaneReply> {
    const units = operation.length;
    if (this.#operations >= this.#limits.operations || this.#units + units > this.#limits.units)
      return Promise.resolve({ kind: 'not_sent' });
    this.#operations += 1;
    this.#units += units;
    return new Promise((resolve) => {
      let isOpen = true;
      const reply = (answer: LaneReply) => {
        if (!isOpen) return;
        isOpen = false;
        this.#operations -= 1;
        this.#units -= units;
        resolve(answer);
      };
      this.#waiting.push({ player, operation, held, since: Date.now(), reply, failure: null });
      this.#continue();
    });
  }

  /** Sends whatever a connection is free for. */
  #continue(): void {
    while (this.#beside < this.#limits.beside && this.#besideNext.length > 0)
      this.#sendBeside(this.#besideNext.shift() as Group);
    if (this.#flight?.isSlow && this.#beside < this.#limits.beside) {
      this.#beside += 1;
      this.#flight = null;
    }
    if (this.#flight === null) this.#sendBatch();
    else this.#watch(this.#flight);
  }

  #sendBatch(): void {
    const group = { of: this.#nextBatch(), halving: null };
    if (group.of.length === 0) return;
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

  #sendBeside(group: Group): void {
    this.#beside += 1;
    void this.#transmit({ ...group, of: this.#withoutHopeless(group) }).then(() => {
      this.#beside -= 1;
      this.#leave(group);
      this.#continue();
    });
  }

  #nextBatch(): readonly Waiting[] {
    const ready: Waiting[] = [];
    for (const each of this.#withoutLate(this.#waiting))
      (this.#behind.get(each.player)?.batched ?? ready).push(each);
    let units = 0;
    const isBeyond = ({ operation }: Waiting, index: number) => {
      units += operation.length;
      return index === MAX_OPERATIONS || (index > 0 && units > this.#limits.batchUnits);
    };
    const end = ready.findIndex(isBeyond);
    this.#waiting = end < 0 ? [] : ready.splice(end);
    return ready;
  }

  /** Answers those that waited too long, and returns the others. */
  #withoutLate(all: readonly Waiting[]): readonly Waiting[] {
    const now = Date.now();
    const isLate = ({ since, failure }: Waiting) =>
      now - since > (failure ? this.#limits.againMs : this.#limits.waitMs);
    const late = all.filter(isLate);
    for (const { reply, failure } of late) reply(lateReply(failure));
    return late.length === 0 ? all : all.filter((each) => !isLate(each));
  }

  /** An operation that waits for the lock of its player must not delay the others: the next batch overtakes it. */
  #watch(flight: Flight): void {
    if (flight.group.of.length > 1 || flight.isWatched || this.#waiting.length === 0) return;
    flight.isWatched = true;
    setTimeout(() => {
      if (this.#flight !== flight) return;
      flight.isSlow = true;
      this.#continue();
    }, this.#limits.aloneMs);
  }

  async #transmit(group: Group): Promise<void> {
    const { of, halving } = group;
    if (of.length === 0) return;
    const sentAt = Date.now();
    try {
      const { outcomes, ...configs } = await this.#send(
        of.map(({ operation }) => operation),
        heldByAll(of),
      );
      if (outcomes.length !== of.length) throw new LedgerUnavailable('an incomplete answer');
      const answers = of.map((each, index) => answerTo(each, outcomes[index] as KernelOutcome, configs));
      if (halving) halving.failures = null;
      for (const [index, each] of of.entries()) {
        const answer = answers[index] as KernelAnswer;
        if (answer.outcomes[0]?.kind === 'busy' && of.length > 1) this.#isBusy(each);
        else each.reply({ kind: 'answered', answer, batch: of.length, queuedMs: sentAt - each.since });
      }
    } catch (error) {
      this.#failed(group, error);
    }
  }

  /** In a call of its own an operation waits for the lock. */
  #isBusy(waiting: Waiting): void {
    waiting.failure ??= LOCKED;
    const behind = this.#behind.get(waiting.player);
    if (behind) behind.batched.push(waiting);
    else this.#queueBeside({ of: [waiting], halving: null });
  }

  #queueBeside(group: Group): void {
    const behind = group.of.length === 1 && this.#behind.get(playerOf(group));
    if (behind) behind.alone.push(group);
    else {
      this.#enter(group);
      this.#besideNext.push(group);
    }
  }

  #enter(group: Group): void {
    if (group.of.length === 1) this.#behind.set(playerOf(group), { alone: [], batched: [] });
  }

  #leave(group: Group): void {
    if (group.of.length !== 1) return;
    const player = playerOf(group);
    const { alone = [], batched = [] } = this.#behind.get(player) ?? {};
    const next = alone.shift();
    if (next) this.#besideNext.push(next);
    else {
      this.#behind.delete(player);
      this.#waiting.push(...batched);
    }
  }

  /** Where the failure may be that of one operation, the rest must not share it: halves are sent until it fails alone. */
  #failed({ of, halving: earlier }: Group, error: unknown): void {
    const failure = failureReply(error);
    const halving = earlier ?? { error: String(error), failures: 0 };
    if (halving.error !== String(error)) halving.failures = null;
    if (halving.failures !== null) halving.failures += 1;
    if (of.length === 1 || !mayBeOfOneOperation(error) || this.#isShared(halving)) {
      // What fails with others may be another's defect: it can be sent again.
      for (const { reply } of of) reply(of.length === 1 ? failure : lateReply(failure));
      return;
    }
    for (const each of of) each.failure = failure;
    const half = of.length >> 1;
    this.#queueBeside({ of: of.slice(0, half), halving });
    this.#queueBeside({ of: of.slice(half), halving });
  }

  #isShared(halving: Halving | null): boolean {
    return (halving?.failures ?? 0) >= this.#limits.sharedFailures;
  }

  /** Those of a request beside the batch that are worth sending. The others are answered. */
  #withoutHopeless({ of, halving }: Group): readonly Waiting[] {
    if (!this.#isShared(halving)) return this.#withoutLate(of);
    // What they failed with may be the defect of others.
    for (const { reply, failure } of of) reply(lateReply(failure ?? LOCKED));
    return [];
  }
}

const playerOf = ({ of }: Group): string => (of[0] as Waiting).player;
