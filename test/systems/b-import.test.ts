// Row B4: a table of another system, with duplicates and with rows without keys, is imported into the ledger.
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { COMMIT_BATCH, planImport } from '../../cli/import/plan.ts';
import type { NumberedRow } from '../../cli/import/read-rows.ts';
import { importOperation } from '../../src/domain/import.ts';
import { serveExample } from '../support/worker/balance.ts';
import { asServer, asStaff, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { fresh } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

const KEYLESS = 599;
const KEYED = 40;
/** The number of keyed rows that are in the table twice. */
const DUPLICATES = 7;

const student = fresh('student');
const at = (minute: number) => new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString();

/** An academy's transactions: most rows have no key, and some were written twice. */
const TABLE: NumberedRow[] = [
  ...Array.from({ length: KEYLESS }, (_, n) => ({
    amount: 1 + (n % 5),
    time: at(n % 590),
    key: null,
    type: null,
  })),
  ...Array.from({ length: KEYED + DUPLICATES }, (_, n) => ({
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

describe('the import of a table with duplicates', () => {
  beforeAll(async () => {
    const outcomes = await importAll();
    expect(outcomes).toHaveLength(TABLE.length);
    expect(outcomes.every(({ kind, replayed }) => kind === 'granted' && !replayed)).toBe(true);
  });

  it('B4 keeps every imported row, reports duplicates and preserves the balance', async () => {
    // The minutes of the keyless rows repeat after 590. Nine rows have the time of an earlier one, some also its amount.
    const repeated = TABLE.slice(590, KEYLESS).filter(({ amount }, n) => amount === TABLE[n]?.amount);
    expect(plan).toMatchObject({ rows: TABLE.length, keyless: KEYLESS });
    expect(plan.duplicates).toHaveLength(DUPLICATES + repeated.length);
    expect(await ledgerState(student)).toMatchObject({
      version: TABLE.length,
      balances: { credits: total },
      entries: TABLE.length,
      granted: TABLE.length,
      rejected: 0,
    });
    expect(await ledgerFaults(student)).toEqual([]);
  });

  it('B4 changes nothing when rows without keys are imported again', async () => {
    const before = await ledgerState(student);
    const outcomes = await importAll();
    expect(outcomes.every(({ kind, replayed }) => kind === 'granted' && replayed)).toBe(true);
    expect(await ledgerState(student)).toEqual(before);
  });

  it('B4 rejects claims that were paid before the import', async () => {
    const before = await ledgerState(student);
    const claim = { type: 'tournament_xp', key: 'cup-3', playerId: student, facts: { matches: 4 } };
    for (const answer of await atOnce(8, () => asServer().claimReward(claim)))
      expect(rejectionOf(answer, 'AlreadyClaimed')).toMatchObject({
        changes: [{ resource: 'credits', delta: 10 }],
      });
    const after = await ledgerState(student);
    expect({ ...after, rejected: 0 }).toEqual({ ...before, rejected: 0 });
    // The database itself refuses a second claim, whatever writes it.
    await expect(
      owner`INSERT INTO onceward.reward_claims (player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input,
              outcome, actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
            VALUES (${student}, 'import', 'tournament_xp', 'cup-3', ${fresh('another-key')}, 'f', '{}', 'granted', 'operator', 'o', 1,
              'c', 100000, '{}', now())`,
    ).rejects.toThrow(/reward_claims_granted_once/);
  });

  it('B4 shows time, key and origin of each imported row', async () => {
    const history = { playerId: student, first: 1, filter: { claimType: 'tournament_xp' } };
    const { edges } = resultOf(await asServer().claims(history));
    expect(edges[0]?.node).toMatchObject({
      claim: {
        operation: 'import',
        actorKind: 'OPERATOR',
        key: `cup-${KEYED - 1}`,
        occurredAt: at(1_000 + KEYED - 1),
      },
      changes: [{ resource: 'credits', delta: 10 }],
    });
  });

  it('B4 reverses duplicated paid levels without granting or taking stat points', async () => {
    const playerId = fresh('student');
    const imported = (resource: string, amount: number, occurrence: number) =>
      importOperation(
        { playerId, resource, amount, time: at(1), source: 'old_game', key: null, type: null },
        occurrence,
        OPERATOR,
      );
    const rows = [
      imported('experience', 300, 1),
      imported('levels_paid', 2, 1),
      imported('levels_paid', 2, 2),
    ];
    await owner.query(COMMIT_BATCH, [JSON.stringify(rows)]);
    const [duplicate] = await owner`
      SELECT id FROM onceward.reward_claims WHERE player_id = ${playerId} AND player_version = 3`;
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const reversal = { playerId, claimId: String(duplicate?.id), reason: 'it was imported twice' };
    expect(receiptOf(await staff.reverseClaim(reversal))).toMatchObject({
      changes: [{ resource: 'levels_paid', before: 4, after: 2 }],
      player: { level: 3, unspentStatPoints: 0 },
    });
    expect((await ledgerState(playerId)).balances).toEqual({ experience: 300, levels_paid: 2 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
