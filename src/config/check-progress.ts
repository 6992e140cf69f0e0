/** Checks progress counters, and that claim types name them and can reach what they require. */
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

export function checkProgress(document: BalanceDocument, report: Report): void {
  checkCounters(document, report);
  for (const [name, { requiresProgress, advances }] of Object.entries(document.claimTypes)) {
    const at = ['claimTypes', name];
    checkRequirements(document, { at: [...at, 'requiresProgress'], required: requiresProgress }, report);
    for (const counter of Object.keys(advances))
      checkCounter(document, { path: [...at, 'advances', counter], counter }, report);
  }
}

/** A counter is a balance under its name. */
function checkCounters({ counters, resources, seasons }: BalanceDocument, report: Report) {
  for (const [name, { period }] of Object.entries(counters)) {
    const at = ['counters', name];
    if (Object.hasOwn(resources, name)) report(at, 'is also the name of a resource; choose another name');
    if (typeof period === 'object' && !Object.hasOwn(seasons, period.season))
      report(
        [...at, 'period', 'season'],
        `names the season "${period.season}", which is not listed in seasons; add it there`,
      );
  }
}

function checkRequirements(
  document: BalanceDocument,
  { at, required }: { readonly at: readonly string[]; readonly required: Readonly<Record<string, number>> },
  report: Report,
) {
  for (const [counter, need] of Object.entries(required)) {
    const path = [...at, counter];
    checkCounter(document, { path, counter }, report);
    const max = Object.hasOwn(document.counters, counter) ? document.counters[counter]?.max : undefined;
    if (max !== undefined && need > max)
      report(path, `must be at most ${max}, where the counter stops, not ${need}`);
  }
}

function checkCounter(
  { counters, resources }: BalanceDocument,
  { path, counter }: { readonly path: readonly string[]; readonly counter: string },
  report: Report,
) {
  if (Object.hasOwn(counters, counter)) return;
  const isResource = Object.hasOwn(resources, counter);
  report(
    path,
    isResource
      ? `names "${counter}", which is a resource; only game servers and claims move counters, so add a counter of another name`
      : `names the counter "${counter}", which is not listed in counters; add it there`,
  );
}
