/**
 * What operations of different players share: a clerk's budget, the shop's stock, and keys of the whole game. The locks put the uses
 * of one of them in the order of their times; giving back takes no such lock, so it counts from somewhere within its call.
 */

import { same } from '../invariants/tally.ts';
import { DEALS, GIFT_LIMIT } from './drafts.ts';
import type { BatchWorld, PublishedConfig } from './game.ts';
import type { BatchAttempt } from './operation.ts';
import { type LimitUse, placeOf, scoped } from './player.ts';
import type { Recorded } from './recorded.ts';
import type { BatchRows } from './rows.ts';
import type { StaffDay } from './state.ts';

/** A use of a limit, or a use that was given back: then `amount` is negative. */
export interface UseEvent extends LimitUse {
  readonly at: number;
  readonly call: Pick<BatchAttempt, 'began' | 'ended'>;
  readonly owner: string;
  readonly number: number;
  /** The place in the audit, which has the order of a staff member's uses. */
  readonly audited: number | null;
  /** The claim does not name the limit. It counts from the player's number on at which its type joins; Infinity: it does not yet. */
  readonly joins?: number;
  readonly claimType?: string;
}

/** What the model needs of an operation's moment. */
export interface Moment {
  readonly attempt: BatchAttempt;
  readonly at: number;
  readonly player: string;
}

interface Taken {
  readonly key: string;
  readonly at: number;
  readonly owner: string;
  readonly number: number;
  readonly freed: Pick<BatchAttempt, 'began' | 'ended'> | null;
}

export class Shared {
  readonly uses: readonly UseEvent[];
  readonly taken: readonly Taken[];
  readonly #rows: BatchRows;
  readonly #world: BatchWorld;
  readonly #published: readonly PublishedConfig[];
  readonly #auditOf: ReadonlyMap<string, number>;

  constructor(
    rows: BatchRows,
    recorded: readonly Recorded[],
    { world, published }: { readonly world: BatchWorld; readonly published: readonly PublishedConfig[] },
  ) {
    this.#rows = rows;
    this.#world = world;
    this.#published = published;
    this.#auditOf = new Map(rows.audit.map(({ correlationId }, index) => [correlationId, index]));
    const { uses, taken } = this.#scan(recorded);
    this.uses = uses;
    this.taken = taken;
  }

  /** What the claim found: the least that others may have used, as a claim that fits must be granted somewhere. */
  before({ row, attempt }: Recorded) {
    const moment = { attempt, at: row.claimedAt, player: row.player };
    const [staff] = this.staffBefore(moment);
    return {
      ...this.of(row.player),
      staff: staff ?? null,
      sold: this.soldBefore(moment)[0],
      taken: new Set(this.keysTaken(moment, 'certainly')),
    };
  }

  of(player: string) {
    const { stripe = 0, handle = '' } = this.#rows.players.find(({ player: id }) => id === player) ?? {};
    return { handle, stripe, published: this.#published };
  }

  /** What a player had used of limits when the player was at this number; of types that join later by their names. */
  playerLimits(player: string, number: number): Map<string, number> {
    const used = new Map<string, number>();
    for (const { kind, subject, limit, period, amount, number: made, joins = 0, claimType = '' } of this
      .uses) {
      if (kind !== 'player' || subject !== player || made > number) continue;
      const counter = placeOf(limit, period);
      const place = joins > number ? placeOf(counter, claimType) : counter;
      used.set(place, (used.get(place) ?? 0) + amount);
    }
    return used;
  }

  /** The least and the most that the player's stripe may have sold of the operation's stock. */
  soldBefore({ attempt, at, player }: Moment): [number, number] {
    const subject = String(this.of(player).stripe);
    const stock = attempt.sent.limits.find(({ kind }) => kind === 'game');
    const isIncluded = (use: UseEvent) =>
      use.kind === 'game' && use.subject === subject && use.period === stock?.period;
    return this.#window(this.uses.filter(isIncluded), attempt, ({ at: used }) => [used < at, used <= at]);
  }

  /** Every state of the staff member's day that the operation may have found, the one with the least use first. */
  staffBefore({ attempt }: Moment): StaffDay[] {
    const { staff, actor_id: actor, correlation_id } = attempt.sent;
    if (!staff) return [];
    const place = this.#auditOf.get(correlation_id) ?? Number.POSITIVE_INFINITY;
    const windowOf = (limit: string) =>
      this.#window(
        this.uses.filter(
          (use) =>
            use.kind === 'staff' && use.subject === actor && use.limit === limit && use.period === staff.day,
        ),
        attempt,
        ({ audited }) => [(audited ?? 0) < place, (audited ?? 0) < place],
      );
    const [least, most] = windowOf('staff:budget');
    const [leastAwards, mostAwards] = windowOf('staff:awards');
    const [leastRelics, mostRelics] = windowOf('staff:resource:relic');
    const { budget } = this.#world;
    const low = { budget, spent: least, relics: leastRelics, awards: leastAwards };
    const high = { budget, spent: most, relics: mostRelics, awards: mostAwards };
    return same(low, high) ? [low] : [low, high];
  }

  /** The game-wide keys that other claims certainly or possibly held at that moment. */
  keysTaken({ attempt, at, player }: Moment, how: 'certainly' | 'possibly'): string[] {
    return this.taken
      .filter(({ owner, at: since, freed }) => {
        if (owner === player) return false;
        const isFree =
          freed !== null && (how === 'certainly' ? freed.began < attempt.ended : freed.ended < attempt.began);
        return !isFree && (how === 'certainly' ? since < at : since <= at);
      })
      .map(({ key }) => key);
  }

  /** Sums uses whose order is known, and gives back what was given back before, certainly or possibly. */
  #window(
    uses: readonly UseEvent[],
    { began, ended }: BatchAttempt,
    isBefore: (use: UseEvent) => readonly [boolean, boolean],
  ): [number, number] {
    let [least, most] = [0, 0];
    for (const use of uses) {
      const isUnordered = use.amount < 0 && use.audited === null;
      const [certainly, possibly] = isUnordered
        ? [use.call.ended < began, use.call.began < ended]
        : isBefore(use);
      if (use.amount < 0 ? possibly : certainly) least += use.amount;
      if (use.amount < 0 ? certainly : possibly) most += use.amount;
    }
    return [Math.max(least, 0), Math.max(most, 0)];
  }

  /** Collects all uses and keys, claim by claim of each player in the order of their numbers. */
  #scan(recorded: readonly Recorded[]): { uses: UseEvent[]; taken: Taken[] } {
    const uses: UseEvent[] = [];
    const taken: Taken[] = [];
    for (const claims of Map.groupBy(recorded, ({ row }) => row.player).values()) {
      const byNumber = new Map(claims.map((one) => [one.row.number, one]));
      /** What each claim used and was not given back. */
      const kept = new Map<number, UseEvent[]>();
      /** By type and key: the announcement of a reward that is pending. */
      const pending = new Map<string, Recorded>();
      for (const one of claims.toSorted((a, b) => a.row.number - b.row.number)) {
        const { sent } = one.attempt;
        const announced = pending.get(placeOf(one.row.claimType, one.row.claimKey));
        pending.delete(placeOf(one.row.claimType, one.row.claimKey));
        const made = announced ? [] : [...this.#usesOf(one), ...countedLater(one, claims)];
        // A claim that pays what was announced takes over what the announcement used.
        kept.set(one.row.number, announced ? (kept.get(announced.row.number) ?? []) : made);
        if (announced) kept.set(announced.row.number, []);
        uses.push(...made);
        for (const key of announced?.attempt.sent.announces?.plan.source_keys ?? sent.source_keys)
          if (key.game) taken.push({ ...placeAt(one), key: scoped(key), freed: null });
        if (sent.announces) pending.set(placeOf(sent.announces.claim_type, sent.announces.claim_key), one);
        const target = byNumber.get(sent.reverses?.number ?? 0);
        if (!target) continue;
        const place = [...pending].find(([, announcement]) => announcement === target)?.[0];
        if (place !== undefined && isWhole(claims, target, one.row.number)) pending.delete(place);
        const isOwed = place !== undefined && !pending.has(place);
        const back = givenBack(one, target, { kept: kept.get(target.row.number) ?? [], isOwed });
        kept.set(
          target.row.number,
          (kept.get(target.row.number) ?? []).filter((use) => !back.includes(use)),
        );
        const audited = this.#auditOf.get(sent.correlation_id) ?? null;
        for (const use of back)
          uses.push({
            ...use,
            ...placeAt(one),
            amount: -use.amount,
            audited: use.kind === 'staff' && use.subject === sent.actor_id ? audited : null,
          });
        if (sent.reverses?.reopen)
          for (const [index, key] of taken.entries())
            if (key.owner === one.row.player && key.number === target.row.number && !key.freed)
              taken[index] = { ...key, freed: one.attempt };
      }
    }
    return { uses, taken };
  }

  #usesOf(recorded: Recorded): UseEvent[] {
    const { row, attempt } = recorded;
    const { limits, staff, source, postings, actor_id: actor, correlation_id } = attempt.sent;
    const place = placeAt(recorded);
    const audited = this.#auditOf.get(correlation_id) ?? null;
    const uses: UseEvent[] = limits.map(({ kind, name, period, amount }) => ({
      ...place,
      kind,
      subject: kind === 'game' ? String(this.of(row.player).stripe) : row.player,
      limit: name,
      period,
      amount,
      audited: null,
    }));
    if (!staff || source === 'pending') return uses;
    const used = { ...place, kind: 'staff' as const, subject: actor, period: staff.day, audited };
    const amount = audited === null ? 0 : (this.#rows.audit[audited]?.amount ?? 0);
    const awards = source === 'reversal' ? [] : [{ ...used, limit: 'staff:awards', amount: 1 }];
    const relics = postings.reduce((sum, { resource, delta }) => sum + (resource === 'relic' ? delta : 0), 0);
    const given = relics > 0 ? [{ ...used, limit: 'staff:resource:relic', amount: relics }] : [];
    return [...uses, { ...used, limit: 'staff:budget', amount }, ...given, ...awards];
  }
}

function placeAt({ row, attempt }: Recorded) {
  return { at: row.claimedAt, call: attempt, owner: row.player, number: row.number };
}

/** The limits that a claim type joins while there are claims of it, by their period. */
const JOINED_LATE: readonly {
  readonly name: string;
  readonly period: string;
  readonly types: readonly string[];
}[] = [
  { name: GIFT_LIMIT.name, period: GIFT_LIMIT.period, types: [GIFT_LIMIT.claim_type] },
  { name: DEALS.name, period: 'ever', types: Object.keys(DEALS.joins) },
];

/** A claim from before its type joined a limit: it is counted by the first claim that names the limit with its type. */
function countedLater(one: Recorded, claims: readonly Recorded[]): UseEvent[] {
  const { row, attempt } = one;
  const { claimType, number, player: subject } = row;
  return JOINED_LATE.filter(({ types }) => types.includes(claimType)).flatMap(({ name: limit, period }) => {
    const joins = Math.min(...claims.filter((claim) => joinsLimit(claim, limit, claimType)).map(numberOf));
    if (number >= joins) return [];
    const use = {
      kind: 'player',
      subject,
      limit,
      period,
      amount: attempt.sent.units,
      audited: null,
    } as const;
    return [{ ...placeAt(one), ...use, joins, claimType }];
  });
}

function numberOf({ row }: Recorded): number {
  return row.number;
}

function joinsLimit({ attempt }: Recorded, limit: string, type: string): boolean {
  return attempt.sent.limits.some(
    ({ name, claim_type, shares_with }) =>
      name === limit && [claim_type, ...(shares_with ?? [])].includes(type),
  );
}

/** What a reversal gives back of what its target used: everything if it can be made again, or a clerk's own award of the day. */
function givenBack(
  reversal: Recorded,
  target: Recorded,
  { kept, isOwed }: { readonly kept: readonly UseEvent[]; readonly isOwed: boolean },
): UseEvent[] {
  const { sent } = reversal.attempt;
  if (sent.reverses?.reopen || isOwed) return [...kept];
  const isOwn =
    sent.staff !== null &&
    target.attempt.sent.actor_kind === 'staff' &&
    target.attempt.sent.actor_id === sent.actor_id;
  return kept.filter(({ kind, period }) => isOwn && kind === 'staff' && period === sent.staff?.day);
}

/** Whether the claim was taken back whole by the reversals up to this number. Announcements are reversed at once or in parts. */
function isWhole(claims: readonly Recorded[], { row }: Recorded, number: number): boolean {
  const reversals = claims.filter(
    ({ row: made, attempt }) => attempt.sent.reverses?.number === row.number && made.number <= number,
  );
  const units = reversals.map(({ attempt }) => attempt.sent.reverses?.quantity ?? row.units);
  return units.reduce((sum, one) => sum + one, 0) >= row.units;
}
