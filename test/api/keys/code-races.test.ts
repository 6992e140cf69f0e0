/** Many players who redeem one code at once, directly and through lanes: its uses never exceed the total. */
import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { createCode, redeemed, usesOf } from '../../support/worker/codes.ts';
import { ledgerFaults, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { atOnce, receiptsIn, tally } from '../../support/worker/waves.ts';

beforeAll(serveExample);

it.each([
  { name: 'a shared code of 10 uses', uses: 10 },
  { name: 'a single-use code', uses: 1 },
])('of 64 players who redeem $name at once, as many get it as it has uses', async ({ uses }) => {
  const code = await createCode({ uses });
  const players = Array.from({ length: 64 }, () => fresh('player'));
  const sent = players.map((playerId) => ({ playerId, key: freshKey() }));
  const redeemAll = () => atOnce(64, (index) => redeemed(players[index] as string, code, sent[index]?.key));
  const results = await redeemAll();
  expect(tally(results)).toEqual({ Receipt: uses, CodeUsedUp: 64 - uses });
  expect(await usesOf(code)).toBe(uses);
  for (const [index, playerId] of players.entries()) {
    const isGranted = results[index]?.__typename === 'Receipt';
    const { balances, granted } = await ledgerState(playerId);
    expect({ balances, granted }).toEqual(
      isGranted ? { balances: { lumees: 100 }, granted: 1 } : { balances: {}, granted: 0 },
    );
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
  // A retry of each answers as before.
  expect(tally(await redeemAll())).toEqual(tally(results));
  expect(await owner`SELECT detail FROM onceward.integrity_of_codes()`).toEqual([]);
});

it('a player who redeems a shared code on 16 devices at once gets it as often as one player may', async () => {
  const playerId = fresh('player');
  const code = await createCode({ uses: 100, perPlayer: 3 });
  const results = await atOnce(16, () => redeemed(playerId, code));
  expect(tally(results)).toEqual({ Receipt: 3, AlreadyClaimed: 13 });
  expect(new Set(receiptsIn(results).map(({ claim }) => claim.key)).size).toBe(3);
  expect((await ledgerState(playerId)).balances).toEqual({ lumees: 300 });
  expect(await usesOf(code)).toBe(3);
});
