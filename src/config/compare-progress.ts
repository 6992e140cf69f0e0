/** Compares progress: what becomes of counters that players have advanced, and what claims require of them. */
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
  compareKinds({ before, after }, report);
  for (const [type, { before: old, after: claimType }] of entriesOf(before.claimTypes, after.claimTypes)) {
    if (!old || !claimType) continue;
    for (const field of ['requiresProgress', 'advances'] as const)
      for (const [counter, { before: was, after: is }] of entriesOf(old[field], claimType[field])) {
        if (was === is) continue;
        const verb = field === 'advances' ? 'advances' : 'requires of';
        const text = `${type} ${verb} ${counter} ${is ?? 'nothing'} instead of ${was ?? 'nothing'}.`;
        report('running', ['claimTypes', type, field, counter], text);
      }
  }
}

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

/** What players own would become progress, and be reset; or the other way round. */
function compareKinds({ before, after }: Omit<Compared, 'former'>, report: ReportChange) {
  const refuse = (path: readonly string[], was: string) =>
    report('refused', path, `was ${was}, and players have balances of it; choose another name`);
  for (const name of Object.keys(after.counters))
    if (Object.hasOwn(before.resources, name)) refuse(['counters', name], 'a resource');
  for (const name of Object.keys(after.resources))
    if (Object.hasOwn(before.counters, name)) refuse(['resources', name], 'a counter');
}
