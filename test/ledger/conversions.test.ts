// What does not fit under a ceiling is given as another resource, in the same transaction and as an entry of its own.
import { describe, expect, test } from 'vitest';
import type { KernelPosting } from '../../src/ledger/kernel-postings.ts';
import { entriesOf, receiptOf } from '../support/ledger/answers.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, pending } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner, addStaff, preview } = ledger;
const { balancesOf, reverse, expectSound } = reversalHelpers(ledger);
const MOST = Number.MAX_SAFE_INTEGER;

/** A hero is held once; each further one becomes five gems. */
const hero = (amount = 1, gems: Partial<KernelPosting> = {}): KernelPosting =>
  give('hero', amount, {
    ceiling: 1,
    clamp: true,
    converts: {
      resource: 'gems',
      rate: 5,
      ...{ ceiling: MOST, ceiling_per_unit: 0, ceiling_of: null, clamp: false },
      ...gems,
    },
  });
const RESOURCES = ['hero', 'gems'];
const getHero = (player: string, ...postings: KernelPosting[]) =>
  operation({ player, postings: postings.length > 0 ? postings : [hero()], resources: RESOURCES });

describe('a grant above a ceiling that converts', () => {
  test('gives what fits, and the rest as the other resource, as an entry of its own', async () => {
    const player = fresh('player');
    await granted(commit(getHero(player)));
    const sent = getHero(player, hero(3));
    const second = await granted(commit(sent));
    expect(entriesOf(second.changes)).toMatchObject([
      { resource: 'hero', before: 1, after: 1, delta: 0, requested: 3, cause: 'operation' },
      { resource: 'gems', before: 0, after: 15, delta: 15, requested: 15, cause: 'conversion' },
    ]);
    expect(receiptOf(await granted(commit(sent)))).toEqual(receiptOf(second));
    await expectSound(player);
  });

  test('converts only what does not fit', async () => {
    const player = fresh('player');
    expect(await balancesOfAfter(player, hero(3))).toEqual({ hero: 1, gems: 10 });
  });

  test('converts nothing that fits', async () => {
    expect(await balancesOfAfter(fresh('player'), hero())).toEqual({ hero: 1 });
  });

  async function balancesOfAfter(player: string, ...postings: KernelPosting[]) {
    await granted(commit(getHero(player, ...postings)));
    await expectSound(player);
    return balancesOf(player);
  }

  test('gives each hero or its gems once when many arrive at once', async () => {
    const player = fresh('player');
    await Promise.all(Array.from({ length: 24 }, () => granted(commit(getHero(player)))));
    expect(await balancesOf(player)).toEqual({ hero: 1, gems: 23 * 5 });
    await expectSound(player);
  });

  test('stops at the ceiling of the other resource, as that resource does', async () => {
    const clamped = hero(4, { ceiling: 8, clamp: true });
    expect(await balancesOfAfter(fresh('player'), clamped)).toEqual({ hero: 1, gems: 8 });
    const player = fresh('player');
    await granted(commit(getHero(player)));
    const before = await standing(owner, player);
    expect(await commit(getHero(player, hero(2, { ceiling: 8 })))).toMatchObject({
      rejection: { kind: 'limit_exceeded', resource: 'gems', bound: 8, remaining: 8, requested: 10 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('settles the other resource first, where that regenerates', async () => {
    const player = fresh('player');
    const charged = hero(2, { resource: 'charges', ceiling: 99 } as Partial<KernelPosting>);
    const sent = operation({ player, postings: [charged], resources: ['hero', 'charges'] });
    expect(
      entriesOf((await granted(commit(sent))).changes).map(({ cause, delta }) => [cause, delta]),
    ).toEqual([
      ['operation', 1],
      ['opening', 5],
      ['conversion', 5],
    ]);
  });

  test('rejects what would leave the range of exact numbers', async () => {
    const player = fresh('player');
    await granted(commit(getHero(player)));
    const huge = getHero(player, hero(MOST));
    expect(await commit(huge)).toMatchObject({ rejection: { kind: 'limit_exceeded', resource: 'gems' } });
    expect(await balancesOf(player)).toEqual({ hero: 1 });
  });

  test('is previewed as it is granted', async () => {
    const player = fresh('player');
    await granted(commit(getHero(player)));
    expect((await preview(getHero(player, hero(2)))).preview).toMatchObject({
      balances: { hero: 1, gems: 10 },
      changes: [
        { cause: 1, delta: 0 },
        { cause: 6, delta: 10 },
      ],
    });
  });
});

describe('a converted grant', () => {
  test('is taken back as what was given: of a duplicate the gems', async () => {
    const player = fresh('player');
    await granted(commit(getHero(player)));
    const { claim } = await granted(commit(getHero(player)));
    await granted(reverse(claim));
    expect(await balancesOf(player)).toEqual({ hero: 1, gems: 0 });
    await expectSound(player);
  });

  test('counts for staff as it was requested, whatever a ceiling makes of it', async () => {
    const staff = await addStaff({ limit: 2, budget: 5 });
    const gift = (amount: number, player = fresh('player')) =>
      commit(
        award(staff, 0, {}, { player, creates_player: true, postings: [hero(amount)], resources: RESOURCES }),
      );
    expect(await gift(3)).toMatchObject({ rejection: { kind: 'limit_exceeded', limit: 'staff_reward' } });
    await granted(gift(2));
    await granted(gift(2));
    expect(await gift(2)).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'staff_daily_budget', remaining: 1 },
    });
  });

  test('is paid as announced', async () => {
    const reward = pending();
    await granted(commit(getHero(reward.playerId)));
    await granted(commit(announcement(reward, { postings: [hero()], resources: RESOURCES })));
    await granted(commit(claimOf(reward)));
    expect(await balancesOf(reward.playerId)).toEqual({ hero: 1, gems: 5 });
  });
});

test.each<[string, object]>([
  ['rate', { rate: null }],
  ['ceiling', { ceiling: null }],
  ['clamp', { clamp: null }],
  ['listed resource', { resource: 'amber' }],
])('a conversion without a %s is refused, also in an announcement', async (_, over) => {
  const player = fresh('player');
  await granted(commit(getHero(player, hero(), take('gems', 0))));
  const before = await standing(owner, player);
  const wrong = hero(1, over as Partial<KernelPosting>);
  await expect(commit(getHero(player, wrong))).rejects.toMatchObject({ code: '22023' });
  const announced = announcement(pending(player), { postings: [wrong], resources: RESOURCES });
  await expect(commit(announced)).rejects.toMatchObject({ code: '22023' });
  expect(await standing(owner, player)).toEqual(before);
});
