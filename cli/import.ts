/** `npm run import`: validates a file of historic transactions, reports duplicates, and writes the rows to the ledger. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { pipeline } from 'node:stream/promises';
import type { Operator } from '../src/domain/actor.ts';
import { type Command, type Output, ownerDatabaseUrl, parseArguments, runAsProcess } from './command-line.ts';
import { lockedForPublishing } from './config-store.ts';
import { withClient } from './connect.ts';
import { runId } from './import/batches.ts';
import { commitRows, type Tally } from './import/commit-rows.ts';
import { readClosedTypes, readRules } from './import/current-rules.ts';
import { type Plan, planImport } from './import/plan.ts';
import { MAX_ROWS, readRows } from './import/read-rows.ts';
import { progressBar } from './progress.ts';

const HELP = `npm run import -- FILE [--dry-run] [--duplicates FILE]

Imports historic transactions into the ledger, each as a claim of its own. The whole file is validated before anything is
written. It is safe to run it again after a crash or with more rows: rows that were imported before are not written again.

  FILE                 CSV with a header, or JSON lines (.jsonl, .ndjson, .json); at most ${MAX_ROWS} rows with these fields:
                         player
                         resource
                         amount  negative if it was spent
                         time    ISO 8601 with a time zone
                         source  the table or service that the row comes from
                         key     (optional) the row's key; without one, a key is derived from the other fields
                         type    (optional) a claim type; this type and key can then never be claimed again
  --dry-run            validate the file and report duplicates, but write nothing
  --duplicates FILE    write all duplicates to this file as JSON lines
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)

Duplicates (rows with the same key, or with the same values and no key) are imported and reported, because each of them
changed the balance. Use reverseClaim to take back those that should not have happened. If you import experience for which
levels were already paid, also import rows of the paid-levels resource, or the levels are paid again.`;

const OPTIONS = {
  'dry-run': { type: 'boolean' },
  duplicates: { type: 'string' },
  'database-url': { type: 'string' },
} as const;

const MAX_SHOWN = 10;

export const importCommand: Command = async (args, output) => {
  const { values, positionals } = parseArguments({ help: HELP, options: OPTIONS, args });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error(`Pass one file.\n\n${HELP}`);
  const databaseUrl = await ownerDatabaseUrl(values['database-url']);
  const { rules, closedTypes } = await withClient(databaseUrl, async (client) => ({
    rules: await readRules(client),
    closedTypes: await readClosedTypes(client),
  }));
  const resources = new Set(rules.resources.keys());
  const { rows, errors } = await readRows(file, { resources, closedTypes });
  if (errors.length > 0) {
    throw new Error(`${file} cannot be imported; nothing was written.\n  ${errors.join('\n  ')}`);
  }
  const plan = planImport(rows);
  await reportPlan(plan, values.duplicates, output);
  if (values['dry-run']) {
    output.log('Dry run: nothing was written.');
    return 0;
  }

  const correlationId = runId();
  const operator = { kind: 'operator', id: userInfo().username } as const;
  await registerTypes(databaseUrl, rows);
  const of = {
    sha256: await digestOf(file),
    rows: plan.rows,
    duplicates: plan.duplicates.length,
  };
  const record = (outcome: 'started' | 'done', detail: object) =>
    audit(databaseUrl, { operator, correlationId, outcome, detail: { ...of, ...detail } });
  await record('started', {});
  const bar = progressBar('importing', plan.rows, output.progress);
  const by = { operator, correlationId, rules };
  const tally = await commitRows(databaseUrl, { plan, by, onProgress: bar.show });
  bar.end();
  const { imported, known, rejected, batches } = tally;
  await record('done', { imported, known, refused: rejected.length, batches });
  reportTally(tally, correlationId, output);
  return rejected.length > 0 ? 1 : 0;
};

/** Claim types of the other system may be in no config. No config that makes one an exchange is published meanwhile. */
async function registerTypes(databaseUrl: string, rows: readonly { readonly type: string | null }[]) {
  const types = [...new Set(rows.flatMap(({ type }) => type ?? []))].sort();
  await withClient(databaseUrl, (client) =>
    lockedForPublishing(client, async () => {
      const closed = await readClosedTypes(client);
      const taken = types.filter((type) => closed.has(type));
      if (taken.length > 0) throw new Error(`Exchanges were just published as ${taken.join(', ')}.`);
      await client.query('SELECT onceward.register_names(2::smallint, $1)', [types]);
    }),
  );
}

async function reportPlan(
  { rows, players, keyless, duplicates }: Plan,
  duplicatesFile: string | undefined,
  { log }: Output,
): Promise<void> {
  log(
    `${rows} rows of ${players.length} players. ${keyless} rows have no key; it is derived from their other fields.`,
  );
  if (duplicates.length === 0) return log('No duplicates.');
  log(`${duplicates.length} duplicate(s), which are imported as well:`);
  for (const { row, firstLine, differs } of duplicates.slice(0, MAX_SHOWN)) {
    const relation = differs ? 'has the key of' : 'says the same as';
    log(
      `  line ${row.line} ${relation} line ${firstLine}: ${row.playerId} ${row.amount} ${row.resource} ${row.time}`,
    );
  }
  if (duplicatesFile) {
    await writeFile(duplicatesFile, duplicates.map((duplicate) => `${JSON.stringify(duplicate)}\n`).join(''));
    log(`All duplicates are in ${duplicatesFile}.`);
  } else if (duplicates.length > MAX_SHOWN) {
    log(`  … and ${duplicates.length - MAX_SHOWN} more; --duplicates FILE writes them all.`);
  }
}

function reportTally(
  { imported, known, rejected, batches }: Tally,
  correlationId: string,
  { log }: Output,
): void {
  log(
    `${imported} imported, ${known} were there before, ${rejected.length} refused. Correlation ID: ${correlationId}; those of the ${batches} batches are the next ones.`,
  );
  for (const { row, why } of rejected.slice(0, MAX_SHOWN)) {
    log(`  line ${row.line}: ${why} (${row.playerId} ${row.amount} ${row.resource})`);
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

interface ImportAudit {
  readonly operator: Operator;
  readonly correlationId: string;
  readonly outcome: 'started' | 'done';
  readonly detail: object;
}

/** Records who imports which file, before the first row, and what came of it. An import that ended early has no second row. */
async function audit(
  databaseUrl: string,
  { operator, correlationId, outcome, detail }: ImportAudit,
): Promise<void> {
  await withClient(databaseUrl, (client) =>
    client.query(
      `INSERT INTO onceward.audit_events (actor, action, outcome, correlation_id, detail)
       VALUES (onceward.register_actor('operator', $1), 'import', $2, $3, $4)`,
      [operator.id, outcome, correlationId, JSON.stringify(detail)],
    ),
  );
}

if (import.meta.main) await runAsProcess(importCommand);
