/**
 * A player's history by number: the claims that they made, and those that another player made with them. What a filter narrows
 * it to, so that each page reads its own rows and no others.
 */
import { type Column, eq, type SQL, sql } from 'drizzle-orm';
import { MERGE_PLAYER } from '../domain/merge-player.ts';
import { REVERSE_CLAIM } from '../domain/reverse-claim.ts';
import { TRANSFER_RESOURCE } from '../domain/transfer-resource.ts';
import { numberOf, numberOfActor, type Value } from './read-names.ts';
import { ledgerEntries, rewardClaims } from './tables.ts';

/** From a moment on (inclusive), and until another (exclusive). Null: without a bound. */
interface Interval {
  readonly from: Date | null;
  readonly to: Date | null;
}

export interface HistoryFilter extends Interval {
  readonly resource: string | null;
  readonly claimType: string | null;
}

/** Which player of a claim, and the claim's number in that player's history. Each has an index in the order of its numbers. */
export interface Side {
  readonly player: Column;
  readonly number: Column;
}

export const MADE = { player: rewardClaims.player, number: rewardClaims.number } as const satisfies Side;
export const RECEIVED = {
  player: rewardClaims.counterparty,
  number: rewardClaims.counterpartyNumber,
} as const satisfies Side;

/** The claim types that name another player. */
const OF_TWO_PLAYERS: readonly string[] = [
  TRANSFER_RESOURCE.claimType,
  REVERSE_CLAIM.claimType,
  MERGE_PLAYER.claimType,
];

/** Whether claims of this type can be among those that another player made. */
export function mayBeReceived({ claimType }: Pick<HistoryFilter, 'claimType'>): boolean {
  return claimType === null || OF_TWO_PLAYERS.includes(claimType);
}

/** The claims of a player on one side, as far as type and times narrow them. */
export function claimsWithin(side: Side, playerId: string, filter: HistoryFilter): SQL[] {
  const player = numberOfActor('player', playerId);
  const all = [eq(side.player, player), ...numbersWithin(side.number, player, filter)];
  if (filter.claimType !== null)
    all.push(eq(rewardClaims.claimType, numberOf('claim_type', filter.claimType)));
  return all;
}

/** The interval of a filter, as bounds of the player's numbers. */
export function numbersWithin(number: Value, player: SQL, { from, to }: Interval): SQL[] {
  const at = (moment: Date) => sql`onceward.claim_number_at(${player}, ${moment.toISOString()}::timestamptz)`;
  const all: SQL[] = [];
  if (from !== null) all.push(sql`${number} >= ${at(from)}`);
  if (to !== null) all.push(sql`${number} < ${at(to)}`);
  return all;
}

/** The same as bounds of the sequences of one resource. */
export function sequencesWithin(player: SQL, resource: SQL, { from, to }: Interval): SQL[] {
  const { sequence } = ledgerEntries;
  const at = (moment: Date) =>
    sql`onceward.entry_sequence_at(${player}, ${resource}, ${moment.toISOString()}::timestamptz)`;
  const all: SQL[] = [];
  if (from !== null) all.push(sql`${sequence} >= ${at(from)}`);
  if (to !== null) all.push(sql`${sequence} < ${at(to)}`);
  return all;
}
