/** A request that fails two checks at once, and which of them must answer. The frame of the tests of their order. */
import { expect, it } from 'vitest';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { faultOf, type Sent } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';
import { movingNothing } from '../../support/worker/stillness.ts';

export interface World {
  readonly playerId: string;
  readonly staffId: string;
  readonly player: string;
  readonly server: string;
  readonly staff: string;
  readonly expired: string;
}

/** The player is at version 1 with 500 experience, and has been paid for cup-0. */
export async function createWorld(): Promise<World> {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), { limit: 100, budget: 150 });
  const [player, server, staff] = [
    await playerToken(playerId),
    await serverToken(),
    await staffToken(staffId),
  ];
  return { playerId, staffId, player, server, staff, expired: await playerToken(playerId, -60) };
}

export interface Clash {
  readonly clash: string;
  readonly told: string;
  readonly ask: (world: World, idempotencyKey: string) => Promise<Sent>;
}

/** What an answer says first: the fault's code or the result's type. */
const toldBy = (answer: Sent): string => answer.data?.result?.__typename ?? faultOf(answer).code;

export const theEarlierAnswers = (clashes: readonly Clash[]) =>
  it.each(clashes)('$clash: $told', async ({ told, ask }) => {
    const world = await createWorld();
    const answer = await movingNothing(world.playerId, () => ask(world, freshKey()));
    expect(toldBy(answer)).toBe(told);
  });
