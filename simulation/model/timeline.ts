/**
 * The model's ledger over time: every player's balances, regeneration anchors and version at each number, which claim took which key
 * at which number, pending rewards, and what was used of daily limits. A player's number counts the granted operations that name the
 * player, so it puts them in order.
 */
import type { DailyLimit, Entry, LedgerView, PendingReward, SourceKey } from './effect.ts';
import type { Anchor } from './posting-run.ts';
import type { Balances } from './rules.ts';

interface GrantedClaim {
  readonly id: string;
  readonly player: string;
  readonly number: number;
  readonly operation: string;
  readonly actorId: string;
  readonly configVersion: number;
  /** In milliseconds since 1970. */
  readonly claimedAt: number;
  readonly entries: readonly Entry[];
  readonly anchors: readonly Anchor[];
  /** The other player of a transfer or of its reversal. */
  readonly counterparty: string | null;
}

/** What a claim takes and uses: its type and key, source keys, a pending reward, and a part of a daily limit. */
export interface ClaimKeys {
  readonly type: string;
  readonly key: string;
  readonly sourceKeys: readonly SourceKey[];
  readonly announces?: PendingReward | undefined;
  readonly limit?: DailyLimit | null | undefined;
  /** The day on which the daily limit was used. */
  readonly day: string;
}

export interface Announcement extends PendingReward {
  readonly player: string;
  readonly announcedBy: string;
  readonly configVersion: number;
  /** The number that announced it. */
  readonly from: number;
  /** The number that paid it or took it back; Infinity while it is pending. */
  until: number;
}

interface LimitUse {
  readonly player: string;
  readonly number: number;
  readonly amount: number;
  readonly day: string;
}

/** A claim that takes a type and key from its number on. */
interface Holding {
  readonly claim: GrantedClaim;
  /** The number that freed the type and key again; Infinity while they are taken. */
  until: number;
}

interface PlayerState {
  readonly version: number;
  readonly balances: Balances;
  readonly anchors: ReadonlyMap<string, Anchor>;
  /** When the player's operation made this number, in milliseconds since 1970. */
  readonly at: number;
}

const BEGINNING: PlayerState = { version: 0, balances: {}, anchors: new Map(), at: 0 };

export class Timeline {
  /** By player; the index is the number. */
  readonly #states = new Map<string, PlayerState[]>();
  readonly #claims = new Map<string, GrantedClaim>();
  readonly #byKey = new Map<string, Holding[]>();
  readonly #bySourceKey = new Map<string, GrantedClaim>();
  /** By place; a reward whose announcement was taken back can be announced again. */
  readonly #announcements = new Map<string, Announcement[]>();
  /** By claim: the number at which it was reversed. */
  readonly #reversedAt = new Map<string, number>();
  /** By player and name of the limit. */
  readonly #uses = new Map<string, LimitUse[]>();
  readonly #createdAt: ReadonlyMap<string, number>;

  /** `createdAt`: when each player was created, in milliseconds since 1970. */
  constructor(createdAt: ReadonlyMap<string, number>) {
    this.#createdAt = createdAt;
  }

  /** The number that the player has reached. */
  number(player: string): number {
    return this.#of(player).length - 1;
  }

  at(player: string, number: number): Balances | undefined {
    return this.#of(player)[number]?.balances;
  }

  versionAt(player: string, number: number): number {
    return this.#of(player)[number]?.version ?? 0;
  }

  /**
   * The numbers that the player may have been at, given the version, the time, and what had been acknowledged. An operation that
   * leaves the version alone raises the number all the same.
   */
  *numbersAt(
    player: string,
    { version, time, least }: { version: number | null; time: number | null; least: number },
  ): Generator<number> {
    const states = this.#of(player);
    for (const [number, state] of states.entries()) {
      const end = states[number + 1]?.at ?? Number.POSITIVE_INFINITY;
      const isThen = time === null || (state.at <= time && end >= time);
      if (isThen && number >= least && (version === null || state.version === version)) yield number;
    }
  }

  /** A player who does not exist yet begins now. */
  anchor(player: string, number: number, resource: string): number {
    return (
      this.#of(player)[number]?.anchors.get(resource)?.at ??
      this.#createdAt.get(player) ??
      Number.POSITIVE_INFINITY
    );
  }

  /** The anchor that the ledger must hold now; null: none. */
  storedAnchor(player: string, resource: string): number | null {
    return this.#of(player).at(-1)?.anchors.get(resource)?.at ?? null;
  }

  counterpartyOf(claim: string): string | null {
    return this.#claims.get(claim)?.counterparty ?? null;
  }

  claim(id: string): GrantedClaim | undefined {
    return this.#claims.get(id);
  }

  /** Adds a granted claim: a number for each of its players, and its keys. */
  grant(claim: GrantedClaim, keys: ClaimKeys): void {
    const { id, player, number, configVersion, counterparty } = claim;
    const place = `${player}\n${keys.type}\n${keys.key}`;
    this.#claims.set(id, claim);
    this.#byKey.set(place, [...(this.#byKey.get(place) ?? []), { claim, until: Number.POSITIVE_INFINITY }]);
    for (const { type, key } of keys.sourceKeys) this.#bySourceKey.set(`${player}\n${type}\n${key}`, claim);
    this.#settle(this.#announcements.get(place)?.at(-1), number);
    if (claim.operation === 'reverseClaim') {
      this.#reversedAt.set(keys.key, number);
      const announcement = this.#allAnnouncements().find(({ announcedBy }) => announcedBy === keys.key);
      if (announcement?.until === Number.POSITIVE_INFINITY) this.#free(keys.key, number);
      this.#settle(announcement, number);
    }
    const { announces, limit, day } = keys;
    if (announces) {
      const { type, key } = announces;
      const until = Number.POSITIVE_INFINITY;
      const announcement = { ...announces, player, announcedBy: id, configVersion, from: number, until };
      const announced = `${player}\n${type}\n${key}`;
      this.#announcements.set(announced, [...(this.#announcements.get(announced) ?? []), announcement]);
    }
    if (limit) {
      const uses = this.#uses.get(`${player}\n${limit.name}`) ?? [];
      this.#uses.set(`${player}\n${limit.name}`, [...uses, { player, number, amount: limit.amount, day }]);
    }
    this.#of(player).push(this.#next(player, claim, claim.operation === 'announceReward' ? 0 : 1));
    if (counterparty)
      this.#of(counterparty).push(
        this.#next(counterparty, claim, claim.operation === 'reverseClaim' ? 1 : 0),
      );
  }

  /** The ledger when this player was at this number. Other players are at `numbers`, or at their latest number. */
  view(player: string, number: number, numbers: ReadonlyMap<string, number> = new Map()): LedgerView {
    const numberOf = (one: string) => (one === player ? number : (numbers.get(one) ?? this.number(one)));
    return {
      balances: (one) => this.at(one, numberOf(one)) ?? {},
      anchor: (one, resource) => this.anchor(one, numberOf(one), resource),
      grantedClaim: (id) => {
        const claim = this.#claims.get(id);
        return claim && claim.player === player && claim.number <= number ? claim : null;
      },
      pending: (type, key) => {
        const announced = this.#announcements.get(`${player}\n${type}\n${key}`) ?? [];
        return announced.find(({ from, until }) => from <= number && until > number) ?? null;
      },
      countedWithout: (claim, counter) => this.#counted(player, number, counter, claim),
    };
  }

  takenBy(player: string, number: number, type: string, key: string): string | null {
    const holdings = this.#byKey.get(`${player}\n${type}\n${key}`) ?? [];
    return holdings.find(({ claim, until }) => claim.number <= number && until > number)?.claim.id ?? null;
  }

  sourceTakenBy(player: string, number: number, { type, key }: SourceKey): string | null {
    const claim = this.#bySourceKey.get(`${player}\n${type}\n${key}`);
    return claim && claim.number <= number ? claim.id : null;
  }

  /** What was used of a limit on a day. */
  used(player: string, number: number, limit: string, day: string): number {
    const uses = this.#uses.get(`${player}\n${limit}`) ?? [];
    return uses
      .filter((use) => use.number <= number && use.day === day)
      .reduce((total, { amount }) => total + amount, 0);
  }

  /** What each player used of each limit on each day. */
  *limitTotals(): Generator<{ player: string; name: string; day: string; total: number }> {
    for (const [place, uses] of this.#uses) {
      const [player = '', name = ''] = place.split('\n');
      for (const day of new Set(uses.map((use) => use.day)))
        yield { player, name, day, total: this.used(player, this.number(player), name, day) };
    }
  }

  pendingRewards(): Announcement[] {
    return this.#allAnnouncements().filter(({ until }) => until === Number.POSITIVE_INFINITY);
  }

  #allAnnouncements(): Announcement[] {
    return [...this.#announcements.values()].flat();
  }

  /** Counts draw by draw, leaving out this claim and all reversed claims. */
  #counted(player: string, number: number, counter: string, without: string): number {
    let count = 0;
    for (const { id, operation, entries, ...claim } of this.#claims.values()) {
      if (claim.player !== player || claim.number > number || id === without) continue;
      const reversedAt = this.#reversedAt.get(id) ?? Number.POSITIVE_INFINITY;
      if (operation === 'reverseClaim' || reversedAt <= number) continue;
      for (const { resource, requested } of entries)
        if (resource === counter) count = requested < 0 ? 0 : count + 1;
    }
    return count;
  }

  /** An announcement that is taken back can be made again. */
  #free(claimId: string, number: number): void {
    for (const holding of [...this.#byKey.values()].flat())
      if (holding.claim.id === claimId) holding.until = number;
  }

  #settle(announcement: Announcement | undefined, number: number): void {
    if (announcement && announcement.until === Number.POSITIVE_INFINITY) announcement.until = number;
  }

  #next(player: string, { entries, anchors, claimedAt }: GrantedClaim, raised: number): PlayerState {
    const last = this.#of(player).at(-1) as PlayerState;
    const balances: Record<string, number> = { ...last.balances };
    for (const entry of entries) if (entry.player === player) balances[entry.resource] = entry.after;
    const own = anchors.filter((anchor) => anchor.player === player);
    return {
      version: last.version + raised,
      balances,
      anchors: new Map([...last.anchors, ...own.map((anchor) => [anchor.resource, anchor] as const)]),
      at: claimedAt,
    };
  }

  #of(player: string): PlayerState[] {
    let states = this.#states.get(player);
    if (!states) {
      states = [BEGINNING];
      this.#states.set(player, states);
    }
    return states;
  }
}
