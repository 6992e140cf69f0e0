import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

const { commit, owner } = openLedger();

const passing = { type: 'skill:passing', key: 'match/7' };
const shooting = { type: 'skill:shooting', key: 'match/7' };
const report = (playerId: string, furtherKeys: Operation['furtherKeys'], over: Partial<Operation> = {}) =>
  operation({ playerId, furtherKeys, postings: furtherKeys.map(({ type }) => give(type, 3)), ...over });

async function moved(playerId: string) {
  const { rows } = await owner.query(
    `SELECT (SELECT version FROM onceward.players WHERE id = $1) AS version,
            (SELECT count(*) FROM onceward.ledger_entries WHERE player_id = $1) AS entries,
            (SELECT count(*) FROM onceward.claim_keys WHERE player_id = $1) AS keys`,
    [playerId],
  );
  return rows[0];
}

describe('a claim with further business keys', () => {
  test('is granted, and takes each of them', async () => {
    const playerId = fresh('player');
    await granted(commit(report(playerId, [passing, shooting])));
    expect(await moved(playerId)).toEqual({ version: '1', entries: '2', keys: '2' });
  });

  test.each([
    ['the same key alone', [passing]],
    ['the same key among new ones', [shooting, { ...passing, key: 'match/8' }, passing]],
  ])('is refused with the original where another claim took %s, and moves nothing', async (_, keys) => {
    const playerId = fresh('player');
    const first = await granted(commit(report(playerId, [passing])));
    const before = await moved(playerId);
    const asked = report(playerId, keys, { claimType: 'scouting' });
    const refused = await commit(asked);
    expect(refused).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'already_claimed', claimId: first.claim.id, sharedKey: passing },
      original: { claim: { id: first.claim.id }, changes: first.changes },
    });
    expect(await moved(playerId)).toEqual(before);
    expect(await commit(asked)).toEqual({ ...refused, replayed: true });
  });

  test('names the first of its keys that was taken', async () => {
    const playerId = fresh('player');
    await granted(commit(report(playerId, [passing, shooting])));
    const outcome = await commit(report(playerId, [shooting, passing]));
    expect(outcome).toMatchObject({ rejection: { sharedKey: shooting } });
  });

  test('is independent of other players, other sources and other resources', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    await granted(commit(report(one, [passing])));
    await granted(commit(report(other, [passing])));
    await granted(commit(report(one, [{ ...passing, key: 'training/7' }])));
    await granted(commit(report(one, [shooting])));
  });

  test('takes nothing where it is refused', async () => {
    const playerId = fresh('player');
    const tooMuch = report(playerId, [passing], { expectedVersion: 9 });
    expect(await commit(tooMuch)).toMatchObject({ rejection: { kind: 'version_conflict' } });
    await granted(commit(report(playerId, [passing])));
  });

  test('gives once when thirty-two claims with one further key arrive at once', async () => {
    const playerId = fresh('player');
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, n) => commit(report(playerId, [passing], { claimType: `report_${n}` }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await moved(playerId)).toEqual({ version: '1', entries: '1', keys: '1' });
  });
});
