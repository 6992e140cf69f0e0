// An operation that depends on the player's day commits on the zones that it was decided on, and leaves those that it says.
import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { commit, commitAll, owner, playerLedger, preview } = openLedger();
const TOKYO = 'Asia/Tokyo';
const MOVED = `${TOKYO}@2999-12-01T15:00:00.000Z Europe/Paris`;

const dated = (player: string, seen: string, next = seen, over = {}) =>
  operation({ player, zones_seen: seen, zones_next: next, ...over });
const zonesOf = async (player: string): Promise<string | null> => {
  const { rows } = await owner.query('SELECT zones FROM onceward.actors WHERE id = $1', [player]);
  return rows[0]?.zones;
};

async function playerIn(zone: string): Promise<string> {
  const player = fresh('player');
  await granted(commit(dated(player, zone)));
  return player;
}

describe('the zones of a player', () => {
  test('are those of the first operation, whatever they are', async () => {
    const player = await playerIn(TOKYO);
    expect(await zonesOf(player)).toBe(TOKYO);
    expect(await commit(dated(player, TOKYO))).toMatchObject({ kind: 'granted' });
  });

  test('change with an operation that was decided on them', async () => {
    const player = await playerIn(TOKYO);
    await granted(commit(dated(player, TOKYO, MOVED)));
    expect(await zonesOf(player)).toBe(MOVED);
    expect(await commit(dated(player, TOKYO))).toEqual({ kind: 'stale_zones', zones: MOVED });
  });

  test('refuse an operation that was decided on others: nothing moves, and the key stays free', async () => {
    const player = await playerIn(TOKYO);
    const before = await standing(owner, player);
    const sent = dated(player, 'Europe/Paris');
    const stale = { kind: 'stale_zones', zones: TOKYO };
    expect(await commit(sent)).toEqual(stale);
    expect((await preview(sent)).preview).toEqual(stale);
    expect(await standing(owner, player)).toEqual(before);
    expect((await playerLedger(player)).rejected).toBe(0);
    expect(await commit({ ...sent, zones_seen: TOKYO, zones_next: TOKYO })).toMatchObject({
      kind: 'granted',
      replayed: false,
    });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('are none of a player who was there before, until an operation names some', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    expect(await zonesOf(player)).toBeNull();
    expect(await commit(dated(player, TOKYO))).toEqual({ kind: 'stale_zones', zones: '' });
    await granted(commit(dated(player, '', MOVED)));
    expect(await zonesOf(player)).toBe(MOVED);
  });

  test('stay as they are with an operation that does not depend on them, and with a refusal', async () => {
    const player = await playerIn(TOKYO);
    await granted(commit(operation({ player })));
    const short = { postings: [{ ...give('gold', -1_000_000), floor: 0 }] };
    expect(await commit(dated(player, TOKYO, MOVED, short))).toMatchObject({ kind: 'rejected' });
    expect(await zonesOf(player)).toBe(TOKYO);
  });

  test('concern no known key, and come after the config and the clock', async () => {
    const player = fresh('player');
    const sent = dated(player, TOKYO);
    await granted(commit(sent));
    const other = { zones_seen: 'Europe/Paris', zones_next: 'Europe/Paris' };
    expect(await commit({ ...sent, ...other })).toMatchObject({ kind: 'granted', replayed: true });
    const late = dated(player, 'Europe/Paris', 'Europe/Paris', { holds_until: '2020-01-01T00:00:00Z' });
    expect(await commit(late)).toMatchObject({ kind: 'stale_time' });
  });

  test('in a batch are those that the operations before it left', async () => {
    const player = await playerIn(TOKYO);
    const { outcomes } = await commitAll([dated(player, TOKYO, MOVED), dated(player, TOKYO)]);
    expect(outcomes).toMatchObject([{ kind: 'granted' }, { kind: 'stale_zones', zones: MOVED }]);
  });

  test('change once where many operations at once move the player elsewhere', async () => {
    const player = await playerIn(TOKYO);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) => commit(dated(player, TOKYO, `${MOVED}/${index}`))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'stale_zones')).toHaveLength(15);
    expect((await playerLedger(player)).number).toBe(2);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('are named together with those that follow, and are short', async () => {
    const player = await playerIn(TOKYO);
    await expect(commit(operation({ player, zones_seen: TOKYO }))).rejects.toThrow();
    await expect(commit(dated(player, TOKYO, 'x'.repeat(4_097)))).rejects.toThrow();
    expect((await playerLedger(player)).number).toBe(1);
  });
});
