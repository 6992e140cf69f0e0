// Section B of the systems, row B4: a table of the past that holds duplicates, and rows without keys, becomes history here.
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { COMMIT_BATCH, planImport } from '../../cli/import/plan.ts';
import type { NumberedRow } from '../../cli/import/read-rows.ts';
import { importOperation } from '../../src/domain/import.ts';
import { serveExample } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { claimReward, resultOf, reverseClaim } from '../support/worker/mutations.ts';
import { fresh, send, serverToken, staffToken } from '../support/worker/service.ts';

const KEYLESS = 599;
const KEYED = 40;
/** Of the keyed rows, how many stand in the table a second time. */
const TWICE = 7;

const student = fresh('student');
const at = (minute: number) => new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString();

/** As an academy's table of XP and credit transactions was found: most rows without a key, some of them written twice. */
const TABLE: NumberedRow[] = [
  ...Array.from({ length: KEYLESS }, (_, n) => ({
    amount: 1 + (n % 5),
    time: at(n % 590),
    key: null,
    type: null,
  })),
  ...Array.from({ length: KEYED + TWICE }, (_, n) => ({
    amount: 10,
    time: at(1_000 + n),
    key: `cup-${n % KEYED}`,
    type: 'tournament_xp',
  })),
].map((row, index) => ({
  ...row,
  playerId: student,
  resource: 'credits',
  source: 'xp_transactions',
  line: index + 2,
}));

const plan = planImport(TABLE);
const OPERATOR = {
  operator: { kind: 'operator', id: 'migration' },
  correlationId: 'import-of-the-academy',
  configVersion: inject('config').version,
} as const;
const operations = plan.players
  .flat()
  .map(({ row, occurrence }) => importOperation(row, occurrence, OPERATOR));
const importAll = () => owner.query(COMMIT_BATCH, [JSON.stringify(operations)]);

const total = TABLE.reduce((sum, { amount }) => sum + amount, 0);

beforeAll(serveExample);

describe('hardening live data', () => {
  beforeAll(async () => {
    const outcomes = await importAll();
    expect(outcomes).toHaveLength(TABLE.length);
    expect(outcomes.every(({ kind, replayed }) => kind === 'granted' && !replayed)).toBe(true);
  });

  it('B4 every row of the past is kept, duplicates are reported, and the balance is what it was', async () => {
    // The minutes of the keyless rows repeat after 590: nine of them say what an earlier one says, where the amounts agree.
    const repeated = TABLE.slice(590, KEYLESS).filter(({ amount }, n) => amount === TABLE[n]?.amount);
    expect(plan).toMatchObject({ rows: TABLE.length, keyless: KEYLESS });
    expect(plan.duplicates).toHaveLength(TWICE + repeated.length);
    expect(await ledgerState(student)).toMatchObject({
      version: TABLE.length,
      balances: { credits: total },
      entries: TABLE.length,
      granted: TABLE.length,
      rejected: 0,
    });
    expect(await ledgerFaults(student)).toEqual([]);
  });

  it('B4 rows without keys have deterministic ones: imported again, nothing moves', async () => {
    const before = await ledgerState(student);
    const outcomes = await importAll();
    expect(outcomes.every(({ kind, replayed }) => kind === 'granted' && replayed)).toBe(true);
    expect(await ledgerState(student)).toEqual(before);
  });

  it('B4 the constraint then holds: what was paid in the past is not paid again', async () => {
    const before = await ledgerState(student);
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () =>
        resultOf(
          await claimReward(
            { type: 'tournament_xp', key: 'cup-3', playerId: student, facts: { matches: 4 } },
            { token: await serverToken() },
          ),
        ),
      ),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({
        __typename: 'AlreadyClaimed',
        changes: [{ resource: 'credits', delta: 10 }],
      });
    const after = await ledgerState(student);
    expect({ ...after, rejected: 0 }).toEqual({ ...before, rejected: 0 });
    // Nor could anything else write a second one: the database itself refuses it.
    await expect(
      owner`INSERT INTO onceward.reward_claims (player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input,
              outcome, actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
            VALUES (${student}, 'import', 'tournament_xp', 'cup-3', ${fresh('another-key')}, 'f', '{}', 'granted', 'operator', 'o', 1,
              'c', 100000, '{}', now())`,
    ).rejects.toThrow(/reward_claims_granted_once/);
  });

  it('B4 each row of the past explains itself: when it happened, where it comes from, and that it was imported', async () => {
    const { data } = await send(
      `query($id: PlayerId!) { claims(playerId: $id, first: 1, filter: {claimType: "tournament_xp"}) { nodes: edges { node {
         claim { operation actorKind key occurredAt } changes { resource delta } } } } }`,
      { id: student },
      { token: await serverToken() },
    );
    expect(data.claims.nodes[0].node).toEqual({
      claim: {
        operation: 'import',
        actorKind: 'OPERATOR',
        key: `cup-${KEYED - 1}`,
        occurredAt: at(1_000 + KEYED - 1),
      },
      changes: [{ resource: 'credits', delta: 10 }],
    });
  });

  it('B4 a duplicate of the levels that were paid is taken back by staff, and pays or takes no level', async () => {
    const playerId = fresh('student');
    const past = (resource: string, amount: number, occurrence: number) =>
      importOperation(
        { playerId, resource, amount, time: at(1), source: 'old_game', key: null, type: null },
        occurrence,
        OPERATOR,
      );
    const rows = [past('experience', 300, 1), past('levels_paid', 2, 1), past('levels_paid', 2, 2)];
    await owner.query(COMMIT_BATCH, [JSON.stringify(rows)]);
    const [duplicate] = await owner`
      SELECT id FROM onceward.reward_claims WHERE player_id = ${playerId} AND player_version = 3`;
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const back = resultOf(
      await reverseClaim({ playerId, claimId: duplicate?.id, reason: 'it stood there twice' }, { token }),
    );
    expect(back).toMatchObject({
      __typename: 'Receipt',
      changes: [{ resource: 'levels_paid', before: 4, after: 2 }],
      player: { level: 3, unspentStatPoints: 0 },
    });
    expect((await ledgerState(playerId)).balances).toEqual({ experience: 300, levels_paid: 2 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
