import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, type Client, call, receiptOf } from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { readAll } from '../../support/worker/pages.ts';
import { victory } from '../../support/worker/scenes.ts';
import type {
  ClaimWithChanges,
  HistoryFilter,
  LedgerEntry,
  RewardClaim,
} from '../../support/worker/schema-types.ts';
import { fresh, serverToken } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

const ROUNDS = 4;
let playerId: string;
// A player would exceed the rate limit with pages of five.
let server: Client;
let entries: LedgerEntry[];
let granted: ClaimWithChanges[];

const ledger = (filter: HistoryFilter | null, size = 5) =>
  readAll((page) => server.ledger({ playerId, filter, ...page }), { size });
const claims = (filter: HistoryFilter | null, size = 5) =>
  readAll((page) => server.claims({ playerId, filter, ...page }), { size });

beforeAll(async () => {
  await serveExample();
  playerId = fresh('player');
  server = asServer();
  const staff = asStaff(await addStaffMember(fresh('staff')));
  for (let round = 0; round < ROUNDS; round += 1) {
    receiptOf(await server.claimReward({ ...victory, playerId, key: `cup-${round}` }));
    const grants = [{ resource: 'lumees', amount: 5 + round }];
    receiptOf(await staff.manualReward({ playerId, grants, reason: 'a good deed' }));
    receiptOf(await asPlayer(playerId).spendStatPoints(spending({ energy: 1 })));
    // Answers show milliseconds, so two rounds must not share one.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  entries = await ledger(null, 100);
  granted = await claims(null, 100);
  expect(granted).toHaveLength(3 * ROUNDS);
});

describe('filters of a history', () => {
  it.each([
    'lumees',
    'experience',
    'stat_points',
    'stat:energy',
    'shards:fire',
  ])('a filter by resource selects only its entries and claims: %s', async (resource) => {
    expect(await ledger({ resource })).toEqual(entries.filter((entry) => entry.resource === resource));
    expect(await claims({ resource })).toEqual(
      granted.filter(({ changes }) => changes.some((change) => change.resource === resource)),
    );
  });

  it.each([
    'tournament_reward',
    'manual_reward',
    'spend_stat_points',
    'daily_quest',
  ])('a filter by claim type selects only its entries and claims: %s', async (claimType) => {
    const isOfType = ({ claim }: { claim: RewardClaim }) => claim.type === claimType;
    expect(await ledger({ claimType })).toEqual(entries.filter(isOfType));
    expect(await claims({ claimType })).toEqual(granted.filter(isOfType));
  });

  it('a filter by resource and claim type selects what matches both', async () => {
    const filter = { resource: 'stat_points', claimType: 'spend_stat_points' };
    const found = await ledger(filter);
    expect(found).toEqual(
      entries.filter(
        ({ resource, claim }) => resource === filter.resource && claim.type === filter.claimType,
      ),
    );
    expect(found).toHaveLength(ROUNDS);
    expect(await claims({ resource: 'lumees', claimType: 'spend_stat_points' })).toEqual([]);
  });

  it('a filter by time includes its start and excludes its end, with and without a resource', async () => {
    // Answers cut a moment to milliseconds, so everything within that millisecond counts as at the moment itself.
    const third = granted.find(({ claim }) => claim.key === 'cup-2')?.claim.claimedAt ?? '';
    const isSince = (moment: string) => moment >= third;
    for (const resource of [null, 'lumees', 'experience']) {
      const all = entries.filter((entry) => resource === null || entry.resource === resource);
      const since = all.filter(({ recordedAt }) => isSince(recordedAt));
      expect(await ledger({ resource, from: third })).toEqual(since);
      const before = all.filter(({ recordedAt }) => !isSince(recordedAt));
      expect(await ledger({ resource, to: third })).toEqual(before);
      expect(await ledger({ resource, from: third, to: third })).toEqual([]);
    }
    const claimsSince = granted.filter(({ claim }) => isSince(claim.claimedAt));
    expect(await claims({ from: third })).toEqual(claimsSince);
    const claimsBefore = granted.filter(({ claim }) => !isSince(claim.claimedAt));
    expect(await claims({ to: third })).toEqual(claimsBefore);
  });

  it('a filter by time accepts the years 0001 and 9999, and time zones', async () => {
    const [first, last] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
    expect(await ledger({ from: first, to: last })).toEqual(entries);
    expect(await claims({ from: first, to: last, claimType: 'manual_reward' })).toHaveLength(ROUNDS);
    expect(await ledger({ to: first })).toEqual([]);
    expect(await ledger({ from: last, resource: 'lumees' })).toEqual([]);
    expect(await ledger({ from: last, to: first })).toEqual([]);
    const newest = entries[0]?.recordedAt ?? '';
    const anHourLater = new Date(Date.parse(newest) + 3_600_000).toISOString();
    const sameMoment = anHourLater.replace('Z', '+01:00');
    expect(await claims({ from: sameMoment })).toEqual(await claims({ from: newest }));
  });

  it('a filter that is empty or has only null fields selects everything', async () => {
    expect(await ledger({})).toEqual(entries);
    expect(await ledger({ resource: null, claimType: null, from: null, to: null })).toEqual(entries);
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
  ])('a filter with a malformed field is BAD_USER_INPUT: %s %s', async (field, value, message) => {
    const token = await serverToken();
    for (const list of ['ledger', 'claims'] as const) {
      const input = { playerId, filter: { [field]: value } };
      const error = onlyError(await withoutDatabase(playerId, () => call(list, input, { token })));
      expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: `filter.${field}` });
      expect(error.message).toMatch(message);
    }
  });
});
