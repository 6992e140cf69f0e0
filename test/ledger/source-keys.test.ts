import { describe, expect, test } from 'vitest';
import type { KernelOperation, KernelSourceKey } from '../../src/ledger/kernel-contract.ts';
import { entriesOf, receiptOf } from '../support/ledger/answers.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { commit, owner } = openLedger();

const passing: KernelSourceKey = { game: false, resource: 'skill:passing', key: 'match/7' };
const shooting: KernelSourceKey = { game: false, resource: 'skill:shooting', key: 'match/7' };
const report = (
  player: string,
  source_keys: KernelSourceKey[],
  over: Partial<KernelOperation> = {},
): KernelOperation =>
  operation({ player, source_keys, postings: source_keys.map(({ resource }) => give(resource, 3)), ...over });

/** As a rejection names it. */
const named = ({ resource, key }: KernelSourceKey) => ({ type: resource, key });

async function written(playerId: string) {
  const { rows } = await owner.query(
    `SELECT (SELECT number FROM onceward.players WHERE id = $1) AS number,
            (SELECT count(*)::int FROM onceward.entries_by_name WHERE player_id = $1) AS entries,
            (SELECT count(*)::int FROM onceward.source_keys k JOIN onceward.players p ON p.id = $1
               JOIN onceward.actors a ON a.id = p.id AND a.kind = 1 AND a.no = k.player) AS keys`,
    [playerId],
  );
  return rows[0];
}

describe('a claim with source keys', () => {
  test('is granted and takes each of them', async () => {
    const player = fresh('player');
    await granted(commit(report(player, [passing, shooting])));
    expect(await written(player)).toEqual({ number: 1, entries: 2, keys: 2 });
  });

  test.each([
    ['the same key alone', [passing]],
    ['the same key among new ones', [shooting, { ...passing, key: 'match/8' }, passing]],
  ])('is rejected with the original where another claim took %s, and nothing moves', async (_, keys) => {
    const player = fresh('player');
    const first = await granted(commit(report(player, [passing])));
    const before = await standing(owner, player);
    const sent = report(player, keys, { claim_type: 'scouting' });
    const refused = await commit(sent);
    expect(refused).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'already_claimed', number: first.claim.number, sourceKey: named(passing) },
      original: { claim: first.claim },
    });
    if (refused.kind !== 'rejected' || !refused.original) throw new Error('no original');
    expect(entriesOf(refused.original.changes)).toEqual(entriesOf(first.changes));
    expect(await standing(owner, player)).toEqual(before);
    const again = await commit(sent);
    expect(again).toMatchObject({ replayed: true });
    expect(receiptOf(again)).toEqual(receiptOf(refused));
  });

  test('names the first of its keys that was taken', async () => {
    const player = fresh('player');
    await granted(commit(report(player, [passing, shooting])));
    const before = await standing(owner, player);
    const outcome = await commit(report(player, [shooting, passing]));
    expect(outcome).toMatchObject({ rejection: { sourceKey: named(shooting) } });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('does not concern other players, other sources and other resources', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    await granted(commit(report(one, [passing])));
    await granted(commit(report(other, [passing])));
    await granted(commit(report(one, [{ ...passing, key: 'training/7' }])));
    await granted(commit(report(one, [shooting])));
  });

  test('takes no key where it is rejected', async () => {
    const player = fresh('player');
    const conflicting = report(player, [passing], { expected_version: 9 });
    expect(await commit(conflicting)).toMatchObject({ rejection: { kind: 'version_conflict' } });
    expect(await written(player)).toEqual({ number: null, entries: 0, keys: 0 });
    await granted(commit(report(player, [passing])));
  });

  test('is granted once when thirty-two claims with one source key arrive at once', async () => {
    const player = fresh('player');
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, () => commit(report(player, [passing], { claim_type: 'scouting' }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'already_claimed', sourceKey: named(passing) } });
    expect(await written(player)).toEqual({ number: 1, entries: 1, keys: 1 });
  });
});

describe('a source key of the whole game', () => {
  const shared = (): KernelSourceKey => ({ game: true, resource: 'gold', key: fresh('boss') });

  test('is taken once by one player: others are rejected without the original, and nothing moves', async () => {
    const key = shared();
    const [one, other] = [fresh('player'), fresh('player')];
    const first = await granted(commit(report(one, [key])));
    expect(await commit(report(one, [key]))).toMatchObject({
      rejection: { kind: 'already_claimed', number: first.claim.number, sourceKey: named(key) },
      original: { claim: first.claim },
    });
    await granted(commit(operation({ player: other })));
    const before = await standing(owner, other);
    expect(await commit(report(other, [key]))).toMatchObject({
      rejection: { kind: 'already_claimed', number: null, sourceKey: named(key) },
      original: null,
    });
    expect(await standing(owner, other)).toEqual(before);
  });

  test('does not collide with the same key of one player', async () => {
    const key = shared();
    const player = fresh('player');
    await granted(commit(report(player, [key])));
    await granted(commit(report(player, [{ ...key, game: false }])));
  });

  test('is taken once when thirty-two players claim it at once', async () => {
    const key = shared();
    const players = Array.from({ length: 32 }, () => fresh('player'));
    const outcomes = await Promise.all(players.map((player) => commit(report(player, [key]))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'already_claimed', sourceKey: named(key) } });
    const states = await Promise.all(players.map(written));
    expect(states.filter(({ keys }) => keys === 1)).toHaveLength(1);
    expect(states.filter(({ number }) => number === null)).toHaveLength(31);
  });
});
