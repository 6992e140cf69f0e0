/** The data that the model works on: everything a seed left behind, and the state of the re-execution. */
import type { Attempt, Read } from '../clients/journal.ts';
import type { Entry } from '../model/effect.ts';
import type { RegenerationHistory } from '../model/regeneration.ts';
import type { Rules } from '../model/rules.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Operation } from '../operation.ts';
import type { World } from '../schedule/world.ts';
import type { Emissions } from './breakers.ts';
import type { ClaimRow, EntryRow, Rows } from './rows.ts';
import type { StaffUse } from './staff.ts';

/** Everything a seed left behind. */
export interface History {
  readonly attempts: readonly Attempt[];
  readonly reads: readonly Read[];
  readonly rows: Rows;
  readonly world: World;
  /** The rules of a config version; undefined: it was never published. */
  readonly rulesOf: (version: number) => Rules | undefined;
  readonly operations: ReadonlyMap<string, Operation>;
}

export interface RecordedClaim {
  readonly claim: ClaimRow;
  readonly entries: readonly EntryRow[];
  /** An attempt that was answered with the outcome. If a key was sent with several inputs, it has the recorded one. */
  readonly attempt: Attempt;
  /** The attempt that made the record, whether it was answered or not. */
  readonly recorder: Attempt;
}

/** A granted claim, with the number that it made for each player whom it names. */
export interface GrantedRecord extends RecordedClaim {
  readonly claim: ClaimRow & { readonly number: number };
  readonly numbers: ReadonlyMap<string, number>;
}

/** What the model has executed so far, and what the rows say about staff and configs. */
export interface Progress {
  readonly timeline: Timeline;
  /** By claim: the audited amount, and what the staff member had used of the day's limits before. */
  readonly staff: ReadonlyMap<string, StaffUse>;
  readonly regeneration: RegenerationHistory;
  readonly emissions: Emissions;
}

/** A finding about a claim. */
export function aboutClaim({ player, idempotencyKey, id }: ClaimRow, what: string) {
  return () => ({ what, player, keys: [idempotencyKey], claims: [id] });
}

export function describeEntries(entries: readonly Entry[]): string {
  const moved = entries.map(({ resource, before, after }) => `${resource} ${before} → ${after}`);
  return moved.join(', ') || 'nothing';
}
