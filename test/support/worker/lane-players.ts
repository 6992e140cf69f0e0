/** Players of one lane, claims by them, and the lane itself. For tests that run with COMMIT_THROUGH=lanes. */
import { env } from 'cloudflare:workers';
import { type Lane, laneOf } from '../../../src/ledger/lanes.ts';
import { asServer, type CallOptions } from './client.ts';
import { victory } from './scenes.ts';
import { fresh } from './service.ts';

/** All players of these tests have lane 0. */
export function playersOfLane(count: number, prefix = fresh('lane')): string[] {
  const players: string[] = [];
  for (let made = 0; players.length < count; made += 1) {
    const player = `${prefix}-${made}`;
    if (laneOf(player, Number(env.LANES)) === 0) players.push(player);
  }
  return players;
}

export const lane = () => (env.LANE as DurableObjectNamespace<Lane>).getByName('lane-0');

/** A new claim of 64 auric coins, unless it repeats a key. */
export const claim = (playerId: string, options: CallOptions = {}) =>
  asServer().claimReward({ ...victory, playerId, key: 'cup-1' }, options);
