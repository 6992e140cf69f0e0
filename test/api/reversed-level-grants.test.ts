/** What levels gave is taken back with the experience that reached them, whatever their grants do at a ceiling. */
import { describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { newStaff } from '../support/worker/loyalty.ts';
import { claimReward, exchange, resultOf, reverseClaim } from '../support/worker/mutations.ts';
import { fresh, playerToken, serverToken } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';

/** Each level gives ten gems, and a sale takes ten. */
const publishGems = (atCeiling: 'reject' | 'clamp') =>
  publish(
    changedExample(({ resources, levels, exchanges }) => {
      resources.gems = { atCeiling };
      levels.grants.gems = 10;
      exchanges.gem_sale = { costs: { gems: 10 }, gives: { lumees: 1 } };
    }),
  );

/** A hundred experience: a level. */
const win = async (playerId: string) =>
  resultOf(
    await claimReward(
      { playerId, type: 'tournament_xp', key: fresh('cup'), facts: { matches: 4 } },
      { token: await serverToken() },
    ),
  );

describe.each(['reject', 'clamp'] as const)('what a level gave, at a ceiling to %s', (atCeiling) => {
  it('and was spent refuses the reversal, so that it is not paid again', async () => {
    await publishGems(atCeiling);
    const playerId = fresh('player');
    const won = await win(playerId);
    expect((await ledgerState(playerId)).balances).toMatchObject({ levels_paid: 1, gems: 10 });
    const spent = await exchange({ exchange: 'gem_sale' }, { token: await playerToken(playerId) });
    expect(resultOf(spent).__typename).toBe('Receipt');

    const { token } = await newStaff();
    const mistake = { playerId, claimId: won.claim.id, reason: 'granted by mistake' };
    const refused = await movingNothing(playerId, () => reverseClaim(mistake, { token }));
    expect(resultOf(refused)).toMatchObject({
      __typename: 'InsufficientBalance',
      resource: 'gems',
      available: 0,
      required: 10,
    });

    const debt = await reverseClaim({ ...mistake, ifInsufficient: 'DEBT' }, { token });
    expect(resultOf(debt).__typename).toBe('Receipt');
    expect((await ledgerState(playerId)).balances).toMatchObject({ levels_paid: 0, gems: -10 });
    await win(playerId);
    expect((await ledgerState(playerId)).balances).toMatchObject({ levels_paid: 1, gems: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
