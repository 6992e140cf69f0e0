// What the audit and the correlation IDs say of a run of the import.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { importCommand } from '../../cli/import.ts';
import { runHere, startCommand } from '../support/ledger/commands.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
let dir: string;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  dir = await mkdtemp(join(tmpdir(), 'onceward-import-'));
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
  await rm(dir, { recursive: true, force: true });
});

const ofDatabase = (args: readonly string[]) => [...args, '--database-url', database.ownerDatabaseUrl];
const run = (args: readonly string[]) => runHere(importCommand, ofDatabase(args));

/** The audit rows of an import, in order. */
async function audits(correlationId: string | undefined) {
  const { rows } = await ledger.owner.query(
    `SELECT actor_kind, action, outcome, detail FROM onceward.audit_by_name WHERE correlation_id = $1 ORDER BY id`,
    [correlationId],
  );
  return rows;
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
}

const HEADER = 'player,resource,amount,time,source,key,type';

describe('an import', () => {
  test('that ends early leaves an audit row of its beginning', async () => {
    const player = fresh('player');
    const file = await fileOf('held.csv', `${HEADER}\n${player},lumees,5,2024-05-01T12:00:00Z,old,k-1,\n`);
    const session = await ledger.owner.connect();
    await session.query('BEGIN');
    await session.query('LOCK TABLE onceward.reward_claims IN SHARE MODE');
    const child = startCommand('import.ts', ofDatabase([file]));
    const started = await vi.waitFor(
      async () => {
        const { rows } = await ledger.owner.query(
          `SELECT outcome, correlation_id FROM onceward.audit_by_name WHERE action = 'import' ORDER BY id DESC LIMIT 1`,
        );
        if (rows[0]?.outcome !== 'started') throw new Error('it has not started');
        return rows[0];
      },
      { timeout: 20_000, interval: 50 },
    );
    child.process.kill('SIGKILL');
    await child.ended;
    await session.query('ROLLBACK');
    session.release();
    expect((await audits(started.correlation_id)).map(({ outcome }) => outcome)).toEqual(['started']);
  });

  test('files the rows of each batch under an ID of its own, that counts on from the run’s', async () => {
    const players = Array.from({ length: 250 }, () => fresh('player'));
    const lines = players.map((player, n) => `${player},lumees,1,2024-05-01T12:00:00Z,old,k${n},`);
    const file = await fileOf('batches.csv', `${HEADER}\n${lines.join('\n')}\n`);
    const runOf = (await run([file])).output.match(/Correlation ID: ([0-9a-f-]{30})000000/)?.[1];
    const { rows } = await ledger.owner.query(
      `SELECT correlation_id AS id, count(*)::int AS rows FROM onceward.claims_by_name
        WHERE player_id = ANY ($1) GROUP BY 1 ORDER BY 1`,
      [players],
    );
    expect(rows.map(({ id }) => id)).toEqual(
      rows.map((_, n) => `${runOf}${(n + 1).toString(16).padStart(6, '0')}`),
    );
    expect(rows.reduce((sum, each) => sum + each.rows, 0)).toBe(250);
    for (const each of rows) expect(each.rows).toBeLessThanOrEqual(100);
    const [, done] = await audits(`${runOf}000000`);
    expect(done?.detail).toMatchObject({ batches: rows.length, imported: 250 });
  });
});
