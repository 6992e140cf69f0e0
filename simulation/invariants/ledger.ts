/** I1 to I5, I8 and I9 over the database's rows alone, at any moment of a run: what is committed must always be sound. */
import type { Rules } from '../model/rules.ts';
import type { Tally } from './finding.ts';
import type { ClaimRow, EntryRow, Rows } from './rows.ts';

export function judgeLedger(tally: Tally, rows: Rows): void {
  const claims = new Map(rows.claims.map((claim) => [claim.id, claim]));
  const chains = Map.groupBy(rows.entries, ({ player, resource }) => `${player}\n${resource}`);
  for (const entry of rows.entries) judgeEntry(tally, entry, claims.get(entry.claimId));
  for (const chain of chains.values()) judgeChain(tally, chain);
  judgeBalances(tally, rows, chains);
  judgeVersions(tally, rows);
  judgeUniqueness(tally, rows.claims);
  judgeFurtherKeys(tally, rows, claims);
  judgeOwed(tally, rows, claims);
}

function judgeEntry(tally: Tally, entry: EntryRow, claim: ClaimRow | undefined): void {
  const { player, resource, sequence, before, after, delta, claimId } = entry;
  const about = (what: string) => () => ({
    what: `${resource} #${sequence}: ${what}`,
    player,
    keys: claim ? [claim.idempotencyKey] : [],
    claims: [claimId],
  });
  const safe = [before, after, delta].every(Number.isSafeInteger);
  tally.check('I3', safe && after === before + delta, about(`${before} and ${delta} is ${after}`));
  tally.check('I4', claim !== undefined, about('has no claim'));
  if (claim)
    tally.check('I8', claim.outcome === 'granted', about(`belongs to a claim that was ${claim.outcome}`));
}

function judgeChain(tally: Tally, chain: readonly EntryRow[]): void {
  let previous = { after: 0, version: 0 };
  for (const [index, entry] of chain.toSorted((a, b) => a.sequence - b.sequence).entries()) {
    const { player, resource, sequence, before, after, version, claimId } = entry;
    const about = (what: string) => () => ({
      what: `${resource} #${sequence}: ${what}`,
      player,
      claims: [claimId],
    });
    tally.check('I2', sequence === index + 1, about(`is entry ${index + 1} of its chain`));
    tally.check(
      'I2',
      before === previous.after,
      about(`begins at ${before}, the one before ended at ${previous.after}`),
    );
    tally.check('I2', version >= previous.version, about(`version ${version} after ${previous.version}`));
    previous = { after, version };
  }
}

function judgeBalances(
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
      what: `${resource} is ${amount}, its entries sum up to ${sum}`,
      player,
    }));
    tally.check('I2', lastSequence === chain.length, () => ({
      what: `${resource} counts ${lastSequence} entries and has ${chain.length}`,
      player,
    }));
  }
  for (const [name, chain] of chains)
    tally.check('I1', found.has(name), () => ({
      what: `${name} has entries and no balance`,
      player: chain[0]?.player ?? '',
    }));
}

/** Every version but 0 was made by one granted claim, and the player stands at the last. */
function judgeVersions(tally: Tally, { players, claims, entries }: Rows): void {
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
    const whole = versions.size === version && Math.max(0, ...versions) === version;
    tally.check('I4', whole, () => ({
      what: `stands at version ${version}, ${versions.size} versions were made`,
      player: id,
    }));
  }
}

function judgeUniqueness(tally: Tally, claims: readonly ClaimRow[]): void {
  const names = new Map<string, ClaimRow>();
  const keys = new Map<string, ClaimRow>();
  for (const claim of claims) {
    const { id, player, type, key, idempotencyKey, outcome } = claim;
    const both = (other: ClaimRow | undefined, what: string) => () => ({
      what,
      player,
      keys: [idempotencyKey, other?.idempotencyKey ?? ''],
      claims: [id, other?.id ?? ''],
    });
    const sameKey = keys.get(`${player}\n${idempotencyKey}`);
    tally.check('I5', !sameKey, both(sameKey, `two claims under key ${idempotencyKey}`));
    keys.set(`${player}\n${idempotencyKey}`, claim);
    if (outcome !== 'granted') continue;
    const sameName = names.get(`${player}\n${type}\n${key}`);
    tally.check('I5', !sameName, both(sameName, `${type} ${key} was granted twice`));
    names.set(`${player}\n${type}\n${key}`, claim);
  }
}

function judgeFurtherKeys(tally: Tally, { furtherKeys }: Rows, claims: ReadonlyMap<string, ClaimRow>): void {
  for (const { player, type, key, claimId } of furtherKeys) {
    const claim = claims.get(claimId);
    tally.check('I5', claim?.outcome === 'granted' && claim.player === player, () => ({
      what: `${type} ${key} was taken by a claim that was not granted`,
      player,
      claims: [claimId],
    }));
  }
}

/** What stands as owed was announced, and has neither been paid nor taken back. */
function judgeOwed(tally: Tally, rows: Rows, claims: ReadonlyMap<string, ClaimRow>): void {
  const granted = rows.claims.filter(({ outcome }) => outcome === 'granted');
  const names = new Set(granted.map(({ player, type, key }) => `${player}\n${type}\n${key}`));
  for (const { player, type, key, announcedBy } of rows.owed) {
    const announced = claims.get(announcedBy);
    const about = (what: string) => () => ({
      what: `${type} ${key} stands as owed, ${what}`,
      player,
      claims: [announcedBy],
    });
    const right =
      announced?.outcome === 'granted' && announced.player === player && announced.key === `${type}/${key}`;
    tally.check('I4', right, about('and was never announced'));
    tally.check('I5', !names.has(`${player}\n${type}\n${key}`), about('and was paid'));
    tally.check('I4', !names.has(`${player}\nreversal\n${announcedBy}`), about('and was taken back'));
  }
}

/** I9, without the model: what each claim did to points must be what the levels that it paid for are worth. */
export function judgePoints(tally: Tally, rows: Rows, rulesOf: (version: number) => Rules | undefined): void {
  const claims = new Map(rows.claims.map((claim) => [claim.id, claim]));
  for (const [claimId, entries] of Map.groupBy(rows.entries, (entry) => entry.claimId)) {
    const claim = claims.get(claimId);
    const rules = claim && rulesOf(claim.configVersion);
    if (!rules) continue;
    const sum = (of: (resource: string) => boolean) =>
      entries.filter(({ resource }) => of(resource)).reduce((total, { delta }) => total + delta, 0);
    const points = sum((resource) => resource === 'stat_points' || resource.startsWith('stat:'));
    const levels = sum((resource) => resource === 'levels_paid');
    tally.check('I9', points === levels * rules.pointsPerLevel, () => ({
      what: `${points} points for ${levels} levels at ${rules.pointsPerLevel} each`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claimId],
    }));
  }
  const held = Map.groupBy(rows.balances, ({ player }) => player);
  for (const [player, balances] of held) {
    const negative = balances.find(({ resource, amount }) => resource.startsWith('stat:') && amount < 0);
    const debts = rows.claims.some((claim) => claim.player === player && claim.operation === 'reverseClaim');
    tally.check('I9', !negative || debts, () => ({
      what: `${negative?.resource} is ${negative?.amount}`,
      player,
    }));
  }
}

/** Without the model: never more came back with time than the fastest config would have brought. */
export function judgeRegeneration(
  tally: Tally,
  { players, entries, claims }: Rows,
  published: readonly Rules[],
): void {
  const since = new Map(players.map(({ id, createdAt }) => [id, createdAt]));
  const at = new Map(claims.map(({ id, claimedAt }) => [id, claimedAt]));
  const grew = entries.filter(({ cause }) => cause === 'regeneration');
  for (const [name, chain] of Map.groupBy(grew, ({ player, resource }) => `${player}\n${resource}`)) {
    const [player = '', resource = ''] = name.split('\n');
    const rates = published.map(({ resources }) => {
      const { amount = 0, everySeconds = 1 } = resources[resource]?.accrual?.regenerates ?? {};
      return amount / everySeconds;
    });
    const seconds =
      (Math.max(...chain.map(({ claimId }) => at.get(claimId) ?? 0)) - (since.get(player) ?? 0)) / 1_000;
    const most = Math.max(0, ...rates) * seconds;
    const came = chain.reduce((sum, { delta }) => sum + delta, 0);
    tally.check('I3', came <= most + 1e-6, () => ({
      what: `${came} ${resource} came back in ${seconds} s, which bring ${most} at most`,
      player,
      claims: chain.map(({ claimId }) => claimId),
    }));
  }
}
