// Row B4: a table of another system, with duplicates and with rows without keys, is imported into the ledger.
import { beforeAll, describe, expect, it } from 'vitest';
import { batchesOf } from '../../cli/import/batches.ts';
import { type PlannedRow, planImport } from '../../cli/import/plan.ts';
import type { NumberedRow } from '../../cli/import/read-rows.ts';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../src/config/json.ts';
import { type Import, importOperation } from '../../src/domain/import.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import {
  CONTRACT_VERSION,
  type KernelAnswer,
  type KernelOutcome,
  MAX_OPERATIONS,
} from '../../src/ledger/kernel-contract.ts';
import { changedExample, publish } from '../support/worker/balance.ts';
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

let by: Import;
beforeAll(async () => {
  const document = changedExample(() => {});
  const version = await publish(document);
  const sha256 = await sha256Hex(canonicalJson(document));
  const compiled = compileBalanceConfig(document, { version, sha256 });
  if (compiled.kind === 'invalid') throw new Error('the example config is not valid');
  const operator = { kind: 'operator', id: 'migration' } as const;
  by = { operator, correlationId: crypto.randomUUID(), rules: compiled.rules };
});

/** Commits rows as the import does: in batches, each of which waits for nobody. */
async function importRows(players: readonly (readonly PlannedRow[])[]): Promise<KernelOutcome[]> {
  const outcomes: KernelOutcome[] = [];
  for (const batch of batchesOf(players.values(), MAX_OPERATIONS)) {
    const operations = batch.map(({ row, occurrence }) =>
      encodeOperation(importOperation(row, occurrence, by)),
    );
    const rows = await owner.query('SELECT onceward.commit_operations($1, $2, $3) AS answer', [
      CONTRACT_VERSION,
      JSON.stringify(operations),
      [by.rules.sha256],
    ]);
    outcomes.push(...(rows[0]?.answer as KernelAnswer).outcomes);
  }
  return outcomes;
}
const importAll = () => importRows(plan.players);

const total = TABLE.reduce((sum, { amount }) => sum + amount, 0);

describe('the import of a table with duplicates', () => {
  beforeAll(async () => {
    const outcomes = await importAll();
    expect(outcomes).toHaveLength(TABLE.length);
    expect(outcomes.every((outcome) => outcome.kind === 'granted' && !outcome.replayed)).toBe(true);
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
    expect(outcomes.every((outcome) => outcome.kind === 'granted' && outcome.replayed)).toBe(true);
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
      owner`INSERT INTO onceward.reward_claims (player, actor, claimed_at, correlation_id, fingerprint, number, version,
              config_version, operation, claim_type, claim_key, idempotency_key, input)
            SELECT player, actor, now(), correlation_id, fingerprint, 100000, 100000, config_version, operation, claim_type,
                   claim_key, ${fresh('another-key')}, input
              FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
             WHERE a.id = ${student} AND claim_key = 'cup-3'`,
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
    const imported = (resource: string, amount: number, line: number): NumberedRow => ({
      playerId,
      resource,
      amount,
      time: at(1),
      source: 'old_game',
      key: null,
      type: null,
      line,
    });
    const rows = [
      imported('experience', 300, 1),
      imported('levels_paid', 2, 2),
      imported('levels_paid', 2, 3),
    ];
    await importRows(planImport(rows).players);
    const duplicate = resultOf(await asServer().claims({ playerId, first: 1 })).edges[0]?.node.claim;
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
