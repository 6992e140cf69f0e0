/** I1 to I5, I8, I9, I13 and I15 on the database rows alone. Committed rows must satisfy them at every moment of a run. */
import { HELD_TYPE, heldKey } from '../model/breakers.ts';
import { targetOf } from '../model/claim-id.ts';
import { announcementKey } from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import { type ClaimRow, type EntryRow, isHeld, placeOf, type Rows } from './rows.ts';
import type { Tally } from './tally.ts';

type Claims = ReadonlyMap<string, ClaimRow>;

export function checkLedger(tally: Tally, rows: Rows): void {
  const claims = byNumber(rows.claims);
  const chains = Map.groupBy(rows.entries, ({ player, resource }) => `${player}\n${resource}`);
  for (const entry of rows.entries) checkEntry(tally, entry, claims.get(placeOf(entry)));
  for (const chain of chains.values()) checkChain(tally, chain);
  checkBalances(tally, rows, chains);
  checkNumbers(tally, rows);
  checkUniqueness(tally, rows.claims);
  checkSourceKeys(tally, rows, claims);
  checkPendingRewards(tally, rows, claims);
  checkOutbox(tally, rows);
  checkReversals(tally, rows, claims);
}

/** Granted claims by each player and number that they made. */
function byNumber(claims: readonly ClaimRow[]): Claims {
  return new Map(
    claims
      .filter(({ number }) => number !== null)
      .flatMap((claim) =>
        [claim, ...(claim.counterparty ? [claim.counterparty] : [])].map((side) => [placeOf(side), claim]),
      ),
  );
}

function checkEntry(tally: Tally, entry: EntryRow, claim: ClaimRow | undefined): void {
  const { resource, sequence, before, after, delta, number } = entry;
  const about = (what: string) => () => ({
    what: `${resource} #${sequence}: ${what}`,
    player: entry.player,
    keys: claim ? [claim.idempotencyKey] : [],
    claims: claim ? [claim.id] : [],
  });
  const isSafe = [before, after, delta].every(Number.isSafeInteger);
  tally.check('I3', isSafe && after === before + delta, about(`${before} plus ${delta} is not ${after}`));
  tally.check('I4', claim !== undefined, about(`number ${number} has no claim`));
  tally.check('I8', claim?.outcome !== 'rejected', about('its claim was refused'));
}

function checkChain(tally: Tally, chain: readonly EntryRow[]): void {
  let previous = { after: 0, number: 0 };
  for (const [index, entry] of chain.toSorted((a, b) => a.sequence - b.sequence).entries()) {
    const { player, resource, sequence, before, after, number } = entry;
    const about = (what: string) => () => ({ what: `${resource} #${sequence}: ${what}`, player });
    tally.check('I2', sequence === index + 1, about(`it is entry ${index + 1} of its chain`));
    tally.check(
      'I2',
      before === previous.after,
      about(`it begins at ${before}, the entry before it ended at ${previous.after}`),
    );
    tally.check('I2', number >= previous.number, about(`number ${number} comes after ${previous.number}`));
    previous = { after, number };
  }
}

function checkBalances(
  tally: Tally,
  { balances }: Rows,
  chains: ReadonlyMap<string, readonly EntryRow[]>,
): void {
  const found = new Set<string>();
  for (const { player, resource, amount, lastSequence } of balances) {
    found.add(`${player}\n${resource}`);
    const chain = chains.get(`${player}\n${resource}`) ?? [];
    const sum = chain.reduce((total, { delta }) => total + delta, 0);
    tally.check('I1', sum === amount, () => ({
      what: `${resource} is ${amount}, the sum of its deltas is ${sum}`,
      player,
    }));
    tally.check('I2', lastSequence === chain.length, () => ({
      what: `the last sequence of ${resource} is ${lastSequence}, it has ${chain.length} entries`,
      player,
    }));
  }
  for (const [place, chain] of chains)
    tally.check('I1', found.has(place), () => ({
      what: `${chain[0]?.resource} has entries but no balance`,
      player: chain[0]?.player ?? '',
    }));
}

/** One granted claim made each number, from 1 to the player's current number, and their times never decrease. */
function checkNumbers(tally: Tally, { players, claims }: Rows): void {
  const made = new Map<string, { number: number; claimedAt: number }[]>();
  for (const { player, number, claimedAt, counterparty } of claims) {
    if (number === null) continue;
    for (const side of [{ player, number }, ...(counterparty ? [counterparty] : [])])
      made.set(side.player, [...(made.get(side.player) ?? []), { number: side.number, claimedAt }]);
  }
  for (const { id, number } of players) {
    const numbers = (made.get(id) ?? []).sort((a, b) => a.number - b.number);
    made.delete(id);
    const isGapless = numbers.length === number && numbers.every((one, index) => one.number === index + 1);
    tally.check('I4', isGapless, () => ({
      what: `the player is at number ${number}, but ${numbers.length} numbers were made`,
      player: id,
    }));
    const isInOrder = numbers.every((one, index) => one.claimedAt >= (numbers[index - 1]?.claimedAt ?? 0));
    tally.check('I2', isInOrder, () => ({ what: "the times of the player's claims decrease", player: id }));
  }
  for (const [player] of made)
    tally.check('I4', false, () => ({ what: 'claims name a player who does not exist', player }));
}

function checkUniqueness(tally: Tally, claims: readonly ClaimRow[]): void {
  const byClaimKey = new Map<string, ClaimRow>();
  const byIdempotencyKey = new Map<string, ClaimRow>();
  for (const claim of claims) {
    const { id, player, type, key, generation, idempotencyKey, outcome } = claim;
    const both = (other: ClaimRow | undefined, what: string) => () => ({
      what,
      player,
      keys: [idempotencyKey, other?.idempotencyKey ?? ''],
      claims: [id, other?.id ?? ''],
    });
    const sameKey = byIdempotencyKey.get(`${player}\n${idempotencyKey}`);
    tally.check('I5', !sameKey, both(sameKey, `two claims have the key ${idempotencyKey}`));
    byIdempotencyKey.set(`${player}\n${idempotencyKey}`, claim);
    if (outcome !== 'granted') continue;
    const place = `${player}\n${type}\n${key}\n${generation}`;
    const sameClaim = byClaimKey.get(place);
    tally.check('I5', !sameClaim, both(sameClaim, `${type} ${key} was granted twice`));
    byClaimKey.set(place, claim);
  }
}

function checkSourceKeys(tally: Tally, { sourceKeys }: Rows, claims: Claims): void {
  for (const { player, type, key, number } of sourceKeys) {
    const claim = claims.get(placeOf({ player, number }));
    tally.check('I5', claim?.player === player, () => ({
      what: `source key ${type} ${key} belongs to number ${number}, which is no claim of the player's own`,
      player,
    }));
  }
}

/** A pending reward was announced, and neither paid nor reversed. A payment that was reopened does not count. */
function checkPendingRewards(tally: Tally, rows: Rows, claims: Claims): void {
  const reopened = new Set(rows.reversed.filter((one) => one.reopened).map(placeOf));
  const kept = rows.claims.filter((claim) => claim.outcome === 'granted' && !reopened.has(placeOf(claim)));
  const keys = new Set(kept.map(({ player, type, key }) => `${player}\n${type}\n${key}`));
  for (const { player, type, key, number } of rows.pendingRewards) {
    const announced = claims.get(placeOf({ player, number }));
    const about = (what: string) => () => ({
      what: `${type} ${key} is pending, but was ${what}`,
      player,
      claims: announced ? [announced.id] : [],
    });
    const isAnnounced =
      announced?.player === player &&
      (announced.key === announcementKey(type, key) ||
        (isHeld(announced) && type === HELD_TYPE && key === heldKey(number)));
    tally.check('I4', isAnnounced, about('not announced'));
    tally.check('I5', !keys.has(`${player}\n${type}\n${key}`), about('paid'));
    tally.check('I4', !keys.has(`${player}\nreversal\n${announced?.id}`), about('reversed'));
  }
}

/** Each granted claim has one outbox row, under its own player's number. */
function checkOutbox(tally: Tally, { claims, outbox }: Rows): void {
  const events = new Map<string, number>();
  for (const row of outbox) events.set(placeOf(row), (events.get(placeOf(row)) ?? 0) + 1);
  for (const claim of claims) {
    if (claim.outcome !== 'granted') continue;
    const count = events.get(placeOf(claim)) ?? 0;
    events.delete(placeOf(claim));
    tally.check('I13', count === 1, () => ({
      what: `the claim has ${count} outbox rows`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const place of events.keys())
    tally.check('I13', false, () => ({
      what: `an outbox row names number ${place.split('\n')[1]}, which is no claim`,
      player: place.split('\n')[0] ?? '',
    }));
}

/** What was reversed of a claim is never more than the claim, and is what its newest reversal says. */
function checkReversals(tally: Tally, { reversed: rows, claims: recorded }: Rows, claims: Claims): void {
  const reversals = recorded.filter(
    ({ operation, outcome }) => operation === 'reverseClaim' && outcome === 'granted',
  );
  const unexplained = new Set(reversals.map((reversal) => `${reversal.player}\n${targetOf(reversal)}`));
  for (const { player, number, units, reversed, reversedBy } of rows) {
    const claim = claims.get(placeOf({ player, number }));
    const about = (what: string) => () => ({ what, player, claims: claim ? [claim.id] : [] });
    unexplained.delete(`${player}\n${claim?.id}`);
    const isWithin = claim?.player === player && units === claim.units && reversed >= 1 && reversed <= units;
    tally.check(
      'I15',
      isWithin,
      about(`${reversed} of ${units} units are reversed, the claim has ${claim?.units}`),
    );
    const newest = claims.get(placeOf({ player, number: reversedBy }));
    tally.check(
      'I15',
      newest?.operation === 'reverseClaim' && targetOf(newest) === claim?.id,
      about('its reversal is another claim'),
    );
  }
  for (const place of unexplained)
    tally.check('I15', false, () => ({
      what: `${place.split('\n')[1]} was reversed, but is not recorded as reversed`,
      player: place.split('\n')[0] ?? '',
    }));
}

/** I9 without the model: the points that a claim moved are worth the levels that it paid. */
export function checkStatPoints(
  tally: Tally,
  rows: Rows,
  rulesOf: (version: number) => Rules | undefined,
): void {
  const claims = byNumber(rows.claims);
  for (const [place, entries] of Map.groupBy(rows.entries, placeOf)) {
    const claim = claims.get(place);
    // A code gives levels by the current curve, however old it is.
    const amounts = claim?.operation === 'redeemCode' ? null : claim?.amountsVersion;
    const rules = claim && rulesOf(amounts ?? claim.configVersion);
    if (!rules) continue;
    const sum = (includes: (resource: string) => boolean) =>
      entries.filter(({ resource }) => includes(resource)).reduce((total, { delta }) => total + delta, 0);
    const points = sum((resource) => resource === 'stat_points' || resource.startsWith('stat:'));
    const levels = sum((resource) => resource === 'levels_paid');
    tally.check('I9', points === levels * rules.pointsPerLevel, () => ({
      what: `${points} points for ${levels} levels of ${rules.pointsPerLevel} points`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const [player, balances] of Map.groupBy(rows.balances, (balance) => balance.player)) {
    const negative = balances.find(({ resource, amount }) => resource.startsWith('stat:') && amount < 0);
    const hasReversals = rows.claims.some(
      (claim) => claim.player === player && claim.operation === 'reverseClaim',
    );
    tally.check('I9', !negative || hasReversals, () => ({
      what: `${negative?.resource} is ${negative?.amount}`,
      player,
    }));
  }
}

/**
 * Without the model: a balance never regenerated more than the largest unit of any config in each of the shortest intervals. An
 * interval that is interrupted by a publication may yield the new config's unit, so rates alone are no bound.
 */
export function checkRegeneration(
  tally: Tally,
  { players, entries, claims }: Rows,
  published: readonly Rules[],
): void {
  const createdAt = new Map(players.map((player) => [player.id, player.createdAt]));
  const made = byNumber(claims);
  const regenerated = entries.filter(({ cause }) => cause === 'regeneration');
  for (const [place, chain] of Map.groupBy(regenerated, ({ player, resource }) => `${player}\n${resource}`)) {
    const [player = '', resource = ''] = place.split('\n');
    const rates = published.flatMap(({ resources }) => resources[resource]?.regeneration?.rate ?? []);
    const fastest =
      Math.max(0, ...rates.map(({ amount }) => amount)) /
      Math.min(...rates.map(({ everySeconds }) => everySeconds));
    const last = Math.max(...chain.map((entry) => made.get(placeOf(entry))?.claimedAt ?? 0));
    const seconds = (last - (createdAt.get(player) ?? 0)) / 1_000;
    const sum = chain.reduce((total, { delta }) => total + delta, 0);
    tally.check('I3', sum <= fastest * seconds + 1e-6, () => ({
      what: `${sum} ${resource} regenerated in ${seconds} s, at most ${fastest * seconds} are possible`,
      player,
    }));
  }
}
