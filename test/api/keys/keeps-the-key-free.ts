/** A refusal that leaves no trace: the same key is then carried out with sound input. The frame of its tests. */
import { expect, it } from 'vitest';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { faultOf, resultOf, type Sent } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, type SendOptions, staffToken } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

export interface World {
  readonly playerId: string;
  readonly player: string;
  readonly staffId: string;
  readonly staff: string;
}
type Mutation = (input: object, options: SendOptions) => Promise<Sent>;
/** The input and token of one try. */
type Try = readonly [input: object, token: string | undefined];

export interface Case {
  readonly name: string;
  readonly code: string;
  readonly field?: string;
  /** The refused try; the accepted one; and what has to happen in between. */
  readonly bad: (world: World) => Try | Promise<Try>;
  readonly good?: (world: World) => Try | Promise<Try>;
  readonly between?: (world: World) => Promise<unknown>;
}

async function createWorld(): Promise<World> {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  return { playerId, player: await playerToken(playerId), staffId, staff: await staffToken(staffId) };
}

export function keepsTheKeyFree(
  mutation: Mutation,
  usual: (world: World) => Try | Promise<Try>,
  cases: readonly Case[],
  /** What the player has done before. */
  first: (world: World) => Promise<unknown> = async () => {},
) {
  it.each(cases)('$name: $code', async ({ code, field, bad, good = usual, between }) => {
    const world = await createWorld();
    await first(world);
    const { version } = await ledgerState(world.playerId);
    const idempotencyKey = freshKey();
    const ask = async ([input, token]: Try) => mutation({ ...input, idempotencyKey }, { token });
    const refused = await writingNothing(world.playerId, async () => ask(await bad(world)));
    expect(faultOf(refused)).toMatchObject({ code, retryable: false, ...(field && { field }) });
    await between?.(world);
    const receipt = resultOf(await ask(await good(world)));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
      claim: { playerVersion: Number(version) + 1 },
    });
  });
}
