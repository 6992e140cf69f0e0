/** The command that takes historic transactions into the ledger: read all, check all, report duplicates, then write. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';
import { commitRows, type Tally } from './import/commit-rows.ts';
import { type Plan, planImport } from './import/plan.ts';
import { MAX_ROWS, readRows } from './import/read-rows.ts';
import { progressBar } from './progress.ts';

const HELP = `npm run import -- FILE [--dry-run] [--duplicates FILE]

Takes historic transactions into the ledger, each as a claim of its own, through the kernel like everything else. The file is
checked whole before anything is written. Run it again after a crash, or with rows added: what is there is not written twice.

  FILE                 CSV with a header, or JSON lines (.jsonl, .ndjson); at most ${MAX_ROWS} rows, of these fields:
                         player, resource, amount (below 0: spent), time (ISO 8601 with zone), source (the table or service),
                         key   (optional) the key that the row had; rows without get one from what they say
                         type  (optional) the claim type that it was: type and key are then claimed, for ever
  --dry-run            checks the file and reports duplicates; writes nothing
  --duplicates FILE    writes every duplicate to this file, as JSON lines
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)

A row that stands in the file twice (the same key, or all of it the same) is kept twice, since it moved the balance twice, and
reported; take back what should not have been with reverseClaim. Experience that levels were paid for needs its rows of the
counter of paid levels too, or the levels are paid with the next experience.`;

const { values, positionals } = parseCommandLine({
  help: HELP,
  options: {
    'dry-run': { type: 'boolean' },
    duplicates: { type: 'string' },
    'database-url': { type: 'string' },
  },
});

const SHOWN = 10;

async function run(): Promise<void> {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error(`Name one file.\n\n${HELP}`);
  const databaseUrl = await ownerDatabaseUrl(values['database-url']);
  const config = await currentConfig(databaseUrl);
  const { rows, faults } = await readRows(file, config.resources);
  if (faults.length > 0) {
    throw new Error(`${file} can't be imported; nothing was written.\n  ${faults.join('\n  ')}`);
  }
  const plan = planImport(rows);
  await reportPlan(plan);
  if (values['dry-run']) return console.log('Dry run: nothing was written.');

  const by = {
    operator: { kind: 'operator', id: userInfo().username },
    correlationId: `import-${randomUUID()}`,
    configVersion: config.version,
  } as const;
  const bar = progressBar('importing', plan.rows);
  const tally = await commitRows(databaseUrl, { plan, by, onProgress: bar.show });
  bar.end();
  await audit(databaseUrl, { id: by.operator.id, correlationId: by.correlationId, file, tally, plan });
  reportTally(tally, by.correlationId);
}

async function currentConfig(
  databaseUrl: string,
): Promise<{ version: number; resources: ReadonlySet<string> }> {
  const { rows } = await withClient(databaseUrl, (client) =>
    client.query(
      `SELECT version, ARRAY(SELECT jsonb_object_keys(document->'resources')) AS resources
       FROM onceward.balance_configs ORDER BY version DESC LIMIT 1`,
    ),
  );
  if (!rows[0])
    throw new Error('There is no balance config yet: publish one first (npm run config:publish).');
  return { version: Number(rows[0].version), resources: new Set(rows[0].resources as string[]) };
}

async function reportPlan({ rows, players, keyless, duplicates }: Plan): Promise<void> {
  console.log(
    `${rows} rows of ${players.length} players; ${keyless} without a key get one from what they say.`,
  );
  if (duplicates.length === 0) return console.log('No duplicates.');
  console.log(
    duplicates.length === 1
      ? 'One duplicate, which is kept:'
      : `${duplicates.length} duplicates, which are kept:`,
  );
  for (const { row, firstLine, differs } of duplicates.slice(0, SHOWN)) {
    const again = differs ? 'has the key of' : 'says the same as';
    console.log(
      `  line ${row.line} ${again} line ${firstLine}: ${row.playerId} ${row.amount} ${row.resource} ${row.time}`,
    );
  }
  if (values.duplicates) {
    await writeFile(
      values.duplicates,
      duplicates.map((duplicate) => `${JSON.stringify(duplicate)}\n`).join(''),
    );
    console.log(`All of them are in ${values.duplicates}.`);
  } else if (duplicates.length > SHOWN) {
    console.log(`  … and ${duplicates.length - SHOWN} more; --duplicates FILE writes them all.`);
  }
}

function reportTally({ imported, known, refused }: Tally, correlationId: string): void {
  console.log(
    `${imported} imported, ${known} were there before, ${refused.length} refused. Correlation ID: ${correlationId}`,
  );
  for (const { row, why } of refused.slice(0, SHOWN)) {
    console.log(`  line ${row.line}: ${why} (${row.playerId} ${row.amount} ${row.resource})`);
  }
  if (refused.length > 0) process.exitCode = 1;
}

/** That it was done, by whom, from which file: beside the claims, which tell what it moved. */
async function audit(
  databaseUrl: string,
  {
    id,
    correlationId,
    file,
    tally,
    plan,
  }: { id: string; correlationId: string; file: string; tally: Tally; plan: Plan },
): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const { imported, known, refused } = tally;
  const detail = {
    sha256: hash.digest('hex'),
    rows: plan.rows,
    imported,
    known,
    refused: refused.length,
    duplicates: plan.duplicates.length,
  };
  await withClient(databaseUrl, (client) =>
    client.query(
      `INSERT INTO onceward.audit_events (actor_kind, actor_id, action, outcome, correlation_id, detail)
     VALUES ('operator', $1, 'import', 'done', $2, $3)`,
      [id, correlationId, JSON.stringify(detail)],
    ),
  );
}

await run().catch(fail);
