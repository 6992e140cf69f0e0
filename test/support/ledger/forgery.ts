/**
 * Operations that no Worker sends: valid ones with one member changed. The generator has a seed, so that a run can be repeated.
 */
import type { KernelOperation } from '../../../src/ledger/kernel-contract.ts';

export type Roll = (sides: number) => number;
export type Forged = Record<string, unknown>;

/** Whom and what the operations name. */
export interface ForgedGame {
  readonly players: readonly string[];
  readonly staff: Readonly<Record<'member' | 'colleague' | 'disabled' | 'auditor', string>>;
  /** The most that a staff member may give at once. */
  readonly limit: number;
  readonly config: { readonly config_version: number; readonly config_sha256: string };
}

const MOST = Number.MAX_SAFE_INTEGER;

/** Values that fit no member, or only by chance. */
const STRANGE: readonly unknown[] = [
  null,
  undefined,
  0,
  1,
  -1,
  2,
  0.5,
  MOST,
  -MOST,
  2 ** 53,
  1e300,
  '',
  'x',
  '-infinity',
  'infinity',
  '2026-11-02',
  'a'.repeat(600),
  '"; DROP TABLE onceward.actors; --',
  '\u0000',
  true,
  false,
  [],
  [null],
  {},
  [{}],
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The paths to every member of the operation, nested ones included. */
function paths(value: unknown, path: readonly string[] = []): string[][] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    [...path, key],
    ...(key === 'input' ? [] : paths(member, [...path, key])),
  ]);
}

/** A copy with one member replaced; undefined removes it. */
export function replaced(operation: unknown, path: readonly string[], member: unknown): Forged {
  const copy = structuredClone(operation) as Forged;
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Forged, copy);
  const last = path.at(-1) as string;
  if (member === undefined) delete parent[last];
  else parent[last] = member;
  return copy;
}

/** Changes one member, anywhere, to anything. */
export function anyForgery(operation: KernelOperation, roll: Roll): { path: string; forged: Forged } {
  const all = paths(operation);
  const path = all[roll(all.length)] as string[];
  return { path: path.join('.'), forged: replaced(operation, path, STRANGE[roll(STRANGE.length)]) };
}
