// What reads return of a long past: single rows, traces and look-ups.
import { expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { encodeCursor } from '../../src/ledger/page.ts';
import { readStaffActions } from '../../src/ledger/read-audit.ts';
import { readClaim, readClaims } from '../../src/ledger/read-claims.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { readBalanceAt, readPlayer } from '../../src/ledger/read-player.ts';
import { readAttempt, readTrace } from '../../src/ledger/read-trace.ts';
import {
  NO_FILTER,
  NUMBERS,
  openPast,
  PLAYER,
  READER,
  rowsOf,
  SERVER,
  timeOf,
} from '../support/ledger/past.ts';

const { database, app } = openPast();
const itself: Actor = { kind: 'player', id: PLAYER };

test('a claim has the same ID in a page, by its ID and by its type and key, and another for the other player', async () => {
  const [received] = await rowsOf(
    readClaims(database(), SERVER, {
      playerId: PLAYER,
      filter: NO_FILTER,
      page: { limit: 1, inverted: false },
    }),
  );
  const [made] = await rowsOf(
    readClaim(database(), SERVER, { playerId: 'giver', type: 'transfer', key: received?.key ?? '' }),
  );
  expect(received).toMatchObject({ playerId: 'giver', counterpartyId: PLAYER, playerVersion: NUMBERS - 1 });
  expect(made).toMatchObject({ playerId: 'giver', counterpartyId: PLAYER, changes: [] });
  expect(made?.id).not.toBe(received?.id);
  for (const row of [received, made]) {
    const id = row?.id ?? '';
    expect(await rowsOf(readClaim(database(), READER, { id: id.toUpperCase() }))).toEqual([row]);
  }
  expect(await rowsOf(readClaim(database(), itself, { id: received?.id ?? '' }))).toEqual([received]);
  expect(await rowsOf(readClaim(database(), itself, { id: made?.id ?? '' }))).toEqual([]);
});

test.each(['disabled', 'unregistered', 'nobody'])('staff member %s reads nothing', async (id) => {
  const actor: Actor = { kind: 'staff', id };
  expect(await readPlayer(database(), actor, PLAYER)).toEqual({ kind: 'forbidden' });
  expect(await readTrace(database(), actor, ofClient(20))).toEqual({ kind: 'forbidden' });
  expect(await rowsOf(readPlayer(database(), READER, PLAYER))).toHaveLength(1);
});

test('a player has the rules since the anchor of each balance, and an ID that was only refused is no player', async () => {
  const [player] = await rowsOf(readPlayer(database(), SERVER, PLAYER));
  expect(player).toMatchObject({ id: PLAYER, version: NUMBERS, playerSince: '2026-01-01T00:00:00.000Z' });
  expect(player?.balances).toEqual({ gold: 60_000, gems: 480, lifetime_points: 5_142 });
  const cap = { base: 100, perUnit: 10, resource: 'stat:energy' };
  expect(player?.regenerationRules).toEqual([
    expect.objectContaining({
      resource: 'energy',
      effectiveUntil: '2026-02-01T00:00:00.000Z',
      opening: 50,
      cap,
    }),
    expect.objectContaining({
      resource: 'energy',
      effectiveFrom: '2026-02-01T00:00:00.000Z',
      effectiveUntil: null,
    }),
  ]);
  expect(await rowsOf(readPlayer(database(), SERVER, 'only-refused'))).toEqual([]);
});

test('an entry shows the lifetime points before and after its claim, moved or not', async () => {
  const after = encodeCursor('ledger', [29, 0]);
  const page = { limit: 5, inverted: false, after };
  const request = { playerId: PLAYER, filter: NO_FILTER, page, withTiers: true };
  const rows = await rowsOf(readLedger(database(), SERVER, request));
  expect(rows.map(({ number, resource, lifetime }) => [number, resource, lifetime])).toEqual([
    [28, 'lifetime_points', { before: 9, after: 12 }],
    [28, 'gold', { before: 9, after: 12 }],
    [27, 'gold', { before: 9, after: 9 }],
    [26, 'gold', { before: 9, after: 9 }],
    [25, 'gold', { before: 9, after: 9 }],
  ]);
  const tiers = rows.flatMap((row) => row.tiers ?? []);
  expect(tiers).toEqual([{ resource: 'lifetime_points', tiers: [{ name: 'Bronze', from: 10 }] }]);
});

/** Numbers with the same remainder have the same correlation ID. */
const ofClient = (remainder: number, before: Date | null = null) => ({
  correlationId: `client-${remainder}`,
  before,
});

test('a trace has the newest hundred attempts in order, with all of the moment of the last, and the next page the rest', async () => {
  const [page] = await rowsOf(readTrace(database(), READER, ofClient(20)));
  // Sixteen of one player, and one of each of the others at the same moment.
  expect([page?.claims.length, page?.audit.length]).toEqual([166, 174]);
  const times = page?.claims.map(({ claim }) => claim.claimedAt) ?? [];
  expect(times).toEqual(times.toSorted());
  expect(page?.earlier).toBe(timeOf(20).toISOString());
  expect(await rowsOf(readTrace(database(), READER, ofClient(20, timeOf(20))))).toEqual([
    { claims: [], audit: [], earlier: null },
  ]);
});

test('a trace shows a player what they sent under their own ID, and no audit', async () => {
  const [own] = await rowsOf(readTrace(database(), itself, ofClient(20)));
  expect(own?.audit).toEqual([]);
  expect(own?.claims).toHaveLength(24);
  for (const { claim, rejection } of own?.claims ?? []) {
    expect(claim).toMatchObject({ playerId: PLAYER, actorKind: 'player', clientCorrelationId: 'client-20' });
    expect(rejection).not.toBeNull();
  }
});

test('a trace is found by our ID too', async () => {
  const [{ id }] = (
    await app().query(
      `SELECT correlation_id AS id FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
      WHERE a.id = $1 AND c.number = 50`,
      [PLAYER],
    )
  ).rows;
  const [trace] = await rowsOf(readTrace(database(), SERVER, { correlationId: id, before: null }));
  expect(trace?.claims).toEqual([
    expect.objectContaining({
      claim: expect.objectContaining({ key: 'key-50', correlationId: 'client-50' }),
      counterpartyChanges: null,
      input: { fact: 1 },
      rejection: null,
    }),
  ]);
});

test('an idempotency key of a player names what was granted or rejected under it', async () => {
  const attempt = async (idempotencyKey: string) => {
    const [found] = await rowsOf(readAttempt(database(), READER, { playerId: PLAYER, idempotencyKey }));
    return found && { key: found.claim.key, rejection: found.rejection?.kind ?? null };
  };
  expect(await attempt('idempotency-key-50')).toEqual({ key: 'key-50', rejection: null });
  expect(await attempt('refused-key-50')).toEqual({ key: 'key-3', rejection: 'already_claimed' });
  expect(await attempt('no-such-key')).toBeNull();
});

test('a balance at a moment is the one after the last entry before it', async () => {
  const at = (resource: string, moment: Date) =>
    rowsOf(readBalanceAt(database(), READER, { playerId: PLAYER, resource, at: moment }));
  expect(await at('gems', timeOf(200))).toEqual([{ amount: 6, sequence: 6 }]);
  expect(await at('gems', new Date(timeOf(200).getTime() + 1))).toEqual([{ amount: 8, sequence: 8 }]);
  expect(await at('gems', timeOf(1))).toEqual([]);
  expect(await at('gold', timeOf(NUMBERS * 2))).toEqual([{ amount: 60_000, sequence: NUMBERS }]);
});

test('the actions of a staff member are listed newest first, before a moment', async () => {
  const filter = {
    staffId: 'reader',
    from: null,
    until: timeOf(100),
    action: null,
    permitted: null,
    outcome: null,
  };
  const request = { filter, page: { limit: 200, inverted: false } };
  const rows = await rowsOf(readStaffActions(database(), READER, request));
  expect(new Set(rows.map(({ recordedAt }) => recordedAt))).toEqual(
    new Set([80, 60].map((number) => timeOf(number).toISOString())),
  );
  expect(rows[0]).toMatchObject({ actorKind: 'staff', actorId: 'reader', action: 'manualReward', amount: 5 });
});
