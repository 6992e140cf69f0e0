// How the rules merge each balance: what is added up, of what the higher stays, and what stays as the account has it.
import { describe, expect, test } from 'vitest';
import { checkGuest, decideMergePlayer } from '../../src/domain/merge-player.ts';
import type { Source } from '../../src/domain/operation.ts';
import { intentOf, RULES, reasonOf, SERVER } from './rules.ts';

function merged(onConflict: 'refuse' | 'account_wins' = 'refuse') {
  const { operation, fault } = decideMergePlayer(intentOf(SERVER), {
    guestId: 'guest-7',
    onConflict,
    reason: reasonOf('the guest logged in'),
  });
  expect(fault).toBeNull();
  return { operation, source: operation.source as Extract<Source, { kind: 'merge' }> };
}

describe('mergePlayer', () => {
  test('treats every resource of the config in exactly one way', () => {
    const { operation, source } = merged();
    const named = [
      ...operation.postings.map(({ resource }) => resource),
      ...source.counters.map(({ resource }) => resource),
      ...source.keeps,
    ];
    expect(named.toSorted()).toEqual([...RULES.resources.keys(), ...RULES.counters.keys()].toSorted());
  });

  test('adds currency up, keeps what refills by itself, and of counters takes the higher', () => {
    const { operation, source } = merged();
    expect(operation.postings.map(({ resource }) => resource)).toContain('gold');
    expect(source.keeps).toEqual(expect.arrayContaining(['energy', 'health']));
    expect(source.counters.map(({ resource }) => resource)).toEqual(
      expect.arrayContaining(['levels_paid', 'pity:chest', 'wins']),
    );
    // A counter of a period names the moment from which it counts.
    expect(source.counters.find(({ resource }) => resource === 'wins')?.reset?.before).toBe(
      '2026-11-01T23:00:00.000Z',
    );
    for (const { delta } of [...operation.postings, ...source.counters]) expect(delta).toBe(0);
  });

  test('asks for every limit of a player once, in its running period', () => {
    const { source } = merged();
    const names = source.limits.map(({ name, period }) => `${name} ${period.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(source.limits.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['claims:bounty', 'exchange:buy_gem', 'transfer:gold', 'spend:gold']),
    );
    expect(source.limits.every(({ subject, amount }) => subject === 'player' && amount === 0)).toBe(true);
  });

  test('is a claim under the key of its request, which names no guest, and only takes conflicts if told so', () => {
    const { operation } = merged();
    expect(operation).toMatchObject({
      claimType: 'merge',
      claimKey: operation.idempotencyKey,
      counterparty: { playerId: 'guest-7', postings: [] },
      milestones: true,
    });
    expect(merged().source.takes).toBe(false);
    expect(merged('account_wins').source.takes).toBe(true);
  });

  test('is not for a player and itself', () => {
    expect(checkGuest('p1', 'p1')).toMatchObject({ code: 'BAD_USER_INPUT', field: 'guestId' });
    expect(checkGuest('p1', 'guest-7')).toBeNull();
  });
});
