import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import {
  exchange,
  type Result,
  resultOf,
  reverseClaim,
  spendStatPoints,
} from '../support/worker/mutations.ts';
import { letTimePass, playerWith } from '../support/worker/players.ts';
import { held, seenByMe } from '../support/worker/previews.ts';
import { fresh, staffToken } from '../support/worker/service.ts';

let support: string;
beforeAll(async () => {
  await serveExample();
  support = await staffToken(await addStaffMember(fresh('staff')));
});

const FIVE_HOURS = 5 * 3_600;

/** Five points in energy lifted its limit from 100 to 150, and five hours have filled it. */
async function rested() {
  const { playerId, token } = await playerWith({ lumees: 1 });
  const { claim } = resultOf(await spendStatPoints({ energy: 5 }, { token }));
  await letTimePass(playerId, 'energy', FIVE_HOURS);
  expect(held(await seenByMe(token), 'energy').amount).toBe(150);
  return { playerId, token, claimId: claim.id as string };
}
const reverse = async (playerId: string, claimId: string): Promise<Result> =>
  resultOf(await reverseClaim({ playerId, claimId, reason: 'a slip of the hand' }, { token: support }));

describe('reverseClaim of points that were put into a stat', () => {
  it('keeps what time had brought back under the limit of then, as an entry of its own', async () => {
    const { playerId, token, claimId } = await rested();
    const { changes } = await reverse(playerId, claimId);
    expect(
      changes.map(({ resource, before, after, cause }: Result) => [resource, before, after, cause]),
    ).toEqual([
      ['energy', 100, 150, 'REGENERATION'],
      ['stat:energy', 5, 0, 'OPERATION'],
      ['stat_points', 1, 6, 'OPERATION'],
    ]);
    const full = { upTo: 100, nextUnitAt: null, fullAt: null };
    expect(held(await seenByMe(token), 'energy')).toEqual({
      resource: 'energy',
      amount: 150,
      regeneration: full,
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('leaves as much whether or not the player trained before it', async () => {
    const { playerId, token, claimId } = await rested();
    resultOf(await exchange({ exchange: 'training' }, { token }));
    await reverse(playerId, claimId);
    expect(held(await seenByMe(token), 'energy').amount).toBe(140);
    const other = await rested();
    await reverse(other.playerId, other.claimId);
    resultOf(await exchange({ exchange: 'training' }, { token: other.token }));
    expect(held(await seenByMe(other.token), 'energy').amount).toBe(140);
  });
});
