/**
 * What a game server may do: the operations that it may call, the claim types that it may record, announce or reverse, and the largest
 * amount of a resource that it may move at once. Its token and its row of the registry each have a scope; both must allow an operation.
 */
import { PATTERNS } from './values.ts';

/** The claim of a token that holds its scope. */
export const SCOPE_CLAIM = 'onceward:scope';

export interface ServerScope {
  /** Null: every one. */
  readonly operations: readonly string[] | null;
  /** Null: every one. */
  readonly claimTypes: readonly string[] | null;
  /** In units; null: any. */
  readonly largestAmount: number | null;
}

export const EVERYTHING: ServerScope = { operations: null, claimTypes: null, largestAmount: null };
export const NOTHING: ServerScope = { operations: [], claimTypes: [], largestAmount: 0 };

/** The most names of a list in a scope. */
export const MAX_SCOPED = 100;

type Test = (value: unknown) => boolean;
const isListOf =
  (expression: RegExp): Test =>
  (value) =>
    Array.isArray(value) &&
    value.length <= MAX_SCOPED &&
    value.every((name) => typeof name === 'string' && expression.test(name));

const MEMBERS: Readonly<Record<string, Test>> = {
  operations: isListOf(PATTERNS.operationName.expression),
  claimTypes: isListOf(PATTERNS.claimType.expression),
  largestAmount: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
} satisfies Record<keyof ServerScope, Test>;

/** Null: it is malformed. A scope that says nothing is, too: nobody writes it on purpose, and it would allow everything. */
export function serverScopeOf(value: unknown): ServerScope | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const members = Object.entries(value);
  const isWhole = members.every(([name, given]) => Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.(given));
  return isWhole && members.length > 0 ? { ...EVERYTHING, ...(value as Partial<ServerScope>) } : null;
}

/** `SERVER_SCOPE`: the scope of tokens that have none. Undefined: it is malformed. */
export function scopeOfSetting(text: string | undefined): ServerScope | undefined {
  if (!text || text === 'none') return NOTHING;
  if (text === 'all') return EVERYTHING;
  try {
    return serverScopeOf(JSON.parse(text)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether the scope has the operation, by its name in the schema. Claim types and amounts are checked by the kernel. */
export function allowsOperation({ operations }: ServerScope, name: string): boolean {
  return operations === null || operations.includes(name);
}
