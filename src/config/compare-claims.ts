/**
 * Compares claim types and exchanges: keys under which something would be paid again, limits that change in the middle of their
 * period, and what is paid and charged.
 */
import { onceText } from '../domain/calendar.ts';
import type { SourceScope } from '../domain/rules.ts';
import type { Former, FormerClaimType, ReportChange } from './changes.ts';
import { boundsOf, compareBounds, compareMembership } from './compare-limits.ts';
import type { BalanceDocument } from './schema.ts';

export interface Compared {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
  readonly former: Former;
}

type ClaimType = FormerClaimType['claimType'];
type Reward = ClaimType['rewards'][string];
type Exchange = BalanceDocument['exchanges'][string];

export function compareClaims(compared: Compared, report: ReportChange): void {
  compareClaimTypes(compared, report);
  compareSources(compared, report);
  findRenamed(compared, report);
}

function compareClaimTypes({ before, after, former }: Compared, report: ReportChange) {
  for (const name of Object.keys(before.claimTypes)) {
    if (Object.hasOwn(after.claimTypes, name)) continue;
    const text = `${name} can no longer be claimed. Pending rewards of it are paid by recoverReward alone.`;
    report('running', ['claimTypes', name], text, { claimType: name });
  }
  for (const [name, claimType] of Object.entries(after.claimTypes)) {
    const at = ['claimTypes', name];
    const known = own(before.claimTypes, name);
    const earlier = own(former.claimTypes, name);
    if (known) {
      compareProof(name, { known, claimType }, report);
      compareRewards(name, { known, claimType }, report);
      compareExpiry(name, { before: known, after: claimType }, report);
      compareBounds({ at, what: name, former }, known, claimType, report);
      compareMembership({ at, what: name, former }, known.sharedLimits, claimType.sharedLimits, report);
      compareReversible(name, { at, was: known.reversibleBy, is: claimType.reversibleBy }, report);
    } else if (earlier) {
      const text = `was claimed until version ${earlier.version}, and returns. Keys that were claimed then stay claimed.`;
      report('running', [...at, 'proof'], `${name} ${text}`);
      compareProof(name, { known: earlier.claimType, claimType }, report);
    }
  }
}

interface Versions {
  readonly known: ClaimType;
  readonly claimType: ClaimType;
}

/** The proof decides what the claim key is: the day or week, or what a game server names. */
function compareProof(name: string, { known, claimType }: Versions, report: ReportChange) {
  const at = ['claimTypes', name];
  const [was, is] = [onceOf(known), onceOf(claimType)];
  if (was !== is) {
    const text = `${name} is claimed ${is} instead of ${was}: players who claimed it${runningText(known.period ?? claimType.period)} can claim it again, under another key.`;
    report('reopens', [...at, known.proof === claimType.proof ? 'period' : 'proof'], text);
  } else if (known.proof !== claimType.proof) {
    const text =
      claimType.proof === 'server'
        ? `Only game servers and staff claim ${name} now. Tickets for it are refused.`
        : `Players claim ${name} with a ticket now. Keys that were claimed stay claimed.`;
    report('running', [...at, 'proof'], text);
  }
}

function runningText(period: ClaimType['period']): string {
  return typeof period === 'string' && period !== 'ever' ? ` for the running ${period}` : '';
}

function onceOf({ period }: ClaimType): string {
  return period ? onceText(period) : 'once per key of its own';
}

function compareRewards(name: string, { known, claimType }: Versions, report: ReportChange) {
  for (const [resource, { before, after }] of entriesOf(known.rewards, claimType.rewards)) {
    const [paid, pays] = [before && amountText(before), after && amountText(after)];
    if (paid === pays) continue;
    const text = changeText(name, 'pays', { resource, before: paid, after: pays });
    // What was announced is paid as announced.
    report('amounts', ['claimTypes', name, 'rewards', resource], text, { claimType: name });
  }
  for (const [table, times] of entriesOf(known.draws ?? {}, claimType.draws ?? {})) {
    if (times.before === times.after) continue;
    const text = changeText(name, 'draws', { resource: `from ${table}`, ...times });
    report('amounts', ['claimTypes', name, 'draws', table], text, { claimType: name });
  }
}

function compareExpiry(
  name: string,
  { before, after }: Readonly<Record<'before' | 'after', BalanceDocument['claimTypes'][string]>>,
  report: ReportChange,
) {
  const given = entriesOf(before.onExpiry?.gives ?? {}, after.onExpiry?.gives ?? {});
  for (const [resource, amount] of given) {
    if (amount.before === amount.after) continue;
    const text = changeText(name, 'gives when it expires', { resource, ...amount });
    report('amounts', ['claimTypes', name, 'onExpiry', 'gives', resource], text, { claimType: name });
  }
}

function amountText(reward: Reward): string {
  const { amount, cap } = typeof reward === 'object' ? reward : { amount: reward, cap: null };
  return cap ? `${amount} (at most ${cap})` : String(amount);
}

/** Source keys hold the facts of `onceFor` in their order: with other facts each source has another key. */
function compareSources({ before, after, former }: Compared, report: ReportChange) {
  const sources = { ...former.onceFor, ...sourcesOf(before) };
  const scopes = { ...former.scopes, ...scopesOf(before) };
  for (const [name, claimType] of Object.entries(after.claimTypes)) {
    const known = own(before.claimTypes, name) ?? own(former.claimTypes, name)?.claimType;
    for (const [resource, reward] of Object.entries(claimType.rewards)) {
      const at = ['claimTypes', name, 'rewards', resource, 'onceFor'];
      const [was, is] = [onceForOf(known?.rewards[resource]), onceForOf(reward)];
      const source = sources[resource];
      const each = `${name} gives ${resource} once per ${is?.join(', ')}`;
      if (is && source && source.join() !== is.join())
        report(
          'reopens',
          at,
          `${each} instead of once per ${source.join(', ')}: sources that were paid can be paid again.`,
        );
      else if (is && !was && known?.rewards[resource] !== undefined)
        report('running', at, `${each} now. Sources that were paid without it can be paid once more.`);
      else if (was && !is)
        report(
          'reopens',
          at,
          `${name} gives ${resource} with each claim instead of once per ${was.join(', ')}: sources that were paid can be paid again.`,
        );
      const [scope, changed] = [scopes[resource], scopeOf(reward)];
      if (is && scope && scope !== changed)
        report(
          'reopens',
          ['claimTypes', name, 'rewards', resource, 'scope'],
          `${name} gives ${resource} once ${PER[changed]} instead of once ${PER[scope]}: sources that were paid can be paid again.`,
        );
      if (is && known) compareSourceFacts(name, { resource, facts: is }, { before, after }, report);
    }
  }
}

/** By resource: the facts that name its sources. All claim types name them alike (cross-checks.ts). */
export function sourcesOf({ claimTypes }: BalanceDocument): Record<string, readonly string[]> {
  const rewards = Object.values(claimTypes).flatMap((claimType) => Object.entries(claimType.rewards));
  return Object.fromEntries(
    rewards.flatMap(([resource, reward]) => {
      const onceFor = onceForOf(reward);
      return onceFor ? [[resource, onceFor]] : [];
    }),
  );
}

const PER: Readonly<Record<SourceScope, string>> = { player: 'per player', game: 'in the whole game' };

/** By resource: for whom its sources count. All claim types agree (cross-checks.ts). */
function scopesOf({ claimTypes }: BalanceDocument): Readonly<Record<string, SourceScope>> {
  const rewards = Object.values(claimTypes).flatMap((claimType) => Object.entries(claimType.rewards));
  return Object.fromEntries(
    rewards.flatMap(([resource, reward]) => (onceForOf(reward) ? [[resource, scopeOf(reward)]] : [])),
  );
}

function scopeOf(reward: Reward): SourceScope {
  return (typeof reward === 'object' && reward.scope) || 'player';
}

function onceForOf(reward: Reward | undefined): readonly string[] | null {
  return (typeof reward === 'object' && reward.onceFor) || null;
}

/** A value that is renamed names its sources by another key. */
function compareSourceFacts(
  name: string,
  { resource, facts }: { readonly resource: string; readonly facts: readonly string[] },
  { before, after }: Omit<Compared, 'former'>,
  report: ReportChange,
) {
  for (const fact of facts) {
    const [old, changed] = [before, after].map(({ claimTypes }) => own(claimTypes, name)?.facts[fact]);
    if (old?.kind !== 'string' || changed?.kind !== 'string') continue;
    const gone = old.values.filter((value) => !changed.values.includes(value));
    const added = changed.values.filter((value) => !old.values.includes(value));
    if (gone.length === 0 || added.length === 0) continue;
    const text = `${gone.join(', ')} can no longer name a source of ${resource}, and ${added.join(', ')} can. If a value was renamed, sources that were paid under it can be paid again.`;
    report('reopens', ['claimTypes', name, 'facts', fact, 'values'], text);
  }
}

export function compareReversible(
  name: string,
  {
    at,
    was,
    is,
  }: { readonly at: readonly string[]; readonly was: readonly string[]; readonly is: readonly string[] },
  report: ReportChange,
) {
  if (was.includes('server') === is.includes('server')) return;
  const may = is.includes('server') ? 'may now' : 'may no longer';
  report(
    'running',
    [...at, 'reversibleBy'],
    `Game servers ${may} take back claims of ${name}, earlier ones as well.`,
  );
}

/** A name that replaces another frees the keys and limits of the old one. */
function findRenamed({ before, after, former }: Compared, report: ReportChange) {
  const gone = Object.entries(before.claimTypes).filter(([name]) => !Object.hasOwn(after.claimTypes, name));
  for (const [name, claimType] of Object.entries(after.claimTypes)) {
    if (Object.hasOwn(before.claimTypes, name) || Object.hasOwn(former.claimTypes, name)) continue;
    for (const [old, was] of gone) {
      if (was.proof !== claimType.proof || onceOf(was) !== onceOf(claimType)) continue;
      const same = Object.keys(was.rewards).filter((resource) => Object.hasOwn(claimType.rewards, resource));
      if (same.length === 0) continue;
      const text = `${name} is new and ${old} is gone, and both pay ${same.join(', ')}. If ${old} was renamed, what was claimed under the old name can be claimed again under the new one.`;
      report('reopens', ['claimTypes', name], text);
    }
  }
  const goneExchanges = Object.entries(before.exchanges).filter(
    ([name]) => !Object.hasOwn(after.exchanges, name),
  );
  for (const [name, exchange] of Object.entries(after.exchanges)) {
    if (Object.hasOwn(before.exchanges, name) || boundsOf(exchange).size === 0) continue;
    for (const [old, offer] of goneExchanges) {
      if (boundsOf(offer).size === 0 || !givesSame(offer, exchange)) continue;
      const text = `${name} is new and ${old} is gone, and both give the same. If ${old} was renamed, its limits begin again.`;
      report('reopens', ['exchanges', name], text);
    }
  }
}

function givesSame(a: Exchange, b: Exchange): boolean {
  const given = ({ gives, draws, chooseOne = {} }: Exchange) =>
    [gives, draws, ...Object.values(chooseOne).map((option) => option.gives)].flatMap((amounts) =>
      Object.keys(amounts),
    );
  return given(a).some((what) => given(b).includes(what));
}

interface Pair<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** The entries of two records by name, sorted. */
export function entriesOf<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): [string, Pair<T>][] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.map((name) => [name, { before: own(before, name), after: own(after, name) }]);
}

/** A claim type may be named `constructor`, which every object inherits. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** "daily_quest pays 200 lumees instead of 150." */
export function changeText(
  what: string,
  verb: string,
  { resource, before, after }: Pair<string | number> & { readonly resource: string },
): string {
  if (after === undefined) return `${what} no longer ${verb} ${resource}. It was ${before}.`;
  const instead = before === undefined ? ', which is new' : ` instead of ${before}`;
  return `${what} ${verb} ${after} ${resource}${instead}.`;
}
