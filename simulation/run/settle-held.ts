/**
 * Staff release what breakers held back, and drop some of it: several at once, with calls that are sent twice, and again where no
 * answer came. What was held of frozen players they release at the end.
 */
import { mutationBody, OUTCOME } from '../clients/document.ts';
import { AT_THE_END, REASONS } from '../invariants/held.ts';
import { Random } from '../random.ts';
import type { Deployment } from '../stack/deployment.ts';
import { makerOf } from './create-codes.ts';

interface Options {
  readonly deployment: Deployment;
  readonly seed: string;
  /** Names; empty: the seed has none, and nothing is sent. */
  readonly breakers: readonly string[];
}

interface Call {
  readonly name: 'releaseRewards' | 'dropRewards';
  readonly input: { readonly idempotencyKey: string };
}

const TRIES = 3;
/** For each frozen player. Together they pay each reward once. */
const AT_ONCE = 3;
const ROUNDS = 20;

export class HeldRewards {
  /** By the key of a call: how many it settled, by each answer. */
  readonly replies = new Map<string, number[]>();
  readonly #options: Options;
  readonly #random: Random;
  #calls = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#random = new Random(`${options.seed}/held`);
  }

  /** One call. Returns how many it settled. */
  async settle(): Promise<number> {
    const { breakers } = this.#options;
    if (breakers.length === 0) return 0;
    const call = this.#draw(breakers);
    const isTwice = this.#random.chance(0.3);
    const [settled] = await Promise.all([this.#send(call), ...(isTwice ? [this.#send(call)] : [])]);
    return settled;
  }

  /** All that is held of players who were frozen. Returns how many rewards were paid, and whose are held all the same. */
  async releaseFrozen(): Promise<{ readonly paid: number; readonly left: readonly string[] }> {
    const { deployment, seed } = this.#options;
    let paid = 0;
    for (let round = 0; ; round += 1) {
      const { rows } = await deployment.owner.query<{ player_id: string }>(
        `SELECT DISTINCT player_id FROM onceward.pending_by_name
          WHERE is_held AND origin = 'frozen' AND player_id >= $1 AND player_id < $2`,
        [`s${seed}-`, `s${seed}.`],
      );
      const left = rows.map(({ player_id }) => player_id);
      if (left.length === 0 || round === ROUNDS) return { paid, left };
      const calls = left.flatMap((playerId) =>
        Array.from({ length: AT_ONCE }, (): Call => {
          const input = { ...this.#named(AT_THE_END), playerId, reason: REASONS.release };
          return { name: 'releaseRewards', input };
        }),
      );
      const settled = await Promise.all(calls.map((call) => this.#send(call)));
      paid += settled.reduce((sum, one) => sum + one, 0);
    }
  }

  #named(what: string): { readonly idempotencyKey: string } {
    this.#calls += 1;
    return { idempotencyKey: `${what}-of-${this.#options.seed}-${this.#calls}`.padEnd(24, '-') };
  }

  /** Of this seed alone: others share its database. */
  #draw(breakers: readonly string[]): Call {
    const random = this.#random;
    const common = {
      ...this.#named('settlement'),
      breaker: random.pick(breakers),
      atMost: random.int(1, 9),
    };
    if (random.chance(0.7))
      return { name: 'releaseRewards', input: { ...common, reason: REASONS.release } as Call['input'] };
    const reopen = random.chance(0.5);
    const reason = reopen ? REASONS.reopen : REASONS.drop;
    return { name: 'dropRewards', input: { ...common, reopen, reason } as Call['input'] };
  }

  async #send({ name, input }: Call): Promise<number> {
    const maker = { kind: 'staff', id: makerOf(this.#options.seed) } as const;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await this.#options.deployment
        .send(maker, mutationBody(name, input, null))
        .catch(() => null);
      if (!answer) continue;
      const { __typename, settlement } = answer[OUTCOME] as {
        readonly __typename: string;
        readonly settlement?: { readonly settled: number };
      };
      if (!settlement) throw new Error(`Staff could not settle what was held: ${__typename}`);
      const { idempotencyKey } = input;
      this.replies.set(idempotencyKey, [...(this.replies.get(idempotencyKey) ?? []), settlement.settled]);
      return settlement.settled;
    }
    return 0;
  }
}
