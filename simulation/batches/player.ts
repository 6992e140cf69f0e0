/** A player of the model at one number: everything that a decision about the player depends on. States are never changed. */
import type { Entry } from '../model/effect.ts';
import type { Anchor } from '../model/posting-run.ts';
import type { BatchOperation, BatchPlan, BatchSourceKey } from './operation.ts';

/** What a claim used of a limit. `subject`: a player, a staff member, or a stripe of the game. */
export interface LimitUse {
  readonly kind: 'player' | 'staff' | 'game';
  readonly subject: string;
  readonly limit: string;
  readonly period: string;
  readonly amount: number;
}

export interface OwnClaim {
  readonly number: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly operation: BatchOperation;
  /** Its own, or those that were announced. */
  readonly sourceKeys: readonly BatchSourceKey[];
  /** As it was recorded: a later part of a reversal has a key of its own. */
  readonly claimKey: string;
  readonly generation: number;
  readonly counterparty: string | null;
  readonly entries: readonly Entry[];
  readonly isDrawn: boolean;
  /** How many of its units were reversed, in how many parts, and the number of the newest part. */
  readonly reversed: number;
  readonly parts: number;
  readonly reversedBy: number | null;
  /** Its type, key and source keys are free again. */
  readonly isReopened: boolean;
}

export interface Pending {
  readonly number: number;
  readonly plan: BatchPlan;
  readonly configVersion: number;
}

export interface PlayerState {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  /** When the number was made, and when the player's first was; in milliseconds since 1970. */
  readonly at: number;
  readonly createdAt: number | null;
  readonly balances: Readonly<Record<string, number>>;
  readonly anchors: ReadonlyMap<string, Anchor>;
  readonly claims: ReadonlyMap<number, OwnClaim>;
  /** By type and key. */
  readonly pending: ReadonlyMap<string, Pending>;
  /** By limit and period. */
  readonly used: ReadonlyMap<string, number>;
}

export function newPlayer(id: string): PlayerState {
  return {
    id,
    number: 0,
    version: 0,
    at: 0,
    createdAt: null,
    balances: {},
    anchors: new Map(),
    claims: new Map(),
    pending: new Map(),
    used: new Map(),
  };
}

/** The newest claim with this type and key. */
export function claimOf(state: PlayerState, type: string, key: string): OwnClaim | undefined {
  return [...state.claims.values()].findLast(
    ({ operation, claimKey }) => operation.claim_type === type && claimKey === key,
  );
}

/** A source key with its scope, as a text. */
export function scoped({ game, resource, key }: BatchSourceKey): string {
  return `${game ? 'game' : 'player'}\n${resource}\n${key}`;
}

/** The player's claim that holds a source key. */
export function holderOf({ claims }: PlayerState, place: string): OwnClaim | undefined {
  return [...claims.values()].find(
    ({ isReopened, sourceKeys }) => !isReopened && sourceKeys.map(scoped).includes(place),
  );
}

export function placeOf(type: string, key: string): string {
  return `${type}\n${key}`;
}
