/** Changes between two balance documents: what the comparisons report (compare.ts), and the values that differ. */
import type { SourceScope } from '../domain/rules.ts';
import { pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

/**
 * `refused`: cannot be published. `reopens`: what was paid could be paid again, so the publisher confirms it by its path.
 * `running`: changes what runs: limits, regeneration, what players hold. `amounts`: prices, rewards, chances. `other`: the rest.
 */
export const SEVERITIES = ['refused', 'reopens', 'running', 'amounts', 'other'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What players may have of something: balances and source keys of a resource, or pending rewards of a claim type. */
export type Held = { readonly resource: string } | { readonly claimType: string };

export interface ConfigChange {
  /** The part of the document, such as `claimTypes.daily_quest.period`. */
  readonly path: string;
  readonly severity: Severity;
  readonly text: string;
  /** What the caller counts and adds to the text. */
  readonly held?: Held;
}

/** Called by a comparison for each change it finds. */
export type ReportChange = (
  severity: Severity,
  at: readonly PropertyKey[],
  text: string,
  held?: Held,
) => void;

type ClaimType = BalanceDocument['claimTypes'][string];

/** What earlier versions and the ledger know, as far as the next document uses it and the current one does not. */
export interface Former {
  /** The newest version of each claim type that returns. */
  readonly claimTypes: Readonly<Record<string, FormerClaimType>>;
  /** By path of the next document: what its name was used for, where that excludes the new use. */
  readonly taken: Readonly<Record<string, string>>;
  /** By resource: the facts that named its sources last. */
  readonly onceFor: Readonly<Record<string, readonly string[]>>;
  /** By resource: for whom its sources counted last. */
  readonly scopes: Readonly<Record<string, SourceScope>>;
  /** By path, such as `levels.resource`: the resource that a setting of a part named last, where the part or stat returns. */
  readonly roles: Readonly<Record<string, FormerRole>>;
  /** The paths of limits that were in force earlier in their running period. */
  readonly limits: readonly string[];
  /** Such as `exchanges.gem_pack.sharedLimits.boosters`: what counted towards a shared limit earlier in its running period. */
  readonly shared: readonly string[];
}

export interface FormerRole {
  readonly version: number;
  readonly resource: string;
}

export interface FormerClaimType {
  readonly version: number;
  /** As published: what has a default may be missing. */
  readonly claimType: Pick<ClaimType, 'proof' | 'period' | 'rewards'> & Partial<Pick<ClaimType, 'draws'>>;
}

export const NO_FORMER: Former = {
  claimTypes: {},
  taken: {},
  onceFor: {},
  scopes: {},
  roles: {},
  limits: [],
  shared: [],
};

export interface ValueChange {
  readonly path: string;
  /** The value as JSON text. Null: the path does not exist in this document. */
  readonly before: string | null;
  readonly after: string | null;
}

/** The values that differ, sorted by path. Lists are compared index by index. */
export function diffDocuments(before: unknown, after: unknown): ValueChange[] {
  const oldValues = leaves(before);
  const newValues = leaves(after);
  return [...new Set([...oldValues.keys(), ...newValues.keys()])]
    .sort()
    .map((path) => ({ path, before: oldValues.get(path) ?? null, after: newValues.get(path) ?? null }))
    .filter((change) => change.before !== change.after);
}

export function valuesText({ before, after }: ValueChange): string {
  if (before === null) return `added: ${after}`;
  if (after === null) return `removed: ${before}`;
  return `${before} → ${after}`;
}

function leaves(document: unknown): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: readonly PropertyKey[]) => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    // An empty object or list is a value of its own, so that removing the last entry shows up as a change.
    if (entries.length === 0) found.set(pathText(path), JSON.stringify(value));
    for (const [key, field] of entries) walk(field, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  if (document !== undefined && document !== null) walk(document, []);
  return found;
}
