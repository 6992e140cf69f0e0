/**
 * The model's ledger over time: every player's balances and regeneration anchors at each version, which claim took which key at
 * which version, pending rewards, and what was used of daily limits.
 */
import type { DailyLimit, Entry, LedgerView, PendingReward, SourceKey } from './effect.ts';
import type { Balances } from './rules.ts';

interface GrantedClaim {
  readonly id: string;
  readonly player: string;
  readonly version: number;
  readonly operation: string;
  readonly configVersion: number;
  readonly entries: readonly Entry[];
  /** The regeneration anchors that this claim wrote. */
  readonly anchors: ReadonlyMap<string, number>;
}

/** What a claim takes and uses: its type and key, source keys, a pending reward, and a part of a daily limit. */
export interface ClaimKeys {
  readonly type: string;
  readonly key: string;
  readonly sourceKeys: readonly SourceKey[];
  readonly announces?: PendingReward | undefined;
  readonly limit?: DailyLimit | null | undefined;
  /** The days on which the daily limit may have been used. */
  readonly days: readonly string[];
}

export interface Announcement extends PendingReward {
  readonly player: string;
  readonly announcedBy: string;
  readonly configVersion: number;
  /** The version that announced it. */
  readonly from: number;
  /** The version that paid it or took it back; Infinity while it is pending. */
  until: number;
}

interface LimitUse {
  readonly player: string;
  readonly version: number;
  readonly amount: number;
  readonly days: readonly string[];
}

interface PlayerState {
  readonly balances: Balances;
  readonly anchors: ReadonlyMap<string, number>;
}

export class Timeline {
  /** By player; the index is the version. */
  readonly #states = new Map<string, PlayerState[]>();
  readonly #claims = new Map<string, GrantedClaim>();
  readonly #byKey = new Map<string, GrantedClaim>();
  readonly #bySourceKey = new Map<string, GrantedClaim>();
  readonly #announcements = new Map<string, Announcement>();
  /** By claim: the version at which it was reversed. */
  readonly #reversedAt = new Map<string, number>();
  /** By player and name of the limit. */
  readonly #uses = new Map<string, LimitUse[]>();
  readonly #createdAt: ReadonlyMap<string, number>;

  /** `createdAt`: when each player was created, in milliseconds since 1970. */
  constructor(createdAt: ReadonlyMap<string, number>) {
    this.#createdAt = createdAt;
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
    return this.anchorsAt(player, version).get(resource) ?? this.#createdAt.get(player) ?? 0;
  }

  counterpartyOf(claim: string): string | undefined {
    const known = this.#claims.get(claim);
    return known?.entries.find(({ player }) => player !== known.player)?.player;
  }

  /** Adds a granted claim: a version for each of its players, and its keys. */
  grant(claim: GrantedClaim, keys: ClaimKeys, players: readonly string[]): void {
    const { id, player, version, configVersion } = claim;
    const place = `${player}\n${keys.type}\n${keys.key}`;
    this.#claims.set(id, claim);
    this.#byKey.set(place, claim);
    for (const { type, key } of keys.sourceKeys) this.#bySourceKey.set(`${player}\n${type}\n${key}`, claim);
    this.#settle(this.#announcements.get(place), version);
    if (claim.operation === 'reverseClaim') {
      this.#reversedAt.set(keys.key, version);
      this.#settle(
        [...this.#announcements.values()].find(({ announcedBy }) => announcedBy === keys.key),
        version,
      );
    }
    const { announces, limit, days } = keys;
    if (announces) {
      const { type, key } = announces;
      const until = Number.POSITIVE_INFINITY;
      const announcement = { ...announces, player, announcedBy: id, configVersion, from: version, until };
      this.#announcements.set(`${player}\n${type}\n${key}`, announcement);
    }
    if (limit) {
      const uses = this.#uses.get(`${player}\n${limit.name}`) ?? [];
      this.#uses.set(`${player}\n${limit.name}`, [...uses, { player, version, amount: limit.amount, days }]);
    }
    for (const one of players) this.#of(one).push(this.#next(one, claim));
  }

  /** The ledger when this player was at this version. Other players are at `versions`, or at their latest version. */
  view(player: string, version: number, versions: ReadonlyMap<string, number> = new Map()): LedgerView {
    const versionOf = (one: string) => (one === player ? version : (versions.get(one) ?? this.version(one)));
    return {
      balances: (one) => this.at(one, versionOf(one)) ?? {},
      anchor: (one, resource) => this.anchor(one, versionOf(one), resource),
      grantedClaim: (id) => {
        const claim = this.#claims.get(id);
        return claim && claim.player === player && claim.version <= version ? claim : null;
      },
      pending: (type, key) => {
        const announced = this.#announcements.get(`${player}\n${type}\n${key}`);
        return announced && announced.from <= version && announced.until > version ? announced : null;
      },
      countedWithout: (claim, counter) => this.#counted(player, version, counter, claim),
    };
  }

  takenBy(player: string, version: number, type: string, key: string): string | null {
    return takenAt(this.#byKey.get(`${player}\n${type}\n${key}`), version);
  }

  sourceTakenBy(player: string, version: number, { type, key }: SourceKey): string | null {
    return takenAt(this.#bySourceKey.get(`${player}\n${type}\n${key}`), version);
  }

  /** The least and the most that was used of a limit on a day. They differ if a claim may belong to either of two days. */
  used(player: string, version: number, limit: string, day: string): [number, number] {
    const uses = (this.#uses.get(`${player}\n${limit}`) ?? []).filter((use) => use.version <= version);
    const sum = (includes: (use: LimitUse) => boolean) =>
      uses.filter(includes).reduce((total, { amount }) => total + amount, 0);
    return [sum(({ days }) => days.length === 1 && days[0] === day), sum(({ days }) => days.includes(day))];
  }

  /** What each player used of each limit, on all days together. */
  *limitTotals(): Generator<{ player: string; name: string; total: number }> {
    for (const [place, uses] of this.#uses) {
      const [player = '', name = ''] = place.split('\n');
      yield { player, name, total: uses.reduce((sum, { amount }) => sum + amount, 0) };
    }
  }

  pendingRewards(): Announcement[] {
    return [...this.#announcements.values()].filter(({ until }) => until === Number.POSITIVE_INFINITY);
  }

  /** Counts draw by draw, leaving out this claim and all reversed claims. */
  #counted(player: string, version: number, counter: string, without: string): number {
    let count = 0;
    for (const { id, operation, entries, ...claim } of this.#claims.values()) {
      if (claim.player !== player || claim.version > version || id === without) continue;
      const reversedAt = this.#reversedAt.get(id) ?? Number.POSITIVE_INFINITY;
      if (operation === 'reverseClaim' || reversedAt <= version) continue;
      for (const { resource, requested } of entries)
        if (resource === counter) count = requested < 0 ? 0 : count + 1;
    }
    return count;
  }

  #settle(announcement: Announcement | undefined, version: number): void {
    if (announcement && announcement.until === Number.POSITIVE_INFINITY) announcement.until = version;
  }

  #next(player: string, { player: own, entries, anchors }: GrantedClaim): PlayerState {
    const last = this.#of(player).at(-1) as PlayerState;
    const balances: Record<string, number> = { ...last.balances };
    for (const entry of entries) if (entry.player === player) balances[entry.resource] = entry.after;
    if (player !== own || anchors.size === 0) return { balances, anchors: last.anchors };
    // A balance that regenerates has a row, even if it is 0.
    for (const resource of anchors.keys()) balances[resource] ??= 0;
    return { balances, anchors: new Map([...last.anchors, ...anchors]) };
  }

  #of(player: string): PlayerState[] {
    let states = this.#states.get(player);
    if (!states) {
      states = [{ balances: {}, anchors: new Map() }];
      this.#states.set(player, states);
    }
    return states;
  }
}

function takenAt(claim: GrantedClaim | undefined, version: number): string | null {
  return claim && claim.version <= version ? claim.id : null;
}
