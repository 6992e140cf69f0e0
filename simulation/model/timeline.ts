/**
 * The model's ledger over time: every player's balances, regeneration anchors and version at each number, which claim took which key
 * at which number, pending rewards, and what was used of limits. A player's number counts the granted operations that name the
 * player, so it puts them in order.
 */

import { type Announcement, type ClaimKeys, EXPIRY, GIFT_SLACK_MS } from './claim-keys.ts';
import type { LedgerView, Reversal, SourceKey } from './effect.ts';
import { type GrantedClaim, GrantedClaims, type Holding, hold, holderAt } from './granted-claim.ts';
import { LimitBook } from './limit-book.ts';
import { subjectOf } from './limits.ts';
import { GAME_ZONE, type PlayerZone } from './player-days.ts';
import { BEGINNING, type PlayerState } from './player-state.ts';
import { counterWithout } from './progress.ts';
import type { Balances } from './rules.ts';

export class Timeline {
  /** By player; the index is the number. */
  readonly #states = new Map<string, PlayerState[]>();
  readonly #claims = new GrantedClaims();
  readonly #byKey = new Map<string, Holding[]>();
  readonly #bySourceKey = new Map<string, Holding[]>();
  /** Of keys of the whole game. */
  readonly #byGameKey = new Map<string, Holding[]>();
  /** By place; a reward whose announcement was taken back can be announced again. */
  readonly #announcements = new Map<string, Announcement[]>();
  /** By the claim that settled it: when a reward expired. */
  readonly #expired = new Map<string, number>();
  readonly limits = new LimitBook();
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

  zoneAt(player: string, number: number): PlayerZone {
    return this.#of(player)[number]?.zone ?? GAME_ZONE;
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
      const next = states[number + 1];
      const end = next?.at ?? Number.POSITIVE_INFINITY;
      const slack = next?.version === state.version ? GIFT_SLACK_MS : 0;
      const isThen = time === null || (state.at <= time && end >= time - slack);
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

  claimAt(player: string, number: number): GrantedClaim | undefined {
    return [...this.#claims.values()].find((claim) => claim.player === player && claim.number === number);
  }

  /** Adds a granted claim: a number for each of its players, and its keys. */
  grant(claim: GrantedClaim, keys: ClaimKeys): void {
    const { id, player, number, configVersion, counterparty } = claim;
    const place = `${player}\n${keys.type}\n${keys.key}`;
    this.#claims.add(claim);
    hold(this.#byKey, place, claim);
    for (const { scope, type, key } of keys.sourceKeys) {
      if (scope === 'player') hold(this.#bySourceKey, `${player}\n${type}\n${key}`, claim);
      else hold(this.#byGameKey, `${type}\n${key}`, claim);
    }
    const { announces, holds, reverses, limits = [], acceptsGifts, freezes, zone } = keys;
    const numbers = this.#numbersOf(claim);
    if (!announces && !reverses) this.#pay(this.#announcements.get(place)?.at(-1), claim, numbers);
    if (reverses) this.#reverse(claim, reverses, numbers);
    const announced = announces ?? holds;
    if (announced) {
      const { type, key } = announced;
      const until = Number.POSITIVE_INFINITY;
      const made = { player, announcedBy: id, configVersion, from: number, until, isTakenBack: false };
      const pending = `${player}\n${type}\n${key}`;
      this.#announcements.set(pending, [
        ...(this.#announcements.get(pending) ?? []),
        { ...announced, ...made },
      ]);
    }
    for (const use of limits) {
      if (use.subject === 'call') continue;
      const subject = subjectOf(use, { player, recipient: counterparty, server: claim.actorId });
      this.limits.add(use, {
        ...{ claim: id, subject, number: numbers.get(subject) ?? 0, at: claim.claimedAt },
      });
    }
    const mayMoveNothing = claim.operation === EXPIRY || holds !== undefined;
    const moves = !mayMoveNothing || claim.entries.length > 0;
    const raised = claim.operation === 'announceReward' || !moves ? 0 : 1;
    this.#of(player).push(this.#next(player, claim, { raised, acceptsGifts, freezes, zone }));
    if (counterparty)
      this.#of(counterparty).push(
        this.#next(counterparty, claim, { raised: claim.operation === 'reverseClaim' ? 1 : 0 }),
      );
  }

  /** The ledger when this player was at this number. Other players are at `numbers`, or at their latest number. */
  view(player: string, number: number, numbers: ReadonlyMap<string, number> = new Map()): LedgerView {
    const numberOf = (one: string) => (one === player ? number : (numbers.get(one) ?? this.number(one)));
    return {
      balances: (one) => this.at(one, numberOf(one)) ?? {},
      acceptsGifts: (one) => this.#of(one)[numberOf(one)]?.acceptsGifts ?? true,
      isFrozen: (one) => this.#of(one)[numberOf(one)]?.isFrozen ?? false,
      anchor: (one, resource) => this.anchor(one, numberOf(one), resource),
      isTaken: (type, key) => this.takenBy(player, number, type, key) !== null,
      grantedClaim: (id) => this.#claims.earlier(player, number, id),
      pending: (type, key) => {
        const announced = this.#announcements.get(`${player}\n${type}\n${key}`) ?? [];
        return announced.find(({ from, until }) => from <= number && until > number) ?? null;
      },
      announcedBy: (id) => {
        const announced = this.#allAnnouncements().find(
          (one) => one.player === player && one.announcedBy === id && one.from <= number,
        );
        return announced?.isTakenBack && announced.until <= number ? null : (announced ?? null);
      },
      countedWithout: (claim, counter) => this.#counted(player, number, counter, claim),
      changedAt: (one, counter) => this.#of(one)[numberOf(one)]?.anchors.get(counter)?.at ?? null,
      counterWithout: (claim, counter) => counterWithout(claim, counter, this.#claims.upTo(player, number)),
    };
  }

  takenBy(player: string, number: number, type: string, key: string): string | null {
    return holderAt(this.#byKey.get(`${player}\n${type}\n${key}`), number);
  }

  /** The claim that took a key, as the player may know it: another player's claim has no ID. Null: nobody had it then. */
  sourceTakenBy(
    player: string,
    number: number,
    { scope, type, key }: SourceKey,
    now: number,
  ): { readonly claimId: string | null } | null {
    if (scope === 'player') {
      const claimId = holderAt(this.#bySourceKey.get(`${player}\n${type}\n${key}`), number);
      return claimId === null ? null : { claimId };
    }
    const taken = this.#byGameKey.get(`${type}\n${key}`) ?? [];
    const own = holderAt(
      taken.filter(({ claim }) => claim.player === player),
      number,
    );
    if (own !== null) return { claimId: own };
    // The lock of the key puts its claims in the order of their times.
    const isTaken = taken.some(
      ({ claim, freedAt }) => claim.player !== player && claim.claimedAt <= now && freedAt > now,
    );
    return isTaken ? { claimId: null } : null;
  }

  /** The claims of keys of the whole game that are still taken, by key. */
  gameKeys(): ReadonlyMap<string, readonly Pick<GrantedClaim, 'id' | 'player'>[]> {
    return new Map(
      [...this.#byGameKey].map(([key, holdings]) => [
        key,
        holdings.filter(({ until }) => until === Number.POSITIVE_INFINITY).map(({ claim }) => claim),
      ]),
    );
  }

  expiredAt(claim: string): number | null {
    return this.#expired.get(claim) ?? null;
  }

  /** What is pending of a player at a number, the oldest first. */
  pendingAt(player: string, number: number): Announcement[] {
    return this.#allAnnouncements()
      .filter((one) => one.player === player && one.from <= number && one.until > number)
      .sort((a, b) => a.from - b.from);
  }

  /** What took a claim back whole, when its player was at this number. */
  reversalOf(id: string, number: number): Reversal | null {
    return this.#claims.reversalOf(id, number);
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
      if (operation === 'reverseClaim' || this.#claims.takenBack(id, number).isWhole) continue;
      for (const { resource, requested } of entries)
        if (resource === counter) count = requested < 0 ? 0 : count + 1;
    }
    return count;
  }

  /** The claim pays what was announced, and takes over what the announcement used of limits. An expiry gives that back. */
  #pay(
    announcement: Announcement | undefined,
    claim: GrantedClaim,
    numbers: ReadonlyMap<string, number>,
  ): void {
    const { id, number, operation, claimedAt } = claim;
    if (announcement?.until !== Number.POSITIVE_INFINITY) return;
    announcement.until = number;
    if (operation === EXPIRY) {
      this.#expired.set(id, announcement.expiry?.at ?? 0);
      this.limits.giveBack(announcement.announcedBy, numbers, claimedAt);
    } else if (announcement.isHeld) this.#claims.payHeld(announcement.announcedBy, claim);
    else this.limits.payBy(id, announcement.announcedBy);
  }

  /** Frees what a claim had taken, where the reversal reopens it. */
  #reverse(
    by: GrantedClaim,
    reverses: NonNullable<ClaimKeys['reverses']>,
    numbers: ReadonlyMap<string, number>,
  ): void {
    const { claimId } = reverses;
    const pending = this.pendingRewards().find(({ announcedBy }) => announcedBy === claimId);
    const isOwed = pending !== undefined && pending.isHeld !== true;
    const { reopens, isWhole } = this.#claims.reverse(by, reverses, isOwed);
    if (pending && isWhole) {
      pending.until = by.number;
      pending.isTakenBack = true;
    }
    if (!reopens) return;
    const byKeys = [this.#byKey, this.#bySourceKey, this.#byGameKey];
    const holdings = byKeys.flatMap((all) => [...all.values()].flat());
    const taken = holdings.filter(({ claim }) => claim.id === claimId);
    for (const one of taken) {
      one.until = Math.min(one.until, by.number);
      one.freedAt = Math.min(one.freedAt, by.claimedAt);
    }
    this.limits.giveBack(claimId, numbers, by.claimedAt);
  }

  /** The number that a claim makes for each of its players. */
  #numbersOf({ player, number, counterparty }: GrantedClaim): ReadonlyMap<string, number> {
    const other = counterparty ? [[counterparty, this.number(counterparty) + 1] as const] : [];
    return new Map([[player, number], ...other]);
  }

  #next(
    player: string,
    { entries, anchors, claimedAt }: GrantedClaim,
    {
      raised,
      acceptsGifts,
      freezes,
      zone,
    }: Pick<ClaimKeys, 'acceptsGifts' | 'freezes' | 'zone'> & { readonly raised: number },
  ): PlayerState {
    const last = this.#of(player).at(-1) as PlayerState;
    const balances: Record<string, number> = { ...last.balances };
    for (const entry of entries) if (entry.player === player) balances[entry.resource] = entry.after;
    const own = anchors.filter((anchor) => anchor.player === player);
    return {
      version: last.version + raised,
      balances,
      acceptsGifts: acceptsGifts ?? last.acceptsGifts,
      isFrozen: freezes ?? last.isFrozen,
      zone: zone ?? last.zone,
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
