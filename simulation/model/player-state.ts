/** A player of the model at one number. */
import { GAME_ZONE, type PlayerZone } from './player-days.ts';
import type { Anchor } from './posting-run.ts';
import type { Balances } from './rules.ts';

/** A player at one number. */
export interface PlayerState {
  readonly version: number;
  readonly balances: Balances;
  readonly acceptsGifts: boolean;
  readonly isFrozen: boolean;
  readonly anchors: ReadonlyMap<string, Anchor>;
  readonly zone: PlayerZone;
  /** When the player's operation made this number, in milliseconds since 1970. */
  readonly at: number;
}

export const BEGINNING: PlayerState = {
  ...{ version: 0, balances: {}, acceptsGifts: true, isFrozen: false, anchors: new Map(), at: 0 },
  zone: GAME_ZONE,
};
