/** All that a seed left behind, for the model to go over: the journal, the rows, and the numbers of each config version. */
import type { Attempt, ReadSeen } from '../clients/journal.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from '../invariants/rows.ts';
import type { Operation } from '../operation.ts';
import type { World } from '../schedule/world.ts';
import type { Rules } from './rules.ts';
import type { Timeline } from './timeline.ts';

export interface History {
  readonly attempts: readonly Attempt[];
  readonly reads: readonly ReadSeen[];
  readonly rows: Rows;
  readonly world: World;
  /** The numbers of a config version; undefined: nobody published it. */
  readonly rulesOf: (version: number) => Rules | undefined;
  /** Which days it may have been by a Worker's clock between two moments, in milliseconds since 1970. */
  readonly daysBetween: (from: number, to: number) => readonly string[];
  readonly operations: ReadonlyMap<string, Operation>;
}

/** A recorded claim, and what the clients had to do with it. */
export interface Recorded {
  readonly claim: ClaimRow;
  readonly entries: readonly EntryRow[];
  /** An attempt with the outcome of its key: of several inputs under one key, the one that was recorded. */
  readonly attempt: Attempt;
  /** The attempt that recorded it, whether or not it was ever answered. */
  readonly recorder: Attempt;
  /** The version that it made for each player whose balances it moved. */
  readonly versions: ReadonlyMap<string, number>;
}

/** What the model has done so far, and what staff found spent. */
export interface Stage {
  readonly timeline: Timeline;
  readonly audit: ReadonlyMap<string | null, AuditRow>;
  /** By claim: how many awards its staff member had made that day. */
  readonly awardsBefore: ReadonlyMap<string | null, number>;
  readonly published: readonly Rules[];
}
