/**
 * What publishing leaves behind and loading finds: a document under its digest, and a pointer to the current one. The
 * keys of KV stand here and nowhere else.
 */
import type { BalanceRules } from '../domain/rules.ts';

/** Text of canonical JSON; never changes once written. */
export const documentKey = (sha256: string): string => `balance:${sha256}`;
/** JSON of a `ConfigPointer`. */
export const POINTER_KEY = 'balance:current';

/** Versions only grow: a rollback is a new version with an old document. */
export interface ConfigPointer {
  readonly version: number;
  readonly sha256: string;
}

export interface PublishedConfig extends ConfigPointer {
  /** Parsed JSON; not yet validated. */
  readonly document: unknown;
}

/** `why` is for the log and for staff; it never holds a connection string, a parameter or a driver's message. */
export type ConfigAnswer =
  | { readonly kind: 'rules'; readonly rules: BalanceRules }
  | { readonly kind: 'unavailable'; readonly why: string };

export function isPointer(value: unknown): value is ConfigPointer {
  const { version, sha256 } = (value ?? {}) as Partial<ConfigPointer>;
  if (!Number.isSafeInteger(version) || Number(version) < 1) return false;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}
