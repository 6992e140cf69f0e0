/** Compares progress and requirements: what becomes of counters and streaks that players have, and what claims and exchanges require. */
import type { ReportChange } from './changes.ts';
import { type Compared, entriesOf } from './compare-claims.ts';
import type { BalanceDocument } from './schema.ts';

type Counter = BalanceDocument['counters'][string];
type Pair = { readonly old: Counter; readonly counter: Counter };

export function compareCounters({ before, after }: Compared, report: ReportChange): void {
  for (const [name, { before: old, after: counter }] of entriesOf(before.counters, after.counters)) {
    if (old && counter) compareCounter(name, { old, counter }, report);
    else if (old) {
      const text = `${name} is gone. What players have of it stays in the ledger, and nothing can use it.`;
      report('running', ['counters', name], text, { resource: name });
    }
  }
  for (const [name, { before: old, after: streak }] of entriesOf(before.streaks, after.streaks)) {
    if (old && streak) compareStreak(name, { old, streak }, report);
    else if (old)
      report('running', ['streaks', name], `${name} is gone. Nothing continues it.`, { resource: name });
  }
  compareKinds({ before, after }, report);
  for (const [type, { before: old, after: claimType }] of entriesOf(before.claimTypes, after.claimTypes)) {
    if (!old || !claimType) continue;
    compareRows(type, { old, claimType }, report);
    for (const field of ['requiresProgress', 'advances'] as const)
      for (const [counter, { before: was, after: is }] of entriesOf(old[field], claimType[field])) {
        if (was === is) continue;
        const verb = field === 'advances' ? 'advances' : 'requires of';
        const text = `${type} ${verb} ${counter} ${is ?? 'nothing'} instead of ${was ?? 'nothing'}.`;
        report('running', ['claimTypes', type, field, counter], text);
      }
  }
}

/** What the conditions of claim types and exchanges demand. Their texts are values like others. */
export function compareConditions({ before, after }: Compared, report: ReportChange): void {
  for (const section of ['claimTypes', 'exchanges'] as const)
    for (const [name, { before: old, after: offer }] of entriesOf<Requiring>(
      before[section],
      after[section],
    )) {
      const [was, is] = [old, offer].map((one) => one?.requires.map(({ when }) => when).join(' and ') ?? '');
      if (!old || !offer || was === is) continue;
      const text = `${name} requires ${is || 'nothing'} instead of ${was || 'nothing'}.`;
      report('running', [section, name, 'requires'], text);
    }
}

type Requiring = Pick<BalanceDocument['exchanges'][string], 'requires'>;

function compareCounter(name: string, { old, counter }: Pair, report: ReportChange) {
  const [was, is] = [periodText(old), periodText(counter)];
  if (was !== is) {
    const text = `${name} counts ${is} instead of ${was}. What players have counts on if they last advanced it in the running period.`;
    report('running', ['counters', name, 'period'], text, { resource: name });
  }
  if (old.max !== counter.max) {
    const text = `${name} stops at ${counter.max ?? 'no maximum'} instead of ${old.max ?? 'no maximum'}. What is above it stays.`;
    report('running', ['counters', name, 'max'], text, { resource: name });
  }
}

function periodText({ period }: Counter): string {
  if (typeof period === 'object') return `in the season ${period.season}`;
  return period === 'ever' ? 'for ever' : `per ${period}`;
}

type Streak = BalanceDocument['streaks'][string];
type ClaimType = BalanceDocument['claimTypes'][string];

function compareStreak(
  name: string,
  { old, streak }: { readonly old: Streak; readonly streak: Streak },
  report: ReportChange,
) {
  const text = ({ period, grace, decay }: Streak) =>
    `counts per ${period}, with ${grace} that may be missed, and ${decay === 'reset' ? 'then begins again' : `then loses ${decay.lose}`}`;
  const [was, is] = [text(old), text(streak)];
  if (was === is) return;
  const held = { resource: name };
  report('running', ['streaks', name], `${name} ${is}; before, it ${was}. Players keep their streaks.`, held);
}

function compareRows(
  type: string,
  { old, claimType }: { readonly old: ClaimType; readonly claimType: ClaimType },
  report: ReportChange,
) {
  const at = ['claimTypes', type];
  if (old.streak !== claimType.streak) {
    const text = `${type} continues ${claimType.streak ?? 'no streak'} instead of ${old.streak ?? 'no streak'}.`;
    report('running', [...at, 'streak'], text);
  }
  const rowText = (rows: ClaimType['rewardsByStreak']) =>
    rows
      .map(({ from, rewards }) => {
        const amounts = Object.entries(rewards).map(([resource, amount]) => `${amount} ${resource}`);
        return `${amounts.toSorted().join(' and ')} from ${from}`;
      })
      .join(', ') || 'nothing';
  const [was, is] = [rowText(old.rewardsByStreak), rowText(claimType.rewardsByStreak)];
  if (was === is) return;
  const text = `${type} pays for its streak ${is} instead of ${was}.`;
  report('amounts', [...at, 'rewardsByStreak'], text, { claimType: type });
}

/** What players own would become progress, and be reset; or the other way round. */
function compareKinds({ before, after }: Omit<Compared, 'former'>, report: ReportChange) {
  const refuse = (path: readonly string[], was: string) =>
    report('refused', path, `was ${was}, and players have balances of it; choose another name`);
  const parts = { resources: 'a resource', counters: 'a counter', streaks: 'a streak' } as const;
  type Part = keyof typeof parts;
  for (const part of Object.keys(parts) as Part[])
    for (const [was, kind] of Object.entries(parts) as [Part, string][])
      for (const name of Object.keys(after[part]))
        if (was !== part && Object.hasOwn(before[was], name)) refuse([part, name], kind);
}
