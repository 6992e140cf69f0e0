// A player's times never go back. Where they lie far ahead of the database's clock, nothing is decided under them.
import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { transfer } from '../support/ledger/systems.ts';

const { app, commit, commitAll, owner, playerLedger, preview } = openLedger();

/** A player whose last claim was made while the clock was ahead. */
async function playerAhead(seconds: number): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player })));
  await owner.query(
    `UPDATE onceward.actors SET updated_at = date_trunc('milliseconds', now()) + make_interval(secs => $2)
      WHERE (id, kind) = ($1, 1)`,
    [player, seconds],
  );
  return player;
}

describe('a player whose times lie ahead of the clock', () => {
  test('by a few minutes goes on at the later time', async () => {
    const player = await playerAhead(240);
    const { claim } = await granted(commit(operation({ player })));
    expect(claim.claimedAt - Date.now()).toBeGreaterThan(200_000);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('by more than five minutes is refused nothing and granted nothing, and the key stays free', async () => {
    const player = await playerAhead(3_600);
    const before = await standing(owner, player);
    const sent = operation({ player });
    const behind = { kind: 'clock_behind', seconds: expect.any(Number) };
    const outcome = await commit(sent);
    expect(outcome).toEqual(behind);
    expect(outcome.kind === 'clock_behind' && Math.abs(outcome.seconds - 3_600)).toBeLessThan(60);
    const rejected = { kind: 'unknown_claim_type', claimType: 'x' } as const;
    expect(await commit(operation({ player, mode: 'reject', rejection: rejected }))).toEqual(behind);
    expect((await preview(sent)).preview).toEqual(behind);
    expect(await standing(owner, player)).toEqual(before);
    expect((await playerLedger(player)).rejected).toBe(0);
    await owner.query('UPDATE onceward.actors SET updated_at = now() WHERE (id, kind) = ($1, 1)', [player]);
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
  });

  test('is answered for a known key', async () => {
    const player = fresh('player');
    const sent = operation({ player });
    await granted(commit(sent));
    await owner.query(
      `UPDATE onceward.actors SET updated_at = now() + interval '1 hour' WHERE (id, kind) = ($1, 1)`,
      [player],
    );
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: true });
  });

  test('does not take a giver along into the future, nor the other operations of a batch', async () => {
    const [ahead, giver, other] = [await playerAhead(3_600), fresh('player'), fresh('player')];
    await granted(commit(operation({ player: giver })));
    const before = await standing(owner, ahead, giver);
    expect(await commit(transfer(giver, ahead, 1))).toMatchObject({ kind: 'clock_behind' });
    const { outcomes } = await commitAll([
      operation({ player: ahead }),
      operation({ player: other, postings: [give('gold', 1)] }),
    ]);
    expect(outcomes).toMatchObject([{ kind: 'clock_behind' }, { kind: 'granted' }]);
    expect(await standing(owner, ahead, giver)).toEqual(before);
    const { rows } = await app.query(
      'SELECT bool_and(updated_at <= clock_timestamp()) AS now FROM onceward.actors WHERE id = ANY ($1) AND kind = 1',
      [[giver, other]],
    );
    expect(rows[0].now).toBe(true);
  });
});
