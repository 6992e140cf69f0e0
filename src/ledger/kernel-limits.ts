/** What an operation says about limits, as the kernel receives it (drizzle/0002_kernel_types.sql). */
import type { KernelPosting } from './kernel-postings.ts';

export interface KernelLimitUse {
  readonly kind: 'player' | 'recipient' | 'game';
  readonly name: string;
  readonly period: string;
  /** The beginning of the period; `-infinity` for `ever`. */
  readonly since: string;
  readonly claim_type: string;
  /** The other claim types that count; null: none can. */
  readonly shares_with: readonly string[] | null;
  /** Null: the limit counts units of claims; otherwise what they took of this resource. */
  readonly resource: string | null;
  readonly amount: number;
  readonly bound: number;
  /** The limit that a rejection names. */
  readonly rejection: string;
  /** What a rejection says of the limit besides: the period, the name of a shared limit. */
  readonly about: Readonly<Record<string, string>> | null;
  readonly renews_at: string | null;
}

/** The age that the player's account must have, and what a rejection says. */
export interface KernelRequiredAge {
  readonly hours: number;
  readonly resource: string;
  readonly requested: number;
}

export interface KernelStaffTerms {
  readonly day: string;
  readonly renews_at: string;
}

/** A merge of the counterparty, a guest. The postings are those of what is added up; neither these nor the counters have amounts. */
export interface KernelMerge {
  readonly takes: boolean;
  readonly counters: readonly KernelPosting[];
  readonly keeps: readonly string[];
  readonly limits: readonly KernelLimitUse[];
}
