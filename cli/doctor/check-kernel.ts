/** Compares what the owner installed with this checkout: migrations, kernel functions, guards, staff. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { asOwner, type Check, type Finding, resultOf } from './check.ts';

const DRIZZLE = fileURLToPath(new URL('../../drizzle', import.meta.url));
const MIGRATE = 'Run `npm run migrate` from the version that is deployed.';
/** Of functions and triggers that are named before the rest is counted. */
const NAMED = 5;

export const migrationsAreApplied: Check = {
  name: 'all migrations of this version are applied',
  run: asOwner(async (client) => {
    const { rows } = await client
      .query<{ hash: string }>('SELECT hash FROM drizzle.__drizzle_migrations')
      .catch(() => ({ rows: [] }));
    const applied = new Set(rows.map(({ hash }) => hash));
    const known = readMigrationFiles({ migrationsFolder: DRIZZLE });
    const missing = known.filter(({ hash }) => !applied.has(hash)).length;
    const unknown = rows.filter(({ hash }) => !known.some((each) => each.hash === hash)).length;
    const findings: Finding[] = [];
    if (missing > 0)
      findings.push({ problem: `${missing} of ${known.length} migrations are not applied`, fix: MIGRATE });
    if (unknown > 0)
      findings.push({
        problem: `${unknown} applied migrations are not part of this version`,
        fix: 'Check out the version that was migrated last, or migrate back from a backup.',
      });
    return resultOf(findings, `${known.length} migrations`);
  }),
};

interface KernelFunction {
  readonly name: string;
  /** Null: a SQL expression, which Postgres stores parsed. */
  readonly body: string | null;
}

/** The functions that drizzle/kernel defines, with the text between the dollar quotes. */
async function kernelFunctions(): Promise<readonly KernelFunction[]> {
  const files = (await readdir(`${DRIZZLE}/kernel`)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map((file) => readFile(`${DRIZZLE}/kernel/${file}`, 'utf8')));
  return texts.flatMap((text) =>
    text.split(/^(?=CREATE OR REPLACE FUNCTION onceward\.)/m).flatMap((part) => {
      const name = /^CREATE OR REPLACE FUNCTION onceward\.(\w+)/.exec(part)?.[1];
      return name === undefined ? [] : [{ name, body: /\bAS \$\$([\s\S]*?)\$\$/.exec(part)?.[1] ?? null }];
    }),
  );
}

export const kernelIsCurrent: Check = {
  name: 'the kernel’s functions are those of this version',
  run: asOwner(async (client) => {
    const { rows } = await client.query<{ name: string; body: string }>(
      `SELECT proname AS name, prosrc AS body FROM pg_proc WHERE pronamespace = to_regnamespace('onceward')`,
    );
    const installed = Map.groupBy(rows, ({ name }) => name);
    const wanted = await kernelFunctions();
    const missing = wanted.filter(({ name }) => !installed.has(name));
    const differing = wanted.filter(
      ({ name, body }) =>
        installed.has(name) && body !== null && !installed.get(name)?.some((one) => one.body === body),
    );
    const findings: Finding[] = [];
    if (missing.length > 0) findings.push({ problem: `the database lacks ${named(missing)}`, fix: MIGRATE });
    if (differing.length > 0)
      findings.push({
        problem: `other texts than in this version: ${named(differing)}`,
        fix: `${MIGRATE} If nobody migrates, find out who changed the function.`,
      });
    return resultOf(findings, `${wanted.length} functions`);
  }),
};

export const guardsAreOn: Check = {
  name: 'the triggers that keep the ledger append-only are on',
  run: asOwner(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT tgname || ' of ' || tgrelid::regclass AS name FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE c.relnamespace = to_regnamespace('onceward') AND NOT tgisinternal AND tgenabled = 'D'`,
    );
    return resultOf(
      rows.length === 0
        ? []
        : [
            {
              problem: `${named(rows)} is disabled: recorded rows can be changed`,
              fix: 'Run ALTER TABLE … ENABLE TRIGGER as the owner, then `npm run integrity`.',
            },
          ],
      'none is disabled',
    );
  }),
};

export const somebodyManages: Check = {
  name: 'a staff member who may manage staff is enabled',
  run: asOwner(async (client) => {
    const { rows } = await client.query<{ members: number }>(
      `SELECT count(*)::int AS members FROM onceward.staff s JOIN onceward.role_permissions r ON r.role = s.role
        WHERE r.permission = 'staff:manage' AND s.disabled_at IS NULL`,
    );
    const members = rows[0]?.members ?? 0;
    return resultOf(
      members > 0
        ? []
        : [
            {
              problem: 'nobody who is enabled may manage staff',
              fix: 'Run `npm run staff -- add <token subject> --role admin`.',
            },
          ],
      `${members} enabled`,
    );
  }),
};

function named(functions: readonly { readonly name: string }[]): string {
  const names = [...new Set(functions.map(({ name }) => name))];
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
