/** Every player's balances as they were at each version, and which claim took which name when: what the model has done so far. */
import type { Balances, Change, FurtherKey, LedgerView, Owed, Quota } from './effect.ts';

interface Granted {
  readonly id: string;
  readonly player: string;
  readonly version: number;
  readonly operation: string;
  readonly configVersion: number;
  readonly changes: readonly Change[];
  /** From where what regenerates grows on, as far as this claim wrote it down. */
  readonly anchors: ReadonlyMap<string, number>;
}

export interface Names {
  readonly type: string;
  readonly key: string;
  readonly furtherKeys: readonly FurtherKey[];
  readonly owes?: Owed | undefined;
  readonly quota?: Quota | null | undefined;
  /** Which day it may have been for the quota. */
  readonly days: readonly string[];
}

export interface Announced extends Owed {
  readonly player: string;
  readonly announcedBy: string;
  readonly configVersion: number;
  /** The version that announced it, and the one that settled it. */
  readonly from: number;
  until: number;
}

interface Use {
  readonly player: string;
  readonly version: number;
  readonly amount: number;
  readonly days: readonly string[];
}

interface State {
  readonly balances: Balances;
  readonly anchors: ReadonlyMap<string, number>;
}

export class Timeline {
  /** By player; the index is the version. */
  readonly #states = new Map<string, State[]>();
  readonly #claims = new Map<string, Granted>();
  readonly #names = new Map<string, Granted>();
  readonly #further = new Map<string, Granted>();
  readonly #owed = new Map<string, Announced>();
  /** By claim: the version at which it was taken back. */
  readonly #takenBack = new Map<string, number>();
  /** By player and name of the quota. */
  readonly #uses = new Map<string, Use[]>();
  readonly #since: ReadonlyMap<string, number>;

  /** `since`: when each player was created, in milliseconds since 1970. */
  constructor(since: ReadonlyMap<string, number>) {
    this.#since = since;
  }

  version(player: string): number {
    return this.#of(player).length - 1;
  }

  at(player: string, version: number): Balances | undefined {
    return this.#of(player)[version]?.balances;
  }

  anchorsAt(player: string, version: number): ReadonlyMap<string, number> {
    return this.#of(player)[version]?.anchors ?? new Map();
  }

  anchor(player: string, version: number, resource: string): number {
    return this.anchorsAt(player, version).get(resource) ?? this.#since.get(player) ?? 0;
  }

  counterpartyOf(claim: string): string | undefined {
    const known = this.#claims.get(claim);
    return known?.changes.find(({ player }) => player !== known.player)?.player;
  }

  /** Adds a granted claim: a version for each of its players, and its names. */
  grant(granted: Granted, names: Names, players: readonly string[]): void {
    const { id, player, version, configVersion } = granted;
    const name = `${player}\n${names.type}\n${names.key}`;
    this.#claims.set(id, granted);
    this.#names.set(name, granted);
    for (const { type, key } of names.furtherKeys) this.#further.set(`${player}\n${type}\n${key}`, granted);
    this.#settle(this.#owed.get(name), version);
    if (granted.operation === 'reverseClaim') {
      this.#takenBack.set(names.key, version);
      this.#settle(
        [...this.#owed.values()].find(({ announcedBy }) => announcedBy === names.key),
        version,
      );
    }
    const { owes, quota, days } = names;
    if (owes) {
      const announced = { ...owes, player, announcedBy: id, configVersion, from: version, until: Infinity };
      this.#owed.set(`${player}\n${owes.type}\n${owes.key}`, announced);
    }
    if (quota) {
      const uses = this.#uses.get(`${player}\n${quota.name}`) ?? [];
      this.#uses.set(`${player}\n${quota.name}`, [...uses, { player, version, amount: quota.amount, days }]);
    }
    for (const one of players) this.#of(one).push(this.#next(one, granted));
  }

  /** As the ledger was when this player stood at this version; other players as `versions` says, or as they are now. */
  view(player: string, version: number, versions: ReadonlyMap<string, number> = new Map()): LedgerView {
    const versionOf = (one: string) => (one === player ? version : (versions.get(one) ?? this.version(one)));
    return {
      balances: (one) => this.at(one, versionOf(one)) ?? {},
      anchor: (one, resource) => this.anchor(one, versionOf(one), resource),
      grantedClaim: (id) => {
        const claim = this.#claims.get(id);
        return claim && claim.player === player && claim.version <= version
          ? { operation: claim.operation, moved: claim.changes }
          : null;
      },
      owed: (type, key) => {
        const owed = this.#owed.get(`${player}\n${type}\n${key}`);
        return owed && owed.from <= version && owed.until > version ? owed : null;
      },
      countedWithout: (claim, counter) => this.#counted(player, version, counter, claim),
    };
  }

  takenBy(player: string, version: number, type: string, key: string): string | null {
    return this.#taken(this.#names, `${player}\n${type}\n${key}`, version);
  }

  furtherTakenBy(player: string, version: number, { type, key }: FurtherKey): string | null {
    return this.#taken(this.#further, `${player}\n${type}\n${key}`, version);
  }

  /** How much of a quota was used that day: at least and at most, where a claim may have been made on either of two. */
  used(player: string, version: number, quota: string, day: string): [number, number] {
    const uses = (this.#uses.get(`${player}\n${quota}`) ?? []).filter((use) => use.version <= version);
    const sum = (which: (use: Use) => boolean) =>
      uses.filter(which).reduce((total, { amount }) => total + amount, 0);
    return [sum(({ days }) => days.length === 1 && days[0] === day), sum(({ days }) => days.includes(day))];
  }

  /** Each player's quotas by name, and what was used of them on all days. */
  *quotas(): Generator<{ player: string; name: string; total: number }> {
    for (const [place, uses] of this.#uses) {
      const [player = '', name = ''] = place.split('\n');
      yield { player, name, total: uses.reduce((sum, { amount }) => sum + amount, 0) };
    }
  }

  /** What stands as owed now. */
  unsettled(): Announced[] {
    return [...this.#owed.values()].filter(({ until }) => until === Infinity);
  }

  /** Draw by draw, as if neither this claim nor those that were taken back had ever been made. */
  #counted(player: string, version: number, counter: string, without: string): number {
    let count = 0;
    for (const claim of this.#claims.values()) {
      if (claim.player !== player || claim.version > version || claim.id === without) continue;
      if (claim.operation === 'reverseClaim' || (this.#takenBack.get(claim.id) ?? Infinity) <= version)
        continue;
      for (const { resource, requested } of claim.changes)
        if (resource === counter) count = requested < 0 ? 0 : count + 1;
    }
    return count;
  }

  #settle(owed: Announced | undefined, version: number): void {
    if (owed && owed.until === Infinity) owed.until = version;
  }

  #next(player: string, { player: own, changes, anchors }: Granted): State {
    const last = this.#of(player).at(-1) as State;
    const balances: Record<string, number> = { ...last.balances };
    for (const { player: moved, resource, after } of changes)
      if (moved === player) balances[resource] = after;
    if (player !== own || anchors.size === 0) return { balances, anchors: last.anchors };
    // What only grows has a balance too, be it 0.
    for (const resource of anchors.keys()) balances[resource] ??= 0;
    return { balances, anchors: new Map([...last.anchors, ...anchors]) };
  }

  #taken(names: ReadonlyMap<string, Granted>, name: string, version: number): string | null {
    const claim = names.get(name);
    return claim && claim.version <= version ? claim.id : null;
  }

  #of(player: string): State[] {
    let states = this.#states.get(player);
    if (!states) {
      states = [{ balances: {}, anchors: new Map() }];
      this.#states.set(player, states);
    }
    return states;
  }
}
