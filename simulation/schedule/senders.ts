/** Who sends a request besides what its operation drew: another server, and a player's zone. Draws of their own, so that others do not depend on them. */
import { ZONES } from '../model/player-days.ts';
import { Random } from '../random.ts';
import type { Draft } from './intent.ts';
import type { World } from './world.ts';

const GUEST_SHARE = 0.2;
const SCOPED_SHARE = 0.35;
/** Operations whose claim types follow from their input. */
const SCOPED_OPERATIONS = ['claimReward', 'recoverReward'];

/** Mostly that of the player's home; travellers are in others, and some tokens name none, or one that does not exist. */
export function drawZone(random: Random, player: string): string | null {
  const home = new Random(`${player}/home`).pick(ZONES);
  return random.weighted([
    [12, home],
    [4, random.pick(ZONES)],
    [3, null],
    [1, 'Mars/Olympus_Mons'],
  ]);
}

/** Some requests of servers come from one that is disabled now and then, or from one with a scope. */
export function sentByServer(
  random: Random,
  { guest, scoped }: World,
  operation: string,
  draft: Draft,
): Draft {
  const [isGuest, isScoped] = [random.chance(GUEST_SHARE), random.chance(SCOPED_SHARE)];
  if (draft.actor.kind !== 'server' || draft.expectedFault) return draft;
  if (isGuest) return { ...draft, actor: { kind: 'server', id: guest } };
  if (!SCOPED_OPERATIONS.includes(operation) || !(isScoped || draft.actor.id === scoped.id)) return draft;
  const { type } = draft.input as { readonly type: string };
  return {
    ...draft,
    actor: { kind: 'server', id: scoped.id },
    ...(!scoped.claimTypes.includes(type) && { expectedFault: 'FORBIDDEN' }),
  };
}
