import { beforeAll, describe, expect, test } from 'vitest';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh } from '../support/ledger/operations.ts';

const { app, owner } = openLedger();

/** One player's past, written without the kernel so that its times are known: [number, seconds, resources]. */
const PAST: readonly (readonly [number, number, readonly number[]])[] = [
  [1, 10, [1]],
  [2, 20, [1, 2]],
  [3, 20, [2]],
  [4, 30, []],
  [5, 40, [1, 1]],
  [6, 50, []],
];
/** The numbers of claims that another player made with them. */
const RECEIVED = [2, 5];
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);

async function actor(kind: number, past: number): Promise<string> {
  const { rows } = await owner.query(
    'INSERT INTO onceward.actors (kind, id, number, updated_at, created_at) VALUES ($1, $2, $3, now(), now()) RETURNING no',
    [kind, fresh('actor'), past],
  );
  return rows[0].no;
}

let player: string;
beforeAll(async () => {
  player = await actor(1, PAST.length);
  const giver = await actor(1, RECEIVED.length);
  const sequences = new Map<number, number>();
  for (const [number, seconds, resources] of PAST) {
    const isReceived = RECEIVED.includes(number);
    await owner.query(
      `INSERT INTO onceward.reward_claims (player, actor, claimed_at, counterparty, counterparty_number, counterparty_version,
         correlation_id, fingerprint, number, version, config_version, operation, claim_type, claim_key, idempotency_key, input)
       VALUES ($1, $1, $2, $3, $4, $4, uuidv7(), uuidv7(), $5::integer, $5::integer, 1, 1, 1, 'past-' || $5::integer, 'key-of-the-past-' || $5::integer, '{}')`,
      [
        isReceived ? giver : player,
        at(seconds),
        isReceived ? player : null,
        isReceived ? number : null,
        number,
      ],
    );
    for (const [ordinal, resource] of resources.entries()) {
      const sequence = (sequences.get(resource) ?? 0) + 1;
      sequences.set(resource, sequence);
      await owner.query(
        `INSERT INTO onceward.ledger_entries (player, delta, before, number, sequence, resource, ordinal, cause)
         VALUES ($1, 0, 0, $2, $3, $4, $5, 1)`,
        [player, number, sequence, resource, ordinal],
      );
    }
  }
  for (const [resource, sequence] of sequences) {
    await owner.query(
      'INSERT INTO onceward.balances (player, amount, sequence, resource) VALUES ($1, 0, $2, $3)',
      [player, sequence, resource],
    );
  }
});

async function found(call: string, parameters: readonly unknown[]): Promise<number> {
  const { rows } = await app.query(`SELECT onceward.${call} AS found`, [...parameters]);
  return rows[0].found;
}
const numberAt = (of: string, moment: Date | string) => found('claim_number_at($1, $2)', [of, moment]);
const sequenceAt = (of: string, resource: number, moment: Date | string) =>
  found('entry_sequence_at($1, $2::smallint, $3)', [of, resource, moment]);
const sequenceFrom = (resource: number, number: number) =>
  found('entry_sequence_from($1, $2::smallint, $3)', [player, resource, number]);

/** No actor has it. */
const NOBODY = '0';

describe('the number of the first claim at or after a moment, made or received', () => {
  test.each(Array.from({ length: 60 }, (_, seconds) => seconds))('at %i seconds', async (seconds) => {
    const first = PAST.find(([, claimed]) => claimed >= seconds)?.[0];
    expect(await numberAt(player, at(seconds))).toBe(first ?? 7);
  });

  test.each([
    ['in the far past it is the first', '-infinity', 1],
    ['in the far future it is one past the last', 'infinity', 7],
  ])('%s', async (_, moment, number) => {
    expect(await numberAt(player, moment)).toBe(number);
  });

  test('of a player without claims it is 1', async () => {
    expect(await numberAt(await actor(1, 0), at(0))).toBe(1);
    expect(await numberAt(NOBODY, at(0))).toBe(1);
  });
});

describe('the sequence of the first entry of a resource', () => {
  test.each([
    [1, 0, 1],
    [1, 10, 1],
    [1, 11, 2],
    [1, 20, 2],
    [1, 21, 3],
    [1, 40, 3],
    [1, 41, 5],
    [2, 0, 1],
    [2, 20, 1],
    [2, 21, 3],
    [3, 0, 1],
  ])('resource %i at %i seconds: %i', async (resource, seconds, sequence) => {
    expect(await sequenceAt(player, resource, at(seconds))).toBe(sequence);
  });

  test.each([
    [1, 1, 1],
    [1, 2, 2],
    [1, 3, 3],
    [1, 5, 3],
    [1, 6, 5],
    [2, 3, 2],
    [2, 4, 3],
    [3, 1, 1],
  ])('resource %i from claim %i on: %i', async (resource, number, sequence) => {
    expect(await sequenceFrom(resource, number)).toBe(sequence);
  });

  test('of a player without claims it is 1', async () => {
    expect(await sequenceAt(NOBODY, 1, at(0))).toBe(1);
  });
});
