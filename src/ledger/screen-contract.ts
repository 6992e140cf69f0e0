/** What the kernel reads for a screen: the parameter of `onceward.read_screen` and its answer (drizzle/kernel/13_screen.sql). */
import type { SourceKey } from '../domain/rejections.ts';
import type { KernelLimitUse, KernelPlan } from './kernel-contract.ts';
import type { StoredRule } from './read-player.ts';

/** Of one player. */
export interface KernelScreen {
  readonly player: string;
  readonly config_version: number | null;
  readonly config_sha256: string | null;
  readonly resources: readonly string[];
  readonly limits: readonly KernelPeriod[];
  readonly claims: readonly { readonly type: string; readonly key: string }[];
  readonly pending: readonly string[];
  readonly source_keys: readonly SourceKey[];
}

/** The limits of one period, each as its counter, claim type, bound and, where it is shared, the types that share it. */
export interface KernelPeriod extends Pick<KernelLimitUse, 'kind' | 'period' | 'since'> {
  readonly uses: readonly (readonly [string, string, number, readonly string[] | null])[];
}

/** Times are milliseconds since 1970. */
export interface KernelScreenAnswer {
  readonly at: number;
  /** Null: nothing was granted to the player yet. */
  readonly player: {
    readonly number: number;
    readonly version: number;
    readonly acceptsGifts: boolean;
    readonly frozenAt: number | null;
    readonly zones: string;
    readonly since: number;
    readonly balances: Readonly<Record<string, number>>;
    readonly anchors: Readonly<Record<string, number>>;
    readonly rules: readonly StoredRule[];
  } | null;
  /** In the order of the limits. Null: the limit is unknown. */
  readonly limits: readonly ({ readonly used: number; readonly bound: number } | null)[];
  /** The places of the claims that were made, and of the source keys that the player has. */
  readonly claims: readonly number[];
  readonly held: readonly number[];
  readonly pending: readonly {
    readonly type: string;
    readonly key: string;
    readonly announcedAt: number;
    readonly plan: KernelPlan;
  }[];
}
