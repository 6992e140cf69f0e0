/** A game with a formula that pays too much, breakers that hold back what it pays, and what its players have of it. */
import { changedExample, publish } from './balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultOf, untilAnswered } from './client.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import { viewOf } from './players.ts';
import { fresh, freshKey } from './service.ts';

export const BOUND = 1_000_000;
/** A wave pays 5 instead of 5,000: the formula that pays a thousand times too much. */
export const TOO_MUCH = 5_000;

/** Publishes a game whose formula is wrong, with a breaker; what was counted before is forgotten. */
export async function guarded(breakers: object, lumees: object = { ceiling: null }): Promise<void> {
  await owner`DELETE FROM onceward.breaker_counters`;
  await owner`DELETE FROM onceward.breaker_trips`;
  await publish(
    changedExample((document) => {
      document.breakers = breakers;
      document.claimTypes.wave = { proof: 'server', rewards: { lumees: TOO_MUCH } };
      document.claimTypes.gift = { proof: 'server', rewards: { lumees: 1_000 } };
      document.exchanges.wave_shop = { costs: { auric_coins: 1 }, gives: { lumees: BOUND + 1 } };
      Object.assign(document.resources.lumees, lumees);
    }),
  );
}

export async function claim(playerId: string, key = fresh('wave')) {
  const keys = { key: freshKey() };
  return untilAnswered(() => asServer().claimReward({ playerId, type: 'wave', key, facts: null }, keys));
}
export const lumeesOf = async (playerId: string) =>
  (await viewOf(playerId)).balances.find(({ resource }) => resource === 'lumees')?.amount ?? 0;
export const inboxOf = async (playerId: string) =>
  resultOf(await asPlayer(playerId).inbox({ first: 100 })).edges.map(({ node }) => node);
export const newStaff = async (role = 'admin') => asStaff(await addStaffMember(fresh('staff'), { role }));

/** A claim that is held back. */
export async function heldClaim(key = fresh('wave')): Promise<{ playerId: string; claimId: string }> {
  const playerId = fresh('player');
  const receipt = receiptOf(await claim(playerId, key));
  if (!receipt.claim.becamePending) throw new Error('the claim was paid');
  return { playerId, claimId: receipt.claim.id };
}
