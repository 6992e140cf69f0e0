/** How a replay changes what players have: the distribution of one number per player, in bounded memory. */

/** How much the players of these claims would have had more (negative: less). */
export interface Changes {
  readonly more: number;
  readonly less: number;
  readonly same: number;
  /** The change of the player below whom so many are. Exact for up to 20,000 different changes, then to three digits. */
  readonly lowest: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly highest: number;
  /** In order, without gaps between the first and the last; none where nobody changed. */
  readonly bars: readonly ChangesBar[];
}

/** The players whose change lies from `from` to `to`, both included. */
export interface ChangesBar {
  readonly from: number;
  readonly to: number;
  readonly players: number;
}

const MAX_DIFFERENT = 20_000;
const MOST_BARS = 30;

/** How often each change occurred. */
export class Distribution {
  #counts = new Map<number, number>();
  #isRounded = false;
  #lowest = Infinity;
  #highest = -Infinity;

  add(change: number): void {
    this.#lowest = Math.min(this.#lowest, change);
    this.#highest = Math.max(this.#highest, change);
    const value = this.#isRounded ? rounded(change) : change;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    if (!this.#isRounded && this.#counts.size > MAX_DIFFERENT) this.#round();
  }

  changes(): Changes {
    const ordered = [...this.#counts].toSorted(([a], [b]) => a - b);
    const total = ordered.reduce((sum, [, count]) => sum + count, 0);
    const those = (test: (value: number) => boolean) =>
      ordered.reduce((sum, [value, count]) => sum + (test(value) ? count : 0), 0);
    const at = (share: number) => {
      let passed = 0;
      for (const [value, count] of ordered) {
        passed += count;
        if (passed >= share * total) return value;
      }
      return 0;
    };
    return {
      ...{
        more: those((value) => value > 0),
        less: those((value) => value < 0),
        same: those((value) => value === 0),
      },
      ...{ p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99) },
      ...(total === 0 ? { lowest: 0, highest: 0 } : { lowest: this.#lowest, highest: this.#highest }),
      bars: this.#bars(ordered, [at(0.01), at(0.99)]),
    };
  }

  /** One for each change where they are few. Otherwise of one width; the outermost also have what lies beyond. */
  #bars(
    ordered: readonly (readonly [number, number])[],
    [low, high]: readonly [number, number],
  ): ChangesBar[] {
    if (ordered.length <= MOST_BARS)
      return ordered.map(([change, players]) => ({ from: change, to: change, players }));
    const width = Math.max(1, Math.ceil((high - low + 1) / MOST_BARS));
    const bars = Array.from({ length: Math.ceil((high - low + 1) / width) }, (_, place) => ({
      ...{ from: low + place * width, to: low + (place + 1) * width - 1, players: 0 },
    }));
    for (const [change, players] of ordered) {
      const place = Math.floor((change - low) / width);
      const bar = bars[Math.min(Math.max(place, 0), bars.length - 1)];
      if (bar) bar.players += players;
    }
    const [first, last] = [bars[0], bars.at(-1)];
    if (first) first.from = Math.min(first.from, this.#lowest);
    if (last) last.to = Math.max(last.to, this.#highest);
    return bars;
  }

  #round(): void {
    this.#isRounded = true;
    const exact = this.#counts;
    this.#counts = new Map();
    for (const [value, count] of exact) {
      const near = rounded(value);
      this.#counts.set(near, (this.#counts.get(near) ?? 0) + count);
    }
  }
}

/** To three digits. */
const rounded = (value: number) => Number(value.toPrecision(3));
