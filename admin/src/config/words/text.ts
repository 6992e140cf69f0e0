// Words that several sentences use: lists, amounts, bounds and values.
import type { BalanceDocument } from '../../../../src/config/schema.ts';

export type Steps = readonly (string | number)[];

/** `tiers.list[2].from` as steps. Names in a valid document have no dots and no brackets. */
export function stepsOf(path: string): Steps {
  const parts = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  return parts.map((part) => (part.startsWith('[') ? Number(part.slice(1, -1)) : part));
}

export function valueAt(document: unknown, steps: Steps): unknown {
  let value = document;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** "a, b and c". */
export function listText(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

type Amount =
  | number
  | string
  | { readonly amount: number | string; readonly cap?: number | string | null | undefined };

export function amountText(amount: Amount): string {
  if (typeof amount !== 'object') return String(amount);
  return amount.cap ? `${amount.amount} (at most ${amount.cap})` : String(amount.amount);
}

/** "150 lumees and 50 experience"; empty: "nothing". */
export function amountsText(amounts: Readonly<Record<string, Amount>> = {}): string {
  const parts = Object.entries(amounts).map(([resource, amount]) => `${amountText(amount)} ${resource}`);
  return listText(parts) || 'nothing';
}

export type Bounds = BalanceDocument['limits'][string];

const PERIODS = [
  ['perDay', 'per day'],
  ['perWeek', 'per week'],
  ['perMonth', 'per month'],
  ['ever', 'for good'],
  ['total', 'in the whole game'],
] as const;

/** "at most 5 per day and 20 in the season winter"; empty: no bound. */
export function boundsText(
  bounds: Omit<Bounds, 'description' | 'total'> & { readonly total?: number | undefined },
): string {
  const fixed = PERIODS.flatMap(([field, per]) =>
    bounds[field] === undefined ? [] : [`${bounds[field]} ${per}`],
  );
  const seasons = Object.entries(bounds.perSeason).map(([season, most]) => `${most} in the season ${season}`);
  const all = [...fixed, ...seasons];
  return all.length === 0 ? '' : `at most ${listText(all)}`;
}

export function limitText(limit: BalanceDocument['resources'][string]['ceiling'] | undefined): string {
  if (limit === null || limit === undefined) return 'none';
  return typeof limit === 'number' ? String(limit) : `the maximum of ${limit.stat}`;
}

export function periodText(period: BalanceDocument['counters'][string]['period']): string {
  if (typeof period === 'object') return `in the season ${period.season}`;
  return period === 'ever' ? 'for ever' : `per ${period}`;
}

const MAX_QUOTED = 120;

/** A text in quotes, other values as a person writes them. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return value.map(shownItem).join(', ') || 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return shownItem(value);
}

function shownItem(value: unknown): string {
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

export function quoted(value: unknown): string {
  const text = String(value);
  return `“${text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text}”`;
}

/** "The reset hour is 4 instead of 0." */
export function settingText(label: string, before: unknown, after: unknown, shown = shownValue): string {
  if (before === undefined || before === null) return `${label} is now ${shown(after)}.`;
  if (after === undefined || after === null) return `${label} is no longer set. It was ${shown(before)}.`;
  return `${label} is ${shown(after)} instead of ${shown(before)}.`;
}
