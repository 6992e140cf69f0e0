// An operation that was decided on a state of the player commits on that state alone.
import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, transfer } from '../support/ledger/systems.ts';

const { commit, commitAll, owner, playerLedger, preview } = openLedger();
const STALE = { kind: 'stale_player' };
const READ = { level: 3, "balance('gold')": 10 };

async function playerOf(claims: number): Promise<string> {
  const player = fresh('player');
  for (let made = 0; made < claims; made += 1) await granted(commit(operation({ player })));
  return player;
}

describe('an operation that names the number that it was decided on', () => {
  test('is granted while the player has it, and keeps what was read', async () => {
    const player = await playerOf(2);
    const sent = operation({ player, decided_on: 2, facts_read: READ });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', claim: { number: 3, factsRead: READ } });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: true, claim: { factsRead: READ } });
    const { rows } = await owner.query(
      'SELECT facts_read FROM onceward.claims_by_name WHERE player_id = $1 ORDER BY number',
      [player],
    );
    expect(rows.map((row) => row.facts_read)).toEqual([null, null, READ]);
  });

  test('is refused under another one: nothing moves, nothing is recorded, and the key stays free', async () => {
    const player = await playerOf(2);
    const before = await standing(owner, player);
    const sent = operation({ player, decided_on: 1 });
    expect(await commit(sent)).toEqual(STALE);
    expect((await preview(sent)).preview).toEqual(STALE);
    expect(await standing(owner, player)).toEqual(before);
    expect((await playerLedger(player)).rejected).toBe(0);
    expect(await commit({ ...sent, decided_on: 2 })).toMatchObject({ kind: 'granted', replayed: false });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('is refused after a gift, which leaves the version as it was', async () => {
    const [player, friend] = [await playerOf(1), await playerOf(1)];
    await granted(commit(transfer(friend, player, 5)));
    const sent = operation({ player, decided_on: 1, expected_version: 1 });
    expect(await commit(sent)).toEqual(STALE);
    expect(await commit({ ...sent, decided_on: 2 })).toMatchObject({ kind: 'granted' });
  });

  test('a rejection that was decided on another state is not recorded', async () => {
    const player = await playerOf(1);
    const rejected = { kind: 'unknown_claim_type', claimType: 'x' } as const;
    const sent = operation({ player, mode: 'reject', postings: [], rejection: rejected, decided_on: 0 });
    expect(await commit(sent)).toEqual(STALE);
    expect((await playerLedger(player)).rejected).toBe(0);
    expect(await commit({ ...sent, decided_on: 1 })).toMatchObject({ kind: 'rejected', rejection: rejected });
  });

  test('is answered for a known key first, then for the config and the clock', async () => {
    const player = await playerOf(0);
    const sent = operation({ player, decided_on: 0 });
    await granted(commit(sent));
    expect(await commit({ ...sent, decided_on: 7 })).toMatchObject({ kind: 'granted', replayed: true });
    const late = operation({ player, decided_on: 7, holds_until: '2020-01-01T00:00:00Z' });
    expect(await commit(late)).toMatchObject({ kind: 'stale_time' });
    expect(await commit({ ...late, config_sha256: 'other', config_version: 1 })).toMatchObject({
      kind: 'stale_config',
    });
  });

  test('in a batch sees what the operations before it wrote', async () => {
    const player = await playerOf(1);
    const { outcomes } = await commitAll([
      operation({ player, decided_on: 1 }),
      operation({ player, decided_on: 1 }),
    ]);
    expect(outcomes).toMatchObject([{ kind: 'granted' }, STALE]);
  });

  test('of many at once on one state, one is granted', async () => {
    const player = await playerOf(1);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, () =>
        commit(operation({ player, decided_on: 1, postings: [give('gold', 1)] })),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'stale_player')).toHaveLength(15);
    expect((await playerLedger(player)).number).toBe(2);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });
});

test('an announced reward is paid whatever has become of the player, and keeps nothing that was read', async () => {
  const player = await playerOf(1);
  const reward = { playerId: player, type: 'chest', key: fresh('chest') };
  await granted(commit(announcement(reward)));
  const paid = await commit(claimOf(reward, { decided_on: 0, facts_read: READ }));
  expect(paid).toMatchObject({ kind: 'granted', claim: { factsRead: null } });
});
