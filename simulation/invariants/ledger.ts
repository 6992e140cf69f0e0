/** I1 to I5, I8 and I9 on the database rows alone. Committed rows must satisfy them at every moment of a run. */
import type { Rules } from '../model/rules.ts';
import type { ClaimRow, EntryRow, Rows } from './rows.ts';
import type { Tally } from './tally.ts';

export function checkLedger(tally: Tally, rows: Rows): void {
  const claims = new Map(rows.claims.map((claim) => [claim.id, claim]));
  const chains = Map.groupBy(rows.entries, ({ player, resource }) => `${player}\n${resource}`);
  for (const entry of rows.entries) checkEntry(tally, entry, claims.get(entry.claimId));
  for (const chain of chains.values()) checkChain(tally, chain);
  checkBalances(tally, rows, chains);
  checkVersions(tally, rows);
  checkUniqueness(tally, rows.claims);
  checkSourceKeys(tally, rows, claims);
  checkPendingRewards(tally, rows, claims);
}

function checkEntry(tally: Tally, entry: EntryRow, claim: ClaimRow | undefined): void {
  const { player, resource, sequence, before, after, delta, claimId } = entry;
  const about = (what: string) => () => ({
    what: `${resource} #${sequence}: ${what}`,
    player,
    keys: claim ? [claim.idempotencyKey] : [],
    claims: [claimId],
  });
  const isSafe = [before, after, delta].every(Number.isSafeInteger);
  tally.check('I3', isSafe && after === before + delta, about(`${before} plus ${delta} is not ${after}`));
  tally.check('I4', claim !== undefined, about('it has no claim'));
  if (claim) tally.check('I8', claim.outcome === 'granted', about(`its claim was ${claim.outcome}`));
}

function checkChain(tally: Tally, chain: readonly EntryRow[]): void {
  let previous = { after: 0, version: 0 };
  for (const [index, entry] of chain.toSorted((a, b) => a.sequence - b.sequence).entries()) {
    const { player, resource, sequence, before, after, version, claimId } = entry;
    const about = (what: string) => () => ({
      what: `${resource} #${sequence}: ${what}`,
      player,
      claims: [claimId],
    });
    tally.check('I2', sequence === index + 1, about(`it is entry ${index + 1} of its chain`));
    tally.check(
      'I2',
      before === previous.after,
      about(`it begins at ${before}, the entry before it ended at ${previous.after}`),
    );
    tally.check(
      'I2',
      version >= previous.version,
      about(`version ${version} comes after ${previous.version}`),
    );
    previous = { after, version };
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

/** One granted claim made each version, from 1 to the player's current version. */
function checkVersions(tally: Tally, { players, claims, entries }: Rows): void {
  const made = new Map<string, Set<number>>();
  const make = (player: string, version: number) => {
    const versions = made.get(player) ?? new Set();
    made.set(player, versions.add(version));
  };
  for (const { player, version, outcome, counterparty } of claims) {
    if (outcome !== 'granted') continue;
    make(player, version);
    if (counterparty) make(counterparty.player, counterparty.version);
  }
  for (const { player, version } of entries) make(player, version);
  for (const { id, version } of players) {
    const versions = made.get(id) ?? new Set();
    const isGapless = versions.size === version && Math.max(0, ...versions) === version;
    tally.check('I4', isGapless, () => ({
      what: `the player is at version ${version}, but ${versions.size} versions were made`,
      player: id,
    }));
  }
}

function checkUniqueness(tally: Tally, claims: readonly ClaimRow[]): void {
  const byClaimKey = new Map<string, ClaimRow>();
  const byIdempotencyKey = new Map<string, ClaimRow>();
  for (const claim of claims) {
    const { id, player, type, key, idempotencyKey, outcome } = claim;
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
    const sameClaim = byClaimKey.get(`${player}\n${type}\n${key}`);
    tally.check('I5', !sameClaim, both(sameClaim, `${type} ${key} was granted twice`));
    byClaimKey.set(`${player}\n${type}\n${key}`, claim);
  }
}

function checkSourceKeys(tally: Tally, { sourceKeys }: Rows, claims: ReadonlyMap<string, ClaimRow>): void {
  for (const { player, type, key, claimId } of sourceKeys) {
    const claim = claims.get(claimId);
    tally.check('I5', claim?.outcome === 'granted' && claim.player === player, () => ({
      what: `source key ${type} ${key} belongs to a claim that was not granted`,
      player,
      claims: [claimId],
    }));
  }
}

/** A pending reward was announced, and neither paid nor reversed. */
function checkPendingRewards(tally: Tally, rows: Rows, claims: ReadonlyMap<string, ClaimRow>): void {
  const granted = rows.claims.filter(({ outcome }) => outcome === 'granted');
  const keys = new Set(granted.map(({ player, type, key }) => `${player}\n${type}\n${key}`));
  for (const { player, type, key, announcedBy } of rows.pendingRewards) {
    const announced = claims.get(announcedBy);
    const about = (what: string) => () => ({
      what: `${type} ${key} is pending, but was ${what}`,
      player,
      claims: [announcedBy],
    });
    const isAnnounced =
      announced?.outcome === 'granted' && announced.player === player && announced.key === `${type}/${key}`;
    tally.check('I4', isAnnounced, about('not announced'));
    tally.check('I5', !keys.has(`${player}\n${type}\n${key}`), about('paid'));
    tally.check('I4', !keys.has(`${player}\nreversal\n${announcedBy}`), about('reversed'));
  }
}

/** I9 without the model: the points that a claim moved are worth the levels that it paid. */
export function checkStatPoints(
  tally: Tally,
  rows: Rows,
  rulesOf: (version: number) => Rules | undefined,
): void {
  const claims = new Map(rows.claims.map((claim) => [claim.id, claim]));
  for (const [claimId, entries] of Map.groupBy(rows.entries, (entry) => entry.claimId)) {
    const claim = claims.get(claimId);
    const rules = claim && rulesOf(claim.configVersion);
    if (!rules) continue;
    const sum = (includes: (resource: string) => boolean) =>
      entries.filter(({ resource }) => includes(resource)).reduce((total, { delta }) => total + delta, 0);
    const points = sum((resource) => resource === 'stat_points' || resource.startsWith('stat:'));
    const levels = sum((resource) => resource === 'levels_paid');
    tally.check('I9', points === levels * rules.pointsPerLevel, () => ({
      what: `${points} points for ${levels} levels of ${rules.pointsPerLevel} points`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claimId],
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

/** Without the model: a balance never regenerated more than the fastest config allows for the time. */
export function checkRegeneration(
  tally: Tally,
  { players, entries, claims }: Rows,
  published: readonly Rules[],
): void {
  const createdAt = new Map(players.map((player) => [player.id, player.createdAt]));
  const claimedAt = new Map(claims.map((claim) => [claim.id, claim.claimedAt]));
  const regenerated = entries.filter(({ cause }) => cause === 'regeneration');
  for (const [place, chain] of Map.groupBy(regenerated, ({ player, resource }) => `${player}\n${resource}`)) {
    const [player = '', resource = ''] = place.split('\n');
    const rates = published.map(({ resources }) => {
      const { amount = 0, everySeconds = 1 } = resources[resource]?.regeneration?.rate ?? {};
      return amount / everySeconds;
    });
    const last = Math.max(...chain.map(({ claimId }) => claimedAt.get(claimId) ?? 0));
    const seconds = (last - (createdAt.get(player) ?? 0)) / 1_000;
    const most = Math.max(0, ...rates) * seconds;
    const sum = chain.reduce((total, { delta }) => total + delta, 0);
    tally.check('I3', sum <= most + 1e-6, () => ({
      what: `${sum} ${resource} regenerated in ${seconds} s, at most ${most} are possible`,
      player,
      claims: chain.map(({ claimId }) => claimId),
    }));
  }
}
