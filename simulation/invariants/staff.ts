/**
 * I10 and I11 on the rows: each claim or refusal of staff has one audit row, and the counters of a day are the sum of what the
 * audited awards used of its limits.
 */

import { LIMITED } from '../game/balance-config.ts';
import { HELD_TYPE, heldKey } from '../model/breakers.ts';
import { targetOf } from '../model/claim-id.ts';
import { announcementKey, takenOf } from '../model/effect.ts';
import { dayOf } from './day.ts';
import { isReopening } from './held.ts';
import { type AuditRow, type ClaimRow, isHeld, placeOf as numberOf, type Rows } from './rows.ts';
import type { Tally } from './tally.ts';

export interface StaffUse {
  /** In value. */
  readonly amount: number;
  /** What was used of the day's budget and number of awards before. */
  readonly spentBefore: number;
  readonly awardsBefore: number;
  /** What it gives of resources with a limit of their own or takes (`takenOf`), and what was used of these limits before. */
  readonly given: Readonly<Record<string, number>>;
  readonly givenBefore: Readonly<Record<string, number>>;
}

export function checkStaff(tally: Tally, rows: Rows): void {
  const { claims, audit } = rows;
  const byClaim = new Map(audit.map((row) => [placeOf(row), row]));
  tally.check('I10', byClaim.size === audit.length, () => ({
    what: 'a claim has two audit rows',
    player: '',
  }));
  const staffClaims = new Set<string>();
  for (const claim of claims) {
    if (claim.actorKind !== 'staff') continue;
    const place = placeOf(claim);
    staffClaims.add(place);
    const row = byClaim.get(place);
    const audited = row && [row.actorId, row.action, row.outcome, row.player, row.correlationId];
    const done = [claim.actorId, claim.operation, claim.outcome, claim.player, claim.correlationId];
    tally.check('I10', JSON.stringify(audited) === JSON.stringify(done), () => ({
      what: `the claim is ${JSON.stringify(done)}, its audit row ${JSON.stringify(audited ?? null)}`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const row of audit)
    tally.check('I10', staffClaims.has(placeOf(row)), () => ({
      what: `an audit row names number ${row.number} (${row.correlationId}), which is no claim or refusal of staff`,
      player: row.player ?? '',
    }));
  checkBudgets(tally, rows);
}

/** A granted claim is found by its number, a refusal by its correlation ID. */
function placeOf({
  player,
  number,
  correlationId,
}: Pick<AuditRow, 'player' | 'number' | 'correlationId'>): string {
  return `${player}\n${number ?? correlationId}`;
}

interface Used {
  spent: number;
  awards: number;
  given: Record<string, number>;
}

/**
 * Adds up what staff used, in the order of the audit: the lock on the staff member's row puts their awards in order. What servers
 * give back by reopening a claim of staff has no audit row: its time says before which rows it belongs.
 */
function addUp(rows: Rows): { uses: Map<string, StaffUse>; totals: Map<string, Used> } {
  const { claims, audit } = rows;
  const givenBy = gifts(rows);
  const byPlace = new Map(claims.map((claim) => [placeOf(claim), claim]));
  const books = new Books(claims);
  for (const { amount, spentBefore, ...row } of audit) {
    const claim = byPlace.get(placeOf(row));
    if (!claim) continue;
    books.giveBackBefore(claim, spentBefore);
    books.record(claim, { amount, given: givenBy(claim) });
  }
  books.giveBackTheRest();
  return books;
}

/** What each staff member used on each day. */
class Books {
  /** By claim. */
  readonly uses = new Map<string, StaffUse>();
  /** By staff member and day. */
  readonly totals = new Map<string, Used>();
  readonly #byId: ReadonlyMap<string, ClaimRow>;
  readonly #payments: ReadonlySet<string>;
  readonly #returned = new Set<string>();
  /** By the day of the award: the claims by which servers reopened awards, by their time. */
  readonly #unaudited: Map<string, ClaimRow[]>;

  constructor(claims: readonly ClaimRow[]) {
    this.#byId = new Map(claims.map((claim) => [claim.id, claim]));
    this.#payments = paymentsOf(claims);
    const reopenings = claims
      .filter(({ actorKind, outcome }) => actorKind !== 'staff' && outcome === 'granted')
      .filter((claim) => this.#awardReturnedBy(claim) !== null)
      .toSorted((a, b) => a.claimedAt - b.claimedAt);
    this.#unaudited = Map.groupBy(reopenings, (claim) => dayOfStaff(this.#awardReturnedBy(claim) ?? claim));
  }

  record(claim: ClaimRow, { amount, given }: Pick<StaffUse, 'amount' | 'given'>): void {
    const total = this.#totalOf(claim);
    const before = { spentBefore: total.spent, awardsBefore: total.awards, givenBefore: { ...total.given } };
    this.uses.set(claim.id, { amount, given, ...before });
    // Paying an announced reward is no award.
    if (claim.outcome !== 'granted' || this.#payments.has(claim.id)) return;
    total.spent += amount;
    add(total.given, given, 1);
    if (claim.operation === 'reverseClaim') this.#giveBack(claim);
    else total.awards += isAward(claim) ? 1 : 0;
  }

  /**
   * Claims of one batch have the same time. What was reopened at the time of the claim came before it if that explains what the
   * claim found spent.
   */
  giveBackBefore(claim: ClaimRow, spent: number): void {
    const waiting = this.#unaudited.get(dayOfStaff(claim)) ?? [];
    const total = this.#totalOf(claim);
    for (let [next] = waiting; next; [next] = waiting) {
      const explains = next.claimedAt === claim.claimedAt && total.spent !== spent && this.#isRecorded(next);
      if (next.claimedAt >= claim.claimedAt && !explains) return;
      this.#giveBack(next);
      waiting.shift();
    }
  }

  #isRecorded(reversal: ClaimRow): boolean {
    return this.uses.has(this.#awardReturnedBy(reversal)?.id ?? '');
  }

  giveBackTheRest(): void {
    for (const claim of [...this.#unaudited.values()].flat()) this.#giveBack(claim);
  }

  #giveBack(reversal: ClaimRow): void {
    const award = this.#awardReturnedBy(reversal);
    if (!award || this.#returned.has(award.id)) return;
    this.#returned.add(award.id);
    const { amount = 0, given = {} } = this.uses.get(award.id) ?? {};
    const total = this.#totalOf(award);
    total.spent -= amount;
    total.awards -= isAward(award) ? 1 : 0;
    add(total.given, given, -1);
  }

  /** Null: the claim gives nothing back. */
  #awardReturnedBy(claim: ClaimRow): ClaimRow | null {
    const award = claim.operation === 'reverseClaim' ? this.#byId.get(targetOf(claim)) : undefined;
    return award && !this.#payments.has(award.id) && returns(claim, award) ? award : null;
  }

  #totalOf(claim: ClaimRow): Used {
    const day = dayOfStaff(claim);
    const total = this.totals.get(day) ?? { spent: 0, awards: 0, given: {} };
    this.totals.set(day, total);
    return total;
  }
}

function dayOfStaff({ actorId, claimedAt }: ClaimRow): string {
  return `${actorId}\n${dayOf(claimedAt)}`;
}

/** Taking, correcting and freezing are no awards. */
function isAward({ operation }: ClaimRow): boolean {
  return !['takeResource', 'applyDamage', 'heal', 'freezePlayer', 'unfreezePlayer'].includes(operation);
}

/** Reversing one's own award on the same day gives back what it used. So does reopening any award, by any actor. */
function returns(reversal: ClaimRow, award: ClaimRow): boolean {
  if (award.actorKind !== 'staff') return false;
  const isOwn = award.actorId === reversal.actorId && dayOf(award.claimedAt) === dayOf(reversal.claimedAt);
  return isOwn || isReopening(reversal);
}

/** The IDs of the claims that paid an announced reward, by whatever mutation. */
function paymentsOf(claims: readonly ClaimRow[]): ReadonlySet<string> {
  const payments = new Set<string>();
  const granted = claims.filter(({ outcome }) => outcome === 'granted');
  for (const own of Map.groupBy(granted, ({ player }) => player).values()) {
    /** By announced type and key: the announcement. */
    const pending = new Map<string, string>();
    for (const claim of own.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0))) {
      const { id, operation, type, key } = claim;
      if (isHeld(claim)) pending.set(announcementKey(HELD_TYPE, heldKey(claim.number ?? 0)), id);
      if (operation === 'announceReward') pending.set(key, id);
      else if (operation === 'reverseClaim') {
        for (const [place, announcement] of pending)
          if (announcement === targetOf(claim)) pending.delete(place);
      } else if (pending.delete(announcementKey(type, key))) payments.add(id);
    }
  }
  return payments;
}

function add(total: Record<string, number>, given: Readonly<Record<string, number>>, sign: 1 | -1): void {
  for (const [resource, amount] of Object.entries(given))
    total[resource] = (total[resource] ?? 0) + sign * amount;
}

/** What a reward that is held gives is not among the entries. */
function heldGifts({ row }: ClaimRow): Record<string, number> {
  const given: Record<string, number> = {};
  const { grants = [] } = row.input as { readonly grants?: { resource: string; amount: number }[] };
  for (const { resource, amount } of grants)
    if (LIMITED.includes(resource)) add(given, { [resource]: amount }, 1);
  return given;
}

/** By claim: what it was to give of the resources that have a limit of their own, or to take, whatever a bound cut off. */
function gifts({ entries }: Rows): (claim: ClaimRow) => Record<string, number> {
  const limited = entries.filter(
    ({ resource, cause, requested }) => LIMITED.includes(resource) && cause === 'operation' && requested > 0,
  );
  const byNumber = Map.groupBy(limited, numberOf);
  const taken = Map.groupBy(
    entries.filter(({ cause, requested }) => cause === 'operation' && requested < 0),
    numberOf,
  );
  // Returning a payment is a gift only where it leaves a debt.
  const indebted = new Set(entries.filter(({ delta, after }) => delta < 0 && after < 0).map(numberOf));
  return (claim) => {
    const given: Record<string, number> = {};
    if (claim.operation === 'takeResource') {
      for (const { resource, requested } of taken.get(numberOf(claim)) ?? [])
        add(given, { [takenOf(resource)]: -requested }, 1);
      return given;
    }
    if (isHeld(claim)) return heldGifts(claim);
    const sides = claim.counterparty ? [claim, claim.counterparty] : [claim];
    if (claim.operation === 'reverseClaim' && !sides.some((side) => indebted.has(numberOf(side))))
      return given;
    for (const side of sides)
      for (const { resource, requested } of byNumber.get(numberOf(side)) ?? [])
        add(given, { [resource]: requested }, 1);
    return given;
  };
}

/** By claim: the audited amount, and what its staff member had used of the day's limits before. */
export function staffUses(rows: Rows): ReadonlyMap<string, StaffUse> {
  return addUp(rows).uses;
}

/** Each award found what the awards before it had used, and the counters are what all of them used. */
function checkBudgets(tally: Tally, rows: Rows): void {
  const { uses, totals } = addUp(rows);
  const granted = new Map(
    rows.claims.flatMap((claim) => (claim.outcome === 'granted' ? [[placeOf(claim), claim]] : [])),
  );
  for (const row of rows.audit) {
    const claim = granted.get(placeOf(row));
    const spent = claim && uses.get(claim.id)?.spentBefore;
    if (spent === undefined) continue;
    tally.check('I11', row.spentBefore === spent, () => ({
      what: `an award of ${row.amount} by ${row.actorId} found ${row.spentBefore} spent, it was ${spent}`,
      player: row.player ?? '',
      claims: [claim?.id ?? ''],
    }));
  }
  const counters = new Map(
    rows.limitCounters
      .filter(({ kind }) => kind === 'staff')
      .map(({ subject, name, day, used }) => [`${subject}\n${day}\n${name}`, used]),
  );
  for (const [day, { given, spent, awards }] of totals) {
    for (const [name, amount] of Object.entries(given)) {
      const limit = name.startsWith(takenOf('')) ? `staff:${name}` : `staff:resource:${name}`;
      const counted = counters.get(`${day}\n${limit}`) ?? 0;
      tally.check('I11', counted === amount, () => ({
        what: `${day.replace('\n', ' on ')}: used ${amount} of ${limit}, but the counter has ${counted}`,
        player: '',
      }));
    }
    const counted = ['staff:budget', 'staff:awards'].map((name) => counters.get(`${day}\n${name}`) ?? 0);
    tally.check('I11', counted[0] === spent && counted[1] === awards, () => ({
      what: `${day.replace('\n', ' on ')}: ${awards} awards of ${spent}, but the counters have ${counted[1]} of ${counted[0]}`,
      player: '',
    }));
  }
}
