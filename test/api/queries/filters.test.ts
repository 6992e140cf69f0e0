import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';
import { askPage, readAll } from './history.ts';

interface Entry {
  readonly resource: string;
  readonly recordedAt: string;
  readonly claim: {
    readonly type: string;
    readonly key: string;
    readonly claimedAt: string;
    readonly playerVersion: number;
  };
}

let playerId: string;
let token: string;
let all: Entry[];
let claimed: { claim: Entry['claim']; changes: { resource: string }[] }[];

beforeAll(async () => {
  await serveExample();
  playerId = fresh('player');
  // A player would soon be over the rate limit, five rows to a page.
  const server = await serverToken();
  token = server;
  const staff = await staffToken(await addStaffMember(fresh('staff')));
  for (let round = 0; round < 4; round += 1) {
    resultOf(await claimReward({ ...victory, playerId, key: `cup-${round}` }, { token: server }));
    resultOf(
      await manualReward(
        { playerId, grants: [{ resource: 'lumees', amount: 5 + round }], reason: 'a good deed' },
        { token: staff },
      ),
    );
    resultOf(await spendStatPoints({ energy: 1 }, { token: await playerToken(playerId) }));
    // Moments are told in milliseconds: no two rounds may share one.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  all = (await readAll('ledger', playerId, { size: 100 }, token)) as unknown as Entry[];
  claimed = (await readAll('claims', playerId, { size: 100 }, token)) as unknown as typeof claimed;
  expect(claimed).toHaveLength(12);
});

const ledger = async (filter: object) =>
  (await readAll('ledger', playerId, { size: 5, filter }, token)) as unknown as Entry[];
const claims = async (filter: object) =>
  (await readAll('claims', playerId, { size: 5, filter }, token)) as unknown as typeof claimed;

describe('a filter', () => {
  it.each([
    'lumees',
    'experience',
    'stat_points',
    'stat:energy',
    'shards:fire',
  ])('by resource shows its entries and no other: %s', async (resource) => {
    expect(await ledger({ resource })).toEqual(all.filter((entry) => entry.resource === resource));
    expect(await claims({ resource })).toEqual(
      claimed.filter(({ changes }) => changes.some((change) => change.resource === resource)),
    );
  });

  it.each([
    'tournament_reward',
    'manual_reward',
    'spend_stat_points',
    'daily_quest',
  ])('by claim type shows its entries and no other: %s', async (claimType) => {
    expect(await ledger({ claimType })).toEqual(all.filter(({ claim }) => claim.type === claimType));
    expect(await claims({ claimType })).toEqual(claimed.filter(({ claim }) => claim.type === claimType));
  });

  it('by resource and claim type shows what is both', async () => {
    const filter = { resource: 'stat_points', claimType: 'spend_stat_points' };
    expect(await ledger(filter)).toEqual(
      all.filter(({ resource, claim }) => resource === 'stat_points' && claim.type === 'spend_stat_points'),
    );
    expect(await ledger(filter)).toHaveLength(4);
    expect(await claims({ resource: 'lumees', claimType: 'spend_stat_points' })).toEqual([]);
  });

  it('by time takes the first moment in and leaves the last one out, with and without a resource', async () => {
    // The moment is cut to milliseconds in answers: what lies within its millisecond is on both sides of it.
    const third = claimed.find(({ claim }) => claim.key === 'cup-2')?.claim as Entry['claim'];
    const later = (moment: string) => moment >= third.claimedAt;
    for (const resource of [null, 'lumees', 'experience']) {
      const of = all.filter((entry) => resource === null || entry.resource === resource);
      expect(await ledger({ resource, from: third.claimedAt })).toEqual(
        of.filter(({ recordedAt }) => later(recordedAt)),
      );
      expect(await ledger({ resource, to: third.claimedAt })).toEqual(
        of.filter(({ recordedAt }) => !later(recordedAt)),
      );
      expect(await ledger({ resource, from: third.claimedAt, to: third.claimedAt })).toEqual([]);
    }
    expect(await claims({ from: third.claimedAt })).toEqual(
      claimed.filter(({ claim }) => later(claim.claimedAt)),
    );
    expect(await claims({ to: third.claimedAt })).toEqual(
      claimed.filter(({ claim }) => !later(claim.claimedAt)),
    );
  });

  it('by time knows the far past and the far future, and time zones', async () => {
    const [first, last] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
    expect(await ledger({ from: first, to: last })).toEqual(all);
    expect(await claims({ from: first, to: last, claimType: 'manual_reward' })).toHaveLength(4);
    expect(await ledger({ to: first })).toEqual([]);
    expect(await ledger({ from: last, resource: 'lumees' })).toEqual([]);
    expect(await ledger({ from: last, to: first })).toEqual([]);
    const moment = new Date(Date.parse(all[0]?.recordedAt ?? '') + 3_600_000)
      .toISOString()
      .replace('Z', '+01:00');
    expect(await claims({ from: moment })).toEqual(await claims({ from: all[0]?.recordedAt }));
  });

  it('that is null, empty or of nulls narrows nothing', async () => {
    expect(await ledger({})).toEqual(all);
    expect(await ledger({ resource: null, claimType: null, from: null, to: null })).toEqual(all);
  });

  it.each([
    ['resource', 'Lumees', /1 to 64 characters/],
    ['claimType', "x' --", /1 to 64 characters/],
    ['from', 'yesterday', /a moment like 2026-11-22T10:00:00Z/],
    ['from', '2026-11-22', /a moment like/],
    ['from', '2026-11-22T10:00:00', /a moment like/],
    ['from', '2026-13-01T00:00:00Z', /a moment like/],
    ['from', '2026-11-22T10:00:00+99:00', /a moment like/],
    ['from', '0000-01-01T00:00:00Z', /years 0001 to 9999/],
    ['from', '0001-01-01T00:00:00+23:59', /years 0001 to 9999/],
    ['to', '9999-12-31T23:59:59-23:59', /years 0001 to 9999/],
    ['to', '+275760-09-13T00:00:00Z', /a moment like/],
    ['to', 1795300000, /a moment like/],
  ])('with a malformed %s is BAD_USER_INPUT: %s', async (field, value, message) => {
    for (const list of ['ledger', 'claims'] as const) {
      const answer = await askingNobody(playerId, () =>
        askPage(list, playerId, { filter: { [field]: value } }, token),
      );
      const error = onlyError(answer);
      expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: `filter.${field}` });
      expect(error.message).toMatch(message);
    }
  });
});
