/**
 * Executes the history again with the model, claim by claim in the order of the players' numbers, and compares each grant, each
 * rejection, each receipt, each read, and the final counters. The order is the ledger's; the amounts are the model's.
 */
import { type Attempt, keyOf } from '../clients/journal.ts';
import { targetOf } from '../model/claim-id.ts';
import { EXPIRY } from '../model/claim-keys.ts';
import { RegenerationHistory } from '../model/regeneration.ts';
import { Timeline } from '../model/timeline.ts';
import { serversOf } from '../schedule/world.ts';
import { Emissions } from './breakers.ts';
import { checkCollections } from './collections.ts';
import { compareGrant } from './grants.ts';
import { inputOfSettlement, isSettlement } from './held.ts';
import type { GrantedRecord, History, Progress, RecordedClaim } from './history.ts';
import { checkReads } from './player-state.ts';
import { compareRejection } from './rejections.ts';
import { type ClaimRow, placeOf } from './rows.ts';
import { staffUses } from './staff.ts';
import { same, type Tally } from './tally.ts';

export function reexecute(tally: Tally, history: History): void {
  const { players, configs } = history.rows;
  const timeline = new Timeline(new Map(players.map(({ id, createdAt }) => [id, createdAt])));
  const publications = configs.flatMap(({ version, effectiveFrom: from }) => {
    const rules = history.rulesOf(version);
    return rules ? [{ version, from, rules }] : [];
  });
  const progress: Progress = {
    timeline,
    staff: staffUses(history.rows),
    regeneration: new RegenerationHistory(publications),
    emissions: new Emissions(),
  };
  const recorded = recordedClaims(tally, history);
  const granted = recorded.flatMap((one) => {
    const numbers = numbersOf(one.claim);
    return numbers ? [{ ...one, numbers } as GrantedRecord] : [];
  });
  for (const one of inOrder(tally, granted)) compareGrant(tally, history, one, progress);
  for (const one of recorded)
    if (one.claim.outcome === 'rejected') compareRejection(tally, history, one, progress);
  checkGameKeys(tally, timeline);
  checkSharedCounters(tally, timeline);
  progress.emissions.check(tally, history.rows);
  compareLimitCounters(tally, history, timeline);
  comparePendingRewards(tally, history, timeline);
  checkCollections(tally, history, timeline);
  compareBalanceAnchors(tally, history, timeline);
  checkReads(tally, history.reads, timeline);
}

function recordedClaims(tally: Tally, { attempts, rows }: History): RecordedClaim[] {
  const byKey = Map.groupBy(attempts, keyOf);
  const entries = Map.groupBy(rows.entries, placeOf);
  const byCorrelationId = new Map(attempts.map((attempt) => [attempt.correlationId, attempt]));
  return rows.claims.flatMap((claim) => {
    const { id, player, idempotencyKey } = claim;
    const attempt =
      claim.operation === EXPIRY || isSettlement(claim)
        ? attemptOf(claim)
        : byKey.get(`${player}\n${idempotencyKey}`)?.find(hasOutcome);
    tally.check('I7', attempt !== undefined, () => ({
      what: `a claim is recorded under key ${idempotencyKey}, but no answer showed it`,
      player,
      keys: [idempotencyKey],
      claims: [id],
    }));
    if (!attempt) return [];
    const recorder = byCorrelationId.get(claim.sentCorrelationId) ?? attempt;
    const sides = claim.counterparty ? [claim, claim.counterparty] : [claim];
    return [{ claim, entries: sides.flatMap((side) => entries.get(placeOf(side)) ?? []), attempt, recorder }];
  });
}

/** Nobody sent it: its claim and its time are all that there is. */
function attemptOf(claim: ClaimRow): Attempt {
  const { player, idempotencyKey: key, sentCorrelationId: correlationId } = claim;
  const isExpiry = claim.operation === EXPIRY;
  const actor = isExpiry
    ? ({ kind: 'server', id: 'onceward' } as const)
    : ({ kind: 'staff', id: claim.actorId } as const);
  const input = isExpiry ? {} : inputOfSettlement(claim);
  const nothing = { client: null, database: null, lane: null };
  return {
    ...{
      correlationId,
      category: 'settle',
      sent: { claimId: targetOf(claim) },
      ticket: null,
      expiredTicket: false,
    },
    intent: { actor, player, key, number: -1, operation: claim.operation, input },
    ...{ secondMutation: null, injected: nothing, began: 0, ended: 0, answer: null },
    ...{ acknowledgedVersion: 0, acknowledgedNumber: 0, acknowledgedOthers: [], acknowledgedConfig: 0 },
  };
}

/** The number that a granted claim made for each player whom it names. */
function numbersOf({ player, number, counterparty }: ClaimRow): ReadonlyMap<string, number> | null {
  if (number === null) return null;
  return new Map([
    [player, number],
    ...(counterparty ? [[counterparty.player, counterparty.number] as const] : []),
  ]);
}

/** Whether the answer is the outcome of the key: a receipt, or a rejection other than IdempotencyKeyReused. */
function hasOutcome({ answer }: Attempt): boolean {
  if (answer?.kind === 'receipt') return true;
  return answer?.kind === 'rejected' && answer.rejection.kind !== 'IdempotencyKeyReused';
}

/** Yields each claim after every claim that came before it, for each of its players. */
function* inOrder(tally: Tally, granted: readonly GrantedRecord[]): Generator<GrantedRecord> {
  const byNumber = new Map<string, Map<number, GrantedRecord>>();
  for (const one of granted) {
    for (const [player, number] of one.numbers) {
      const numbers = byNumber.get(player) ?? new Map<number, GrantedRecord>();
      byNumber.set(player, numbers.set(number, one));
    }
  }
  const reached = new Map([...byNumber.keys()].map((player) => [player, 0]));
  const isReady = ({ numbers }: GrantedRecord) =>
    [...numbers].every(([player, number]) => reached.get(player) === number - 1);
  const queue = [...byNumber.keys()];
  let done = 0;
  for (let player = queue.pop(); player !== undefined; player = queue.pop()) {
    const one = byNumber.get(player)?.get((reached.get(player) ?? 0) + 1);
    if (!one || !isReady(one)) continue;
    for (const [affected, number] of one.numbers) {
      reached.set(affected, number);
      // The next claims of these players may be ready now.
      queue.push(affected);
    }
    done += 1;
    yield one;
  }
  tally.check('I4', done === granted.length, () => ({
    what: `only ${done} of ${granted.length} granted claims can be ordered by their players' numbers`,
    player: granted.find(({ claim }) => (reached.get(claim.player) ?? 0) < claim.number)?.claim.player ?? '',
  }));
}

/** A key of the whole game has one claim, whichever player made it. */
function checkGameKeys(tally: Tally, timeline: Timeline): void {
  for (const [key, [first, ...others]] of timeline.gameKeys())
    tally.check('I5', others.length === 0, () => ({
      what: `the key of the whole game ${key.replace('\n', ' ')} was given ${others.length + 1} times`,
      player: first?.player ?? '',
      claims: [first, ...others].flatMap((claim) => claim?.id ?? []),
    }));
}

/** No stock is oversold, and no server gives more than its budget: their uses have the order of their times. */
function checkSharedCounters(tally: Tally, timeline: Timeline): void {
  const overused = timeline.limits.overused();
  tally.check('I11', overused.length === 0, () => {
    const { use, total, claim } = overused[0] as (typeof overused)[number];
    const player = timeline.claim(claim)?.player ?? '';
    return { what: `${total} of ${use.bound} were used of ${use.name}`, player, claims: [claim] };
  });
}

/** The counters of limits are the sums of what the claims used. */
function compareLimitCounters(tally: Tally, { rows, world }: History, timeline: Timeline): void {
  const counters = new Map(
    rows.limitCounters
      .filter(({ kind, subject }) => kind !== 'staff' || serversOf(world).includes(subject))
      .map((counter) => [`${counter.subject}\n${counter.name}\n${counter.day}`, counter]),
  );
  for (const { subject, name, period, total } of timeline.limits.totals()) {
    const place = `${subject}\n${name}\n${period}`;
    const used = counters.get(place)?.used ?? 0;
    counters.delete(place);
    tally.check('I11', used === total, () => ({
      what: `the counter of ${name} in ${period} is ${used}, claims used ${total}`,
      player: subject,
    }));
  }
  for (const { subject, name, day, used } of counters.values())
    tally.check('I11', used === 0, () => ({
      what: `the counter of ${name} in ${day} is ${used}, but no claim used it`,
      player: subject,
    }));
}

/** The pending rewards are those that were announced and neither paid nor reversed. */
function comparePendingRewards(tally: Tally, { rows }: History, timeline: Timeline): void {
  const pending = new Map(rows.pendingRewards.map((row) => [`${row.player}\n${row.type}\n${row.key}`, row]));
  // What could not be paid is held no longer.
  const mayWait = rows.settlements.some(({ waiting }) => waiting > 0);
  for (const one of timeline.pendingRewards()) {
    const { player, type, key, announcedBy, from, configVersion, expiry, isHeld = false } = one;
    const row = pending.get(`${player}\n${type}\n${key}`);
    pending.delete(`${player}\n${type}\n${key}`);
    const recorded = row && [row.number, row.configVersion, row.expiresAt, row.isHeld || mayWait];
    tally.check('I4', same(recorded, [from, configVersion, expiry?.at ?? null, isHeld || mayWait]), () => ({
      what: `${type} ${key} should be pending, recorded is ${JSON.stringify(recorded ?? null)}`,
      player,
      claims: [announcedBy],
    }));
  }
  for (const { player, type, key } of pending.values())
    tally.check('I4', false, () => ({ what: `${type} ${key} is pending, but should not be`, player }));
}

/** Each balance that regenerates counts its next unit from where the model does. */
function compareBalanceAnchors(tally: Tally, { rows }: History, timeline: Timeline): void {
  for (const { player, resource, anchoredAt } of rows.balances) {
    const expected = timeline.storedAnchor(player, resource);
    tally.check('I4', anchoredAt === expected, () => ({
      what: `the regeneration anchor of ${resource} is ${anchoredAt}, expected ${expected}`,
      player,
    }));
  }
}
