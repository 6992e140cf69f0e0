/** The data that the model works on: everything a seed left behind, and the state of the re-execution. */
import type { Attempt, Read } from '../clients/journal.ts';
import type { Entry } from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Operation } from '../operation.ts';
import type { World } from '../schedule/world.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from './rows.ts';

/** Everything a seed left behind. */
export interface History {
  readonly attempts: readonly Attempt[];
  readonly reads: readonly Read[];
  readonly rows: Rows;
  readonly world: World;
  /** The rules of a config version; undefined: it was never published. */
  readonly rulesOf: (version: number) => Rules | undefined;
  /** The dates that a Worker's clock may have shown between two times, in milliseconds since 1970. */
  readonly daysBetween: (from: number, to: number) => readonly string[];
  readonly operations: ReadonlyMap<string, Operation>;
}

export interface RecordedClaim {
  readonly claim: ClaimRow;
  readonly entries: readonly EntryRow[];
  /** An attempt that was answered with the outcome. If a key was sent with several inputs, it has the recorded one. */
  readonly attempt: Attempt;
  /** The attempt that made the record, whether it was answered or not. */
  readonly recorder: Attempt;
  /** The version that the claim made, for each player whose balances it moved. */
  readonly versions: ReadonlyMap<string, number>;
}

/** What the model has executed so far, and what the rows say about staff and configs. */
export interface Progress {
  readonly timeline: Timeline;
  readonly audit: ReadonlyMap<string | null, AuditRow>;
  /** By claim: how many awards its staff member had made on that day before it. */
  readonly awardsBefore: ReadonlyMap<string | null, number>;
  readonly published: readonly Rules[];
}

/** A finding about a claim. */
export function aboutClaim({ player, idempotencyKey, id }: ClaimRow, what: string) {
  return () => ({ what, player, keys: [idempotencyKey], claims: [id] });
}

export function describeEntries(entries: readonly Entry[]): string {
  const moved = entries.map(({ resource, before, after }) => `${resource} ${before} → ${after}`);
  return moved.join(', ') || 'nothing';
}
