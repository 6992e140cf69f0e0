/** Checks counters and streaks, and that claim types name them, can reach what they require, and continue a streak once per period. */
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

export function checkProgress(document: BalanceDocument, report: Report): void {
  checkCounters(document, report);
  const { seasons } = document;
  for (const [name, { period, requiresProgress, advances }] of Object.entries(document.claimTypes)) {
    const at = ['claimTypes', name];
    checkSeason(period, { at, seasons }, report);
    checkRequirements(document, { at: [...at, 'requiresProgress'], required: requiresProgress }, report);
    for (const counter of Object.keys(advances))
      checkCounter(document, { path: [...at, 'advances', counter], counter }, report);
  }
  checkStreaks(document, report);
}

/** A counter is a balance under its name. */
function checkCounters({ counters, resources, seasons }: BalanceDocument, report: Report) {
  for (const [name, { period }] of Object.entries(counters)) {
    const at = ['counters', name];
    if (Object.hasOwn(resources, name)) report(at, 'is also the name of a resource; choose another name');
    checkSeason(period, { at, seasons }, report);
  }
}

function checkSeason(
  period: BalanceDocument['claimTypes'][string]['period'],
  { at, seasons }: Pick<BalanceDocument, 'seasons'> & { readonly at: readonly string[] },
  report: Report,
) {
  if (typeof period === 'object' && !Object.hasOwn(seasons, period.season))
    report(
      [...at, 'period', 'season'],
      `names the season "${period.season}", which is not listed in seasons; add it there`,
    );
}

/** A streak is continued once per period: by one claim type, whose key is the period. */
function checkStreaks({ streaks, resources, counters, claimTypes }: BalanceDocument, report: Report) {
  const continuedBy = new Map<string, string>();
  for (const name of Object.keys(streaks)) {
    const at = ['streaks', name];
    if (Object.hasOwn(resources, name)) report(at, 'is also the name of a resource; choose another name');
    if (Object.hasOwn(counters, name)) report(at, 'is also the name of a counter; choose another name');
  }
  for (const [type, { streak, period, rewardsByStreak }] of Object.entries(claimTypes)) {
    const at = ['claimTypes', type];
    checkRows(rewardsByStreak, at, report);
    if (streak === undefined) {
      if (rewardsByStreak.length > 0)
        report([...at, 'rewardsByStreak'], 'remove it, or set streak to the streak that it follows');
      continue;
    }
    const path = [...at, 'streak'];
    const rule = Object.hasOwn(streaks, streak) ? streaks[streak] : undefined;
    if (!rule) report(path, `names the streak "${streak}", which is not listed in streaks; add it there`);
    else if (rule.period !== period)
      report(
        path,
        `needs the proof "calendar" and the period "${rule.period}", as the streak "${streak}" has`,
      );
    const other = continuedBy.get(streak);
    if (other !== undefined)
      report(path, `${other} continues the streak "${streak}" already; one claim type continues a streak`);
    else continuedBy.set(streak, type);
  }
}

function checkRows(
  rows: BalanceDocument['claimTypes'][string]['rewardsByStreak'],
  at: readonly string[],
  report: Report,
) {
  rows.forEach(({ from }, place) => {
    const before = rows[place - 1];
    if (before && from <= before.from)
      report(
        [...at, 'rewardsByStreak', place, 'from'],
        `must be above ${before.from}, where the row before it begins, not ${from}`,
      );
  });
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
