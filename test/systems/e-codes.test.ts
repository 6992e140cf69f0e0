/** Row E14: codes. */
import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asStaff } from '../support/worker/client.ts';
import { createCode, redeemed, usesOf } from '../support/worker/codes.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

const faultsOfCodes = () => owner`SELECT detail FROM onceward.integrity_of_codes()`;

it('E14 grants a single-use code to one of 64 players who redeem it at once', async () => {
  const code = await createCode();
  const players = Array.from({ length: 64 }, () => fresh('player'));
  const results = await atOnce(64, (index) => redeemed(players[index] as string, code));
  expect(tally(results)).toEqual({ Receipt: 1, CodeUsedUp: 63 });
  const states = await Promise.all(players.map(ledgerState));
  expect(states.filter(({ balances }) => balances.lumees === 100)).toHaveLength(1);
  expect(await faultsOfCodes()).toEqual([]);
});

it('E14 grants a code with ten uses to ten of 64 players who redeem it at once', async () => {
  const code = await createCode({ uses: 10 });
  const players = Array.from({ length: 64 }, () => fresh('player'));
  const results = await atOnce(64, (index) => redeemed(players[index] as string, code));
  expect(tally(results)).toEqual({ Receipt: 10, CodeUsedUp: 54 });
  expect(await usesOf(code)).toBe(10);
  const states = await Promise.all(players.map(ledgerState));
  expect(states.filter(({ balances }) => balances.lumees === 100)).toHaveLength(10);
  expect(await faultsOfCodes()).toEqual([]);
});

it('E14 never exceeds the uses of a code, also while redemptions are taken back and reopened', async () => {
  const uses = 10;
  const code = await createCode({ uses });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const players = Array.from({ length: 64 }, () => fresh('player'));
  let reopened = 0;
  const results = await atOnce(64, async (index) => {
    const playerId = players[index] as string;
    const result = await redeemed(playerId, code);
    if (result.__typename !== 'Receipt' || index % 2 === 0) return result;
    const reversal = { playerId, claimId: result.claim.id, reopen: true, reason: 'a mistake' };
    const key = freshKey();
    while ((await staff.reverseClaim(reversal, { key })).result?.__typename !== 'Receipt');
    reopened += 1;
    return result;
  });
  const { Receipt: granted = 0 } = tally(results);
  expect(granted).toBeGreaterThanOrEqual(uses);
  expect(granted - reopened).toBeLessThanOrEqual(uses);
  expect(await usesOf(code)).toBe(granted - reopened);
  const states = await Promise.all(players.map(ledgerState));
  expect(states.filter(({ balances }) => balances.lumees === 100)).toHaveLength(granted - reopened);
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
  expect(await faultsOfCodes()).toEqual([]);
});
