/** What a decision about an operation may depend on. */
import type { PublishedConfig } from './game.ts';
import type { PlayerState } from './player.ts';

/** What a staff member had used of the limits of the day; the budget is the member's own. */
export interface StaffDay {
  readonly budget: number;
  readonly spent: number;
  readonly relics: number;
  readonly awards: number;
}

/** The state in which an operation may have been decided. */
export interface BatchState {
  readonly me: PlayerState;
  /** The other player of a transfer or of its reversal; null: there is none, or they do not exist. */
  readonly other: PlayerState | null;
  /** The player's handle and stripe of the stock. */
  readonly handle: string;
  readonly stripe: number;
  readonly now: number;
  readonly version: number;
  readonly published: readonly PublishedConfig[];
  /** Null: the actor is not staff. */
  readonly staff: StaffDay | null;
  /** What the stripe had sold. */
  readonly sold: number;
  /** The keys of the whole game that other players' claims held. */
  readonly taken: ReadonlySet<string>;
}
