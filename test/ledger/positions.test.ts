import { beforeAll, describe, expect, test } from 'vitest';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh } from '../support/ledger/operations.ts';

const { app, owner } = openLedger();

/** One player's past, written past the kernel so that its times are known: [version, seconds, resources]. */
const PAST: [number, number, string[]][] = [
  [1, 10, ['gold']],
  [2, 20, ['gold', 'gems']],
  [3, 20, ['gems']],
  [4, 30, []],
  [5, 40, ['gold', 'gold']],
  [6, 50, []],
];
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);

let playerId: string;
beforeAll(async () => {
  playerId = fresh('player');
  await owner.query('INSERT INTO onceward.players (id, version) VALUES ($1, 6)', [playerId]);
  const sequences: Record<string, number> = { gold: 0, gems: 0 };
  for (const [version, seconds, resources] of PAST) {
    const { rows } = await owner.query(
      `INSERT INTO onceward.reward_claims (player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input,
         outcome, actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
       VALUES ($1, 'claimReward', 'quest', $2::text, 'past-key-00000000' || $2::text, 'f', '{}', 'granted', 'server', 's', 1, 'c', $2::bigint, '{}', $3)
       RETURNING id`,
      [playerId, version, at(seconds)],
    );
    for (const [place, resource] of resources.entries()) {
      sequences[resource] = (sequences[resource] ?? 0) + 1;
      await owner.query(
        `INSERT INTO onceward.ledger_entries VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, $7)`,
        [playerId, resource, sequences[resource], rows[0].id, version, place + 1, at(seconds)],
      );
    }
  }
  for (const [resource, last] of Object.entries(sequences)) {
    await owner.query('INSERT INTO onceward.balances VALUES ($1, $2, 0, $3)', [playerId, resource, last]);
  }
});

const versionAt = async (player: string, moment: Date | string) =>
  Number((await app.query('SELECT onceward.player_version_at($1, $2) AS at', [player, moment])).rows[0].at);
const sequenceAt = async (player: string, resource: string, moment: Date | string) =>
  Number(
    (await app.query('SELECT onceward.entry_sequence_at($1, $2, $3) AS at', [player, resource, moment]))
      .rows[0].at,
  );

/** What a scan of all entries finds: the definition, beside the halving. */
const scanned = (match: (resources: string[]) => boolean, seconds: number) =>
  PAST.filter(([, recorded, resources]) => match(resources) && recorded >= seconds).map(
    ([version]) => version,
  )[0];

describe('the first version at or after a moment', () => {
  test.each([
    0, 9, 10, 11, 19, 20, 21, 29, 30, 31, 39, 40,
  ])('%i seconds: before it lies every entry that is older, after it none', async (seconds) => {
    const version = await versionAt(playerId, at(seconds));
    const wanted = scanned((resources) => resources.length > 0, seconds);
    // A version without entries may stand on either side; entries may not.
    const older = PAST.filter(([number, , resources]) => resources.length > 0 && number < version);
    expect(older.every(([, recorded]) => recorded < seconds)).toBe(true);
    expect(version).toBeLessThanOrEqual(wanted ?? 7);
    expect(PAST.filter(([n, , r]) => r.length > 0 && n >= version && n < (wanted ?? 7))).toEqual([]);
  });

  test('of several at one instant, the lowest', async () => {
    expect(await versionAt(playerId, at(20))).toBe(2);
  });

  test.each([
    ['a moment before all', at(-1_000), 1],
    ['a moment in the far past', '-infinity', 1],
  ])('%s: the first', async (_, moment, version) => {
    expect(await versionAt(playerId, moment)).toBe(version);
  });

  test.each([
    ['a moment after all', at(1_000)],
    ['a moment in the far future', 'infinity'],
  ])('%s: past the last that has entries', async (_, moment) => {
    expect(await versionAt(playerId, moment)).toBeGreaterThan(5);
  });

  test('for a player nobody knows: 1, and nothing is there', async () => {
    expect(await versionAt(fresh('player'), at(0))).toBe(1);
  });
});

describe('the first sequence of a resource at or after a moment', () => {
  test.each<[string, number, number]>([
    ['gold', 0, 1],
    ['gold', 10, 1],
    ['gold', 11, 2],
    ['gold', 20, 2],
    ['gold', 21, 3],
    ['gold', 40, 3],
    ['gold', 41, 5],
    ['gems', 0, 1],
    ['gems', 20, 1],
    ['gems', 21, 3],
    ['wood', 0, 1],
  ])('%s at %i seconds: %i', async (resource, seconds, sequence) => {
    expect(await sequenceAt(playerId, resource, at(seconds))).toBe(sequence);
  });

  test('for a player nobody knows: 1', async () => {
    expect(await sequenceAt(fresh('player'), 'gold', at(0))).toBe(1);
  });
});
