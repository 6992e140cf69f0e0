/** Checks limits: every season and shared limit exists, a counter has one bound, and an operation uses no more than the kernel takes. */
import { limitRules } from './compile-limits.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

/** How many counters one operation may use. The kernel's bound. */
const MAX_LIMITS = 20;

type Bounds = BalanceDocument['limits'][string];

export function checkLimits(document: BalanceDocument, report: Report): void {
  const { limits, seasons, resources, claimTypes, exchanges } = document;
  if (Object.hasOwn(seasons, 'ever'))
    report(['seasons', 'ever'], 'choose another name: a limit counts all time as "ever"');
  for (const [name, bounds] of Object.entries(limits)) {
    checkSeasons(bounds, { at: ['limits', name], seasons }, report);
    if (countOf(bounds) === 0)
      report(['limits', name], 'must set a bound: perDay, perWeek, perMonth, perSeason, ever or total');
  }
  for (const [name, { transfer, spend }] of Object.entries(resources)) {
    if (spend) checkSeasons(spend, { at: ['resources', name, 'spend'], seasons }, report);
    if (!transfer) continue;
    const at = ['resources', name, 'transfer'];
    checkSeasons(transfer, { at, seasons }, report);
    checkSeasons(transfer.receives, { at: [...at, 'receives'], seasons }, report);
  }
  for (const [section, offers] of Object.entries({ claimTypes, exchanges })) {
    for (const [name, offer] of Object.entries(offers)) {
      const at = [section, name];
      checkSeasons(offer, { at, seasons }, report);
      checkShared(offer, { at, limits }, report);
    }
  }
}

/** A named limit that nothing uses is a mistake. Isolates do not check it: a part of a document has none of its users. */
export function checkUnusedLimits({ limits, claimTypes, exchanges }: BalanceDocument, report: Report): void {
  const used = new Set(
    [...Object.values(claimTypes), ...Object.values(exchanges)].flatMap(({ sharedLimits }) => sharedLimits),
  );
  for (const name of Object.keys(limits)) {
    if (!used.has(name))
      report(
        ['limits', name],
        `is not used: add "${name}" to sharedLimits of the claim types and exchanges that share it`,
      );
  }
}

function checkSeasons(
  { perSeason }: Pick<Bounds, 'perSeason'>,
  { at, seasons }: { at: string[]; seasons: BalanceDocument['seasons'] },
  report: Report,
) {
  for (const season of Object.keys(perSeason)) {
    if (!Object.hasOwn(seasons, season))
      report([...at, 'perSeason', season], unknown('season', season, { of: seasons, section: 'seasons' }));
  }
}

function checkShared(
  offer: Bounds & { readonly sharedLimits: readonly string[] },
  { at, limits }: { at: string[]; limits: BalanceDocument['limits'] },
  report: Report,
) {
  offer.sharedLimits.forEach((name, i) => {
    const path = [...at, 'sharedLimits', i];
    if (!Object.hasOwn(limits, name)) report(path, unknown('limit', name, { of: limits, section: 'limits' }));
    if (offer.sharedLimits.indexOf(name) < i)
      report(path, `names "${name}" twice, which is the same counter; remove one`);
  });
  const shared = offer.sharedLimits.flatMap((name) =>
    Object.hasOwn(limits, name) ? (limits[name] ?? []) : [],
  );
  const count = [offer, ...shared].reduce((sum, bounds) => sum + countOf(bounds), 0);
  if (count > MAX_LIMITS)
    report(at, `must have at most ${MAX_LIMITS} limits, with those of its shared limits, not ${count}`);
}

function countOf(bounds: Bounds): number {
  return limitRules(bounds, { counter: '', claimTypes: [], sharedLimit: null }).length;
}

function unknown(what: string, name: string, { of, section }: { of: object; section: string }): string {
  const known = Object.keys(of);
  const others = known.length === 0 ? '' : `, or use ${known.map((each) => `"${each}"`).join(' or ')}`;
  return `names the ${what} "${name}", which is not listed in ${section}; add it there${others}`;
}
