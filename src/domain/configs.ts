/**
 * publishBalanceConfig, rollBackBalanceConfig and cancelScheduledConfig: balance configs that staff publish. Whether a document may be
 * published is judged before (src/config/judge.ts), and once more by the kernel as far as it can (drizzle/kernel/55_configs.sql).
 */
import { type Json, sha256 } from './canonical.ts';
import type { Intent } from './decide.ts';
import type { Rejection } from './rejections.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { Reason } from './values.ts';

const KIND = { permission: 'config:publish' } as const;
export const PUBLISH_CONFIG = {
  ...KIND,
  name: 'publishBalanceConfig',
  claimType: 'config_publication',
} as const satisfies ActionKind;
export const ROLL_BACK_CONFIG = {
  ...KIND,
  name: 'rollBackBalanceConfig',
  claimType: 'config_rollback',
} as const satisfies ActionKind;
export const CANCEL_CONFIG = {
  ...KIND,
  name: 'cancelScheduledConfig',
  claimType: 'config_cancellation',
} as const satisfies ActionKind;

/** The characters of a document's text. As JSON without spaces a document may have 256 KiB. */
export const MAX_DOCUMENT_TEXT = 768 * 1024;
/** The changes that one publication confirms. */
export const MAX_REOPENS = 100;

export interface PublicationTerms {
  /** The version that was current for whom publishes. */
  readonly baseVersion: number;
  readonly publishAt: Date | null;
  /** The scheduled version, which this one replaces. */
  readonly cancels: number | null;
  /** The scheduled version, which stays scheduled. */
  readonly keeps: number | null;
  readonly reopens: readonly string[];
  readonly reason: Reason;
}

/** What the kernel stores, and shows who approves it. */
export interface PublishedDocument {
  readonly document: Json;
  /** As publishing derives them (src/config/publication.ts); of the version that stays scheduled as well. */
  readonly effects: Json;
  readonly keptEffects: Json;
  readonly summary: { readonly [name: string]: Json };
}

export interface PublishConfig {
  readonly terms: PublicationTerms;
  /** The text that was sent, or the version whose document is published again. */
  readonly content: { readonly text: string } | { readonly version: number };
  /** Of the canonical JSON of the document; null: it is not known. */
  readonly sha256: string | null;
  readonly judged: PublishedDocument | { readonly rejection: Rejection };
}

export function decidePublishConfig(intent: Intent, request: PublishConfig): DecidedAction {
  const { terms, content, judged } = request;
  const isRollback = 'version' in content;
  const { baseVersion, cancels, keeps, reopens, reason } = terms;
  const at = terms.publishAt?.toISOString() ?? null;
  const input = {
    ...(isRollback ? { version: content.version } : { document: sha256(content.text) }),
    baseVersion,
    publishAt: at,
    cancels,
    keeps,
    reopens: reopens.length > 0 ? reopens : null,
    reason,
  };
  const rejection = 'rejection' in judged ? judged.rejection : null;
  const published = 'rejection' in judged ? {} : judged;
  // Who confirmed what is kept with the version and in the audit.
  const kept = [reason, ...reopens.map((path) => `reopens ${path}`)].join('; ');
  const effect = {
    kind: 'config.publish',
    ...published,
    sha256: request.sha256,
    base: baseVersion,
    at,
    cancels,
    keeps,
    reason: kept,
  };
  const kind = isRollback ? ROLL_BACK_CONFIG : PUBLISH_CONFIG;
  return decideAction({ intent, kind, input, reason, effect, rejection });
}

export interface CancelConfig {
  readonly version: number;
  readonly reason: Reason;
}

export function decideCancelConfig(intent: Intent, { version, reason }: CancelConfig): DecidedAction {
  const effect = { kind: 'config.cancel', version, reason };
  return decideAction({ intent, kind: CANCEL_CONFIG, input: { version, reason }, reason, effect });
}
