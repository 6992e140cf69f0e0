import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { exchange, type Result, resultOf, reverseClaim } from '../support/worker/mutations.ts';
import { type Holder, playerWith } from '../support/worker/players.ts';
import { previewExchange } from '../support/worker/previews.ts';
import { fresh, staffToken } from '../support/worker/service.ts';

let support: string;
beforeEach(async () => {
  support = await staffToken(await addStaffMember(fresh('staff')));
});

const LEGEND = 'legendary_dragon_queen';
/** A table of two, which gives this one but once in a million rolls; after three draws without a legend it is certain. */
const rolls = (outcome: string) =>
  publish(
    changedExample(({ drawTables: { summons } }: Document) => {
      summons.guarantee.after = 3;
      const { common_militia, [LEGEND]: legend } = summons.outcomes;
      summons.outcomes = { common_militia, [LEGEND]: legend };
      for (const [name, one] of Object.entries<Document>(summons.outcomes))
        one.weight = name === outcome ? 1_000_000 : 1;
    }),
  );

async function summon({ token }: Holder, outcome: string): Promise<Result> {
  await rolls(outcome);
  const receipt = resultOf(await exchange({ exchange: 'summon' }, { token }));
  expect(receipt.claim.draws[0].outcome).toBe(outcome);
  return receipt;
}
const reverse = async ({ playerId }: Holder, { claim }: Result, ifInsufficient: 'REFUSE' | 'DEBT') =>
  resultOf(
    await reverseClaim(
      { playerId, claimId: claim.id, reason: 'it was paid back', ifInsufficient },
      { token: support },
    ),
  );
const moves = ({ changes }: Result) =>
  changes.map(({ resource, before, after }: Result) => [resource, before, after]);

describe('reverseClaim of a summon', () => {
  it.each([
    'REFUSE',
    'DEBT',
  ] as const)('from before a lucky one takes the hero, gives the token, and leaves the guarantee where it is (%s)', async (ifInsufficient) => {
    const holder = await playerWith({ summon_tokens: 9 });
    const first = await summon(holder, 'common_militia');
    await summon(holder, LEGEND);
    expect(moves(await reverse(holder, first, ifInsufficient))).toEqual([
      ['hero:militia', 1, 0],
      ['summon_tokens', 7, 8],
    ]);
    const { balances } = await ledgerState(holder.playerId);
    expect(balances).toMatchObject({ 'pity:summons': 0, 'hero:dragon_queen': 1 });
    // Three draws without a legend, then the guaranteed one: neither earlier nor later.
    for (let draw = 0; draw < 3; draw++) await summon(holder, 'common_militia');
    const { claim } = resultOf(await exchange({ exchange: 'summon' }, { token: holder.token }));
    expect(claim.draws).toMatchObject([{ outcome: LEGEND, guaranteed: true }]);
    expect(await ledgerFaults(holder.playerId)).toEqual([]);
  });

  it('that was lucky counts the draws before it again: what is certain is shown, and comes', async () => {
    const holder = await playerWith({ summon_tokens: 9 });
    for (let draw = 0; draw < 2; draw++) await summon(holder, 'common_militia');
    const lucky = await summon(holder, LEGEND);
    await summon(holder, 'common_militia');
    expect(moves(await reverse(holder, lucky, 'REFUSE'))).toEqual([
      ['hero:dragon_queen', 1, 0],
      ['pity:summons', 1, 3],
      ['summon_tokens', 5, 6],
    ]);
    const { data } = await previewExchange({ exchange: 'summon' }, { token: holder.token });
    expect(data?.result.draws[0].guarantee).toMatchObject({ since: 3, certainWithin: 1 });
    const { claim } = resultOf(await exchange({ exchange: 'summon' }, { token: holder.token }));
    expect(claim.draws).toMatchObject([{ outcome: LEGEND, guaranteed: true }]);
    expect(await ledgerFaults(holder.playerId)).toEqual([]);
  });
});
