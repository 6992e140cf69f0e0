/**
 * Sends the items of a bulk to the kernel: in requests of at most MAX_OPERATIONS, one after the other, so that limits are used in the
 * order of the list. What was not decided (another config, another time, a locked player) is sent again; of a request that fails,
 * perhaps because of one item, the halves. An item without an outcome is an answer, too: the same call tries it again.
 */
import { type BulkCall, type BulkIntent, type BulkOutcome, bulkCall } from '../domain/bulk.ts';
import { type Decision, NO_CONFIG } from '../domain/decide.ts';
import { forbidden } from '../domain/fault.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { commitBulk } from '../ledger/commit-bulk.ts';
import { LedgerDefect, LedgerUnavailable, mayBeOfOneOperation, NotSent } from '../ledger/failures.ts';
import { MAX_OPERATIONS } from '../ledger/kernel-contract.ts';
import type { RequestContext } from '../schema/builder.ts';
import { FORBIDDEN } from './authorise.ts';
import { tooOften } from './define-mutation.ts';
import { FaultError, type Observation } from './observe.ts';
import { clockBehind, correlationOf, rulesOf } from './send-operation.ts';

/** Of one request of a client. A Worker of the free plan may make 50 requests of its own. */
const MAX_REQUESTS = 40;
/** After that the items that are left are not sent: the client has not much patience left. */
const MAX_MS = 20_000;
/** How often an item is sent among others while its player is locked. After that it waits for the lock, alone. */
const MAX_BUSY = 2;
/** So many requests that fail one after the other, and none with outcomes, fail because of something that all items share. */
const SHARED_FAILURES = 7;

export interface BulkSending {
  readonly call: Omit<BulkIntent, 'correlationId' | 'clientCorrelationId'>;
  /** How many items the call has; of other items than it was sent with, after `adopt`. */
  readonly size: () => number;
  readonly decide: (place: number, moment: Moment) => Decision;
  /** The call was recorded with these items before. Absent: its input lists them. */
  readonly adopt?: (items: readonly string[]) => void;
}

/** Under which rules and when an item is decided. */
export interface Moment {
  readonly now: Date;
  readonly rules: BalanceRules | null;
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
  /** Those of the item's player, as the kernel answered them; null: it has not. */
  readonly zones: string | null;
}

export type SettledOutcome = Extract<Outcome, { kind: 'granted' | 'rejected' }>;
/** The outcome of an item, or the error because of which it has none. */
export type ItemAnswer =
  | { readonly outcome: SettledOutcome; readonly rules: BalanceRules | null }
  | { readonly error: unknown };

export type BulkAnswer =
  | { readonly kind: 'items'; readonly replayed: boolean; readonly answers: readonly ItemAnswer[] }
  | Extract<BulkOutcome, { kind: 'key_reused' }>;

/** Throws where no item has an outcome. */
export async function sendBulk(
  context: RequestContext,
  observation: Observation,
  sending: BulkSending,
): Promise<BulkAnswer> {
  const rules = await context.services.config.loaded(context.correlationId);
  return await new BulkRun(context, observation, sending, rules).run();
}

/** Items of one request. */
interface Group {
  readonly places: readonly number[];
  readonly tries: number;
}

class BulkRun {
  readonly #context: RequestContext;
  readonly #observation: Observation;
  readonly #sending: BulkSending;
  readonly #until = Date.now() + MAX_MS;
  #rules: BalanceRules | null;
  #now: Date;
  #call: BulkCall;
  #decisions: readonly Decision[] = [];
  /** By the place of the item. */
  readonly #zones = new Map<number, string>();
  #answers: (ItemAnswer | undefined)[] = [];
  #queue: Group[] = [];
  #requests = 0;
  #failures = 0;
  /** Whether the call had been recorded before this request; null: not known yet. */
  #replayed: boolean | null = null;

  constructor(
    context: RequestContext,
    observation: Observation,
    sending: BulkSending,
    rules: BalanceRules | null,
  ) {
    this.#context = context;
    this.#observation = observation;
    this.#sending = sending;
    this.#rules = rules;
    this.#now = context.now;
    this.#call = this.#decide();
    this.#enqueueAll();
  }

  async run(): Promise<BulkAnswer> {
    for (let group = this.#queue.shift(); group; group = this.#queue.shift()) {
      if (this.#requests === MAX_REQUESTS || Date.now() > this.#until) {
        this.#fail([group, ...this.#queue.splice(0)], new NotSent());
        break;
      }
      const reused = await this.#send(group);
      if (reused) return reused;
    }
    const answers = this.#answers as ItemAnswer[];
    const [first] = answers;
    if (first && 'error' in first && answers.every((answer) => 'error' in answer)) throw first.error;
    return { kind: 'items', replayed: this.#replayed ?? false, answers };
  }

  /** Decides every item for the current rules and time. The call is only looked up if one of them has a fault. */
  #decide(): BulkCall {
    const moment = { now: this.#now, rules: this.#rules, ...correlationOf(this.#context) };
    const { call, decide, size } = this.#sending;
    this.#decisions = Array.from({ length: size() }, (_, place) =>
      decide(place, { ...moment, zones: this.#zones.get(place) ?? null }),
    );
    const mode = this.#fault() || !this.#rules ? 'lookup' : 'commit';
    return bulkCall({ ...call, ...correlationOf(this.#context) }, mode, this.#rules);
  }

  #fault() {
    return this.#decisions.find(({ fault }) => fault)?.fault ?? null;
  }

  #enqueueAll(): void {
    const places = this.#decisions.map((_, place) => place);
    for (let from = 0; from < places.length; from += MAX_OPERATIONS)
      this.#queue.push({ places: places.slice(from, from + MAX_OPERATIONS), tries: 0 });
  }

  /** A bulk whose key was reused ends here. */
  async #send(group: Group): Promise<Extract<BulkAnswer, { kind: 'key_reused' }> | null> {
    const { services, waitUntil } = this.#context;
    const items = group.places.map((place) => ({
      place,
      operation: (this.#decisions[place] as Decision).operation,
    }));
    this.#requests += 1;
    const committing = commitBulk(services.database, this.#call, items, services.config.held());
    // A client that disconnects must not cancel the transaction half-way.
    waitUntil(committing.catch(() => {}));
    try {
      const answer = await this.#observation.timeDatabase(() => committing);
      this.#failures = 0;
      if (answer.kind === 'key_reused') return answer;
      await this.#take(group, answer);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable || error instanceof LedgerDefect)) throw error;
      this.#failed(group, error);
    }
    return null;
  }

  async #take(group: Group, answer: Exclude<BulkOutcome, { kind: 'key_reused' }>): Promise<void> {
    switch (answer.kind) {
      case 'open':
        this.#replayed ??= answer.replayed;
        return await this.#settle(group, answer.outcomes);
      case 'stale_config':
        await this.#adoptRules(answer);
        this.#queue.unshift(group);
        return;
      case 'other_items':
        if (!this.#sending.adopt) throw new Error(`${this.#call.name} was recorded with a list of items`);
        this.#sending.adopt(answer.items);
        this.#zones.clear();
        this.#call = { ...this.#decide(), items: answer.items };
        this.#queue = [];
        this.#enqueueAll();
        return;
      case 'forbidden':
        throw new FaultError(forbidden(FORBIDDEN[answer.why]));
      case 'unknown_key':
        throw new FaultError(this.#fault() ?? NO_CONFIG);
    }
  }

  async #settle({ places, tries }: Group, outcomes: readonly Outcome[]): Promise<void> {
    const again: number[] = [];
    const busy: number[] = [];
    let stale: Extract<Outcome, { kind: 'stale_config' }> | null = null;
    let at: Date | null = null;
    let zones = false;
    for (const [index, outcome] of outcomes.entries()) {
      const place = places[index] as number;
      if (outcome.kind === 'granted' || outcome.kind === 'rejected')
        this.#answers[place] = { outcome, rules: this.#rules };
      else if (outcome.kind === 'busy') busy.push(place);
      else if (outcome.kind === 'stale_config' || outcome.kind === 'stale_time') {
        again.push(place);
        if (outcome.kind === 'stale_config') stale = outcome;
        else at = outcome.at;
      } else if (outcome.kind === 'stale_zones') {
        again.push(place);
        this.#zones.set(place, outcome.zones);
        zones = true;
      } else this.#answers[place] = { error: this.#errorOf(place, outcome) };
    }
    if (at) this.#now = at;
    if (stale) await this.#adoptRules(stale);
    else if (at || zones) this.#call = { ...this.#decide(), items: this.#call.items };
    if (again.length > 0) this.#queue.unshift({ places: again, tries });
    if (busy.length === 0) return;
    if (tries < MAX_BUSY) this.#queue.push({ places: busy, tries: tries + 1 });
    else this.#queue.push(...busy.map((place) => ({ places: [place], tries: tries + 1 })));
  }

  #errorOf(
    place: number,
    outcome: Exclude<
      Outcome,
      { kind: 'granted' | 'rejected' | 'busy' | 'stale_config' | 'stale_time' | 'stale_zones' }
    >,
  ): unknown {
    switch (outcome.kind) {
      case 'unknown_key':
        return new FaultError(this.#decisions[place]?.fault ?? NO_CONFIG);
      case 'forbidden':
        return new FaultError(forbidden(FORBIDDEN[outcome.why]));
      case 'rate_limited':
        return tooOften(outcome, this.#context.now);
      case 'clock_behind':
        return clockBehind(this.#context, outcome);
      // No item of a bulk reads the player, and a derived key has the input of its call.
      case 'stale_player':
      case 'key_reused':
        return new Error(`an item was answered as ${outcome.kind}`);
    }
  }

  async #adoptRules(answer: Extract<Outcome, { kind: 'stale_config' }>): Promise<void> {
    this.#rules = await rulesOf(answer, this.#context);
    this.#call = { ...this.#decide(), items: this.#call.items };
  }

  /** Where the failure may be that of one item, the rest must not share it. Without an answer nothing more is sent. */
  #failed(group: Group, error: LedgerUnavailable | LedgerDefect): void {
    this.#failures += 1;
    const { places, tries } = group;
    if (!mayBeOfOneOperation(error) || this.#failures === SHARED_FAILURES)
      this.#fail([group, ...this.#queue.splice(0)], error);
    else if (places.length === 1) this.#fail([group], error);
    else {
      const half = places.length >> 1;
      // Behind the others: only what all requests share fails so often in a row.
      this.#queue.push({ places: places.slice(0, half), tries }, { places: places.slice(half), tries });
    }
  }

  #fail(groups: readonly Group[], error: unknown): void {
    for (const { places } of groups) for (const place of places) this.#answers[place] = { error };
  }
}
