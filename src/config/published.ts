/**
 * The published config as publishing writes it and isolates read it: a document stored under its digest, and a pointer
 * to the current one and the next. Defines the KV keys of both.
 */
import type { BalanceRules } from '../domain/rules.ts';

/** Holds canonical JSON. The value under a key never changes. */
export const documentKey = (sha256: string): string => `balance:${sha256}`;
/** Holds a `PublishedPointer` as JSON. */
export const POINTER_KEY = 'balance:current';

/** Versions only increase: a rollback publishes the old document as a new version. */
export interface ConfigPointer {
  readonly version: number;
  readonly sha256: string;
}

/** What KV names: the current version, and the one that is scheduled, with the moment (ISO 8601, UTC) from which it is current. */
export interface PublishedPointer extends ConfigPointer {
  readonly next?: ConfigPointer & { readonly from: string };
}

export interface PublishedConfig extends ConfigPointer {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
}

/** `why` goes to the log and to staff. It never contains a connection string, a parameter or a driver's message. */
export type ConfigAnswer =
  | { readonly kind: 'rules'; readonly rules: BalanceRules }
  | { readonly kind: 'unavailable'; readonly why: string };

export function isPublishedPointer(value: unknown): value is PublishedPointer {
  if (!isPointer(value)) return false;
  const { next } = value as PublishedPointer;
  return next === undefined || (isPointer(next) && !Number.isNaN(Date.parse(next.from)));
}

export function isPointer(value: unknown): value is ConfigPointer {
  const { version, sha256 } = (value ?? {}) as Partial<ConfigPointer>;
  if (!Number.isSafeInteger(version) || Number(version) < 1) return false;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}
