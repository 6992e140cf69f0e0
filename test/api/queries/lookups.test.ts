/** claimsOf and searchClaims: staff look across players. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asServer,
  asStaff,
  type Client,
  faultOf,
  type ResultOf,
  receiptOf,
  resultOf,
} from '../../support/worker/client.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { readAll } from '../../support/worker/pages.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import type { ClaimSearch } from '../../support/worker/schema-types.ts';
import { fresh } from '../../support/worker/service.ts';

let staffId: string;
let staff: Client;
beforeAll(async () => {
  await serveExample();
  staffId = await addStaffMember(fresh('staff'), { role: 'auditor' });
  staff = asStaff(staffId);
});

const audit = () =>
  owner`SELECT action, outcome, detail FROM onceward.audit_by_name WHERE actor_id = ${staffId} ORDER BY id`;

describe('claimsOf', () => {
  it('shows who claimed a key, in pages of their own, each with an audit row', async () => {
    const key = fresh('cup');
    const players = [fresh('player'), fresh('player'), fresh('player')];
    for (const playerId of players) receiptOf(await asServer().claimReward({ ...victory, playerId, key }));
    receiptOf(await asServer().claimReward({ ...victory, playerId: fresh('player'), key: fresh('cup') }));
    const before = (await audit()).length;
    const found = await readAll((page) => staff.claimsOf({ type: victory.type, key, ...page }), { size: 2 });
    expect(found.map(({ claim }) => claim.playerId).toSorted()).toEqual(players.toSorted());
    expect(found.every(({ claim, changes }) => claim.key === key && changes.length > 0)).toBe(true);
    const backward = await readAll((page) => staff.claimsOf({ type: victory.type, key, ...page }), {
      size: 2,
      backward: true,
    });
    expect(backward).toEqual(found);
    const rows = (await audit()).slice(before);
    expect(rows).toEqual(
      Array.from({ length: 4 }, () => ({
        action: 'claimsOf',
        outcome: 'listed',
        detail: { type: victory.type, key },
      })),
    );
  });

  it('is empty for a type or key that nobody claimed', async () => {
    for (const input of [
      { type: 'no_such_type', key: 'k' },
      { type: victory.type, key: fresh('cup') },
    ])
      expect(resultOf(await staff.claimsOf(input)).edges).toEqual([]);
  });

  it('refuses pages of more than 100 and cursors of other lists, without an audit row', async () => {
    const before = (await audit()).length;
    const input = { type: victory.type, key: 'k' };
    expect(faultOf(await staff.claimsOf({ ...input, first: 101 }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'first',
    });
    expect(faultOf(await staff.claimsOf({ ...input, after: btoa('claims/1') }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'after',
    });
    expect(await audit()).toHaveLength(before);
  });
});

/** Two claims a page, so that pages join within the claims of a test. */
async function allPages(filter: ClaimSearch) {
  const claims: ResultOf<'searchClaims'>['claims'][number][] = [];
  let after: string | null = null;
  do {
    const page: ResultOf<'searchClaims'> = resultOf(await staff.searchClaims({ filter, first: 2, after }));
    claims.push(...page.claims);
    after = page.next;
  } while (after !== null);
  return claims;
}

describe('searchClaims', () => {
  it('finds the newest claims of a type since a moment, of all players', async () => {
    const from = new Date().toISOString();
    const players = [await seasonedPlayer(), await seasonedPlayer(), await seasonedPlayer()];
    receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId: players[0] as string }));
    const filter = { type: victory.type, from };
    // Other test files make such claims meanwhile.
    const found = (await allPages(filter)).filter(({ claim }) => players.includes(claim.playerId));
    expect(found.map(({ claim }) => claim.playerId)).toEqual(players.toReversed());
    const [version] = found.map(({ claim }) => claim.configVersion);
    const ofVersion = await allPages({ ...filter, configVersion: version });
    expect(ofVersion.filter(({ claim }) => players.includes(claim.playerId))).toHaveLength(3);
    const ofOther = resultOf(
      await staff.searchClaims({ filter: { ...filter, configVersion: Number(version) + 1_000 } }),
    );
    expect(ofOther).toMatchObject({ claims: [], next: null });
    expect((await audit()).at(-1)).toMatchObject({
      action: 'searchClaims',
      outcome: 'listed',
      detail: { type: victory.type, from: expect.any(String) },
    });
  });

  it('refuses pages of more than 100 and other cursors, without an audit row', async () => {
    const before = (await audit()).length;
    expect(faultOf(await staff.searchClaims({ filter: {}, first: 101 }))).toMatchObject({ field: 'first' });
    for (const after of ['x', btoa('claims/1'), btoa('search/1.2.3.4294967296.5.6')])
      expect(faultOf(await staff.searchClaims({ filter: {}, after }))).toMatchObject({ field: 'after' });
    expect(await audit()).toHaveLength(before);
  });
});

it('a list of pending rewards across players is audited, and that of one player is not', async () => {
  const before = (await audit()).length;
  resultOf(await staff.pendingRewards({ filter: { playerId: await seasonedPlayer() } }));
  expect(await audit()).toHaveLength(before);
  resultOf(await staff.pendingRewards({ filter: { type: victory.type } }));
  expect((await audit()).at(-1)).toMatchObject({ action: 'pendingRewards', outcome: 'listed' });
});

it('a staff member who reads 60 lists within a minute gets RATE_LIMITED, and others do not', async () => {
  const eager = asStaff(await addStaffMember(fresh('staff'), { role: 'support' }));
  const look = () => eager.claimsOf({ type: victory.type, key: 'k' });
  for (let count = 0; count < 60; count += 1) resultOf(await look());
  const answer = await look();
  expect(faultOf(answer)).toEqual({ code: 'RATE_LIMITED', retryable: true });
  expect(answer.headers.get('retry-after')).toBe('60');
  resultOf(await staff.claimsOf({ type: victory.type, key: 'k' }));
});
