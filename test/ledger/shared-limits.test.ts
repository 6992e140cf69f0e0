// A limit that several claim types share: one counter, which has what each of them used, whenever it joined.
import { describe, expect, test } from 'vitest';
import type { KernelLimitUse, KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { limitUse } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner } = ledger;
const { reverse, expectSound } = reversalHelpers(ledger);

const TYPES = ['quest', 'chest', 'other'];

/** A claim of the type, which shares the limit with the first `members` types. */
function made(player: string, claim_type: string, members: number, over: Partial<KernelLimitUse> = {}) {
  const shares_with = TYPES.slice(0, members).filter((type) => type !== claim_type);
  const use = { name: 'claims:quest', period: 'ever', since: '-infinity', bound: 6, ...over };
  return operation({ player, claim_type, limits: [limitUse({ claim_type, shares_with, ...use })] });
}
const plain = (player: string, claim_type: string, units: number): KernelOperation =>
  operation({ player, claim_type, units });
const used = async (player: string) => (await usedOf(owner, player))['claims:quest ever'];

describe('a shared limit', () => {
  test('counts the earlier claims of all types that share it', async () => {
    const player = fresh('player');
    await granted(commit(plain(player, 'quest', 2)));
    await granted(commit(plain(player, 'chest', 3)));
    await granted(commit(plain(player, 'other', 9)));
    await granted(commit(made(player, 'quest', 2)));
    expect(await used(player)).toBe(6);
    const before = await standing(owner, player);
    expect(await commit(made(player, 'chest', 2))).toMatchObject({
      rejection: { kind: 'limit_exceeded', bound: 6, remaining: 0 },
    });
    expect(await standing(owner, player)).toEqual(before);
    await expectSound(player);
  });

  test('counts what a type used before it joined once, and gives it back once', async () => {
    const player = fresh('player');
    await granted(commit(made(player, 'quest', 2)));
    const early = await granted(commit(plain(player, 'other', 2)));
    const late = await granted(commit(made(player, 'other', 3)));
    expect(await used(player)).toBe(4);
    await granted(commit(made(player, 'quest', 3)));
    await granted(commit(made(player, 'other', 3)));
    expect(await used(player)).toBe(6);
    for (const [{ claim }, left] of [
      [late, 5],
      [early, 3],
    ] as const) {
      await granted(reverse(claim, { reopen: true }));
      expect(await used(player)).toBe(left);
    }
    await expectSound(player);
  });

  test('gives back the claims that recorded their use before another type joined', async () => {
    const player = fresh('player');
    const first = await granted(commit(made(player, 'quest', 1)));
    await granted(commit(plain(player, 'chest', 1)));
    await granted(commit(made(player, 'chest', 2)));
    expect(await used(player)).toBe(3);
    await granted(reverse(first.claim, { reopen: true }));
    expect(await used(player)).toBe(2);
    await expectSound(player);
  });

  test('grants no more than its bound to concurrent claims of its types', async () => {
    const player = fresh('player');
    await granted(commit(plain(player, 'other', 2)));
    const all = Array.from({ length: 30 }, (_, i) => commit(made(player, TYPES[i % 3] as string, 3)));
    const kinds = (await Promise.all(all)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'granted')).toHaveLength(4);
    expect(await used(player)).toBe(6);
    await expectSound(player);
  });

  test('is refused without having counted anything, and then counts what it did not', async () => {
    const player = fresh('player');
    await granted(commit(plain(player, 'chest', 4)));
    expect(await commit(made(player, 'quest', 2, { bound: 4 }))).toMatchObject({
      rejection: { kind: 'limit_exceeded', remaining: 0 },
    });
    expect(await used(player)).toBeUndefined();
    await granted(commit(made(player, 'quest', 2, { bound: 5 })));
    expect(await used(player)).toBe(5);
    await expectSound(player);
  });

  test('says in a rejection what the caller says about it', async () => {
    const about = { period: 'ever', sharedLimit: 'boosters' };
    const refused = await commit(made(fresh('player'), 'quest', 2, { bound: 0, rejection: 'shared', about }));
    expect(refused).toMatchObject({ rejection: { kind: 'limit_exceeded', limit: 'shared', ...about } });
  });
});
