/** What the operations of a batch have in common, and what each of their callers is answered. */
import { LedgerDefect, LedgerUnavailable } from './failures.ts';
import type { KernelAnswer, KernelConfigs, KernelOutcome } from './kernel-contract.ts';

/** What a lane answers to one operation: a value, because an error loses its class on the way to the caller. */
export type LaneReply =
  | {
      readonly kind: 'answered';
      /** With the one outcome. An object crosses to the Worker for less CPU than JSON. */
      readonly answer: KernelAnswer;
      /** How many operations its request had. */
      readonly batch: number;
      readonly queuedMs: number;
    }
  /** The outcome is unknown. */
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'defect'; readonly sqlState: string; readonly constraint: string | null }
  /** The lane itself failed, with an error of this class. */
  | { readonly kind: 'failed'; readonly error: string }
  /** No request ever held it: the lane is full, or it waited too long. */
  | { readonly kind: 'not_sent' };

/** The answer to an operation whose player stayed locked: that of the direct path. */
export const LOCKED: LaneReply = { kind: 'unavailable', why: '55P03' };

interface Asked {
  /** The digests of the config documents that the caller has. */
  readonly held: readonly string[];
}

/** The digests that every caller holds: of any other document, one of them needs the text. */
export function heldByAll(group: readonly Asked[]): readonly string[] {
  const [{ held = [] } = {}, ...others] = group;
  if (others.length === 0) return held;
  const holders = new Map(held.map((digest) => [digest, 1]));
  for (const other of others)
    for (const digest of other.held) {
      const count = holders.get(digest);
      if (count !== undefined) holders.set(digest, count + 1);
    }
  return held.filter((digest) => holders.get(digest) === group.length);
}

/** The answer that an operation would have had alone: with the configs of its outcome, and no document that the caller holds. */
export function answerTo(
  { held }: Asked,
  outcome: KernelOutcome,
  { current, configs = [] }: KernelConfigs,
): KernelAnswer {
  const outcomes = [outcome];
  const isReplay = outcome.kind === 'granted' && outcome.replayed;
  if (!isReplay && outcome.kind !== 'stale_config') return { outcomes };
  const version = isReplay ? outcome.claim.configVersion : current?.version;
  const referred = configs
    .filter((config) => config.version === version)
    .map((config) => (held.includes(config.sha256) ? { ...config, document: null } : config));
  return { outcomes, current: current ?? null, configs: referred };
}

/** To an operation that is not sent, or not again. The failure of a batch may be a defect of another operation. */
export function lateReply(failure: LaneReply | null): LaneReply {
  if (failure?.kind === 'defect') return { kind: 'unavailable', why: failure.sqlState };
  return failure ?? { kind: 'not_sent' };
}

export function failureReply(error: unknown): LaneReply {
  if (error instanceof LedgerUnavailable) return { kind: 'unavailable', why: error.why };
  if (error instanceof LedgerDefect)
    return { kind: 'defect', sqlState: error.sqlState, constraint: error.constraint };
  return { kind: 'failed', error: error instanceof Error ? error.name : typeof error };
}
