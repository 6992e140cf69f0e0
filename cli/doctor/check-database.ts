/** Checks the database through the app role's own connection: what is in force there, whatever was set. */
import { asApp, type Check, type Deployment, type Finding, resultOf, skipped } from './check.ts';

const MIN_SERVER_VERSION = 180000;
const MAX_SKEW_MS = 5_000;

/** Settings of the session that drizzle/kernel/91_grants.sql and Postgres give, in its own words. */
const IN_FORCE: Readonly<Record<string, { readonly value: string; readonly why: string }>> = {
  statement_timeout: { value: '5s', why: 'a statement could hold its locks for ever' },
  lock_timeout: { value: '2s', why: 'requests would queue behind one lock' },
  idle_in_transaction_session_timeout: {
    value: '5s',
    why: 'an open transaction could hold its locks for ever',
  },
  enable_bitmapscan: { value: 'off', why: 'a page of a long history would read all of it' },
  enable_seqscan: { value: 'off', why: 'reads would not use their index while a table is small' },
  synchronous_commit: { value: 'on', why: 'a claim that was acknowledged could be lost in a crash' },
  default_transaction_isolation: { value: 'read committed', why: 'the kernel is written for this level' },
  default_transaction_read_only: { value: 'off', why: 'nothing could be granted' },
};

export const databaseUrlIsSafe: Check = {
  name: 'the connection string names the pooled endpoint, TLS and the app role',
  async run({ databaseUrl, isLocal }: Deployment) {
    if (databaseUrl === null) return skipped('needs --database-url or DATABASE_URL');
    if (isLocal) return skipped('the local stack listens on this machine alone');
    const { hostname, username, searchParams } = new URL(databaseUrl);
    const findings: Finding[] = [];
    if (!/^(require|verify-ca|verify-full)$/.test(searchParams.get('sslmode') ?? ''))
      findings.push({
        problem: 'the connection is not encrypted',
        fix: 'Add `sslmode=require` to DATABASE_URL.',
      });
    if (username !== 'onceward_app')
      findings.push({
        problem: `DATABASE_URL names the role "${username}", not onceward_app`,
        fix: 'Use the role onceward_app, whose password `npm run migrate` sets from APP_PASSWORD.',
      });
    if (/\.neon\.tech$/.test(hostname) && !/-pooler\./.test(hostname))
      findings.push({
        problem: 'DATABASE_URL names the direct endpoint, which has few connections',
        fix: 'Use the host with `-pooler` in its name.',
      });
    return resultOf(findings, `${username} at ${hostname}`);
  },
};

export const sessionSettings: Check = {
  name: 'time-outs and other settings are in force on the app role’s connection',
  // Whatever withClient sets for itself is not what the Worker gets.
  run: asApp(async (client) => {
    await client.query('RESET lock_timeout');
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, current_setting(name) AS setting FROM unnest($1::text[]) AS name',
      [Object.keys(IN_FORCE)],
    );
    const findings = rows.flatMap(({ name, setting }) => {
      const wanted = IN_FORCE[name];
      if (wanted === undefined || wanted.value === setting) return [];
      return [
        {
          problem: `${name} is "${setting}", not "${wanted.value}": ${wanted.why}`,
          fix: `Run \`npm run migrate\`, and look for ALTER DATABASE or ALTER ROLE … IN DATABASE that set ${name}.`,
        },
      ];
    });
    return resultOf(findings, `${rows.length} settings as the kernel expects them`);
  }),
};

const SUPERUSER = 'is a superuser';
const MAX_SHOWN = 10;

export const appRoleIsWeak: Check = {
  name: 'the app role can read and call the kernel, and nothing more',
  run: asApp(async (client) => {
    const findings: Finding[] = [];
    const { rows: roles } = await client.query<{ power: string }>(
      `SELECT '${SUPERUSER}' AS power FROM pg_roles WHERE rolname = current_user AND rolsuper
       UNION ALL SELECT 'bypasses row security' FROM pg_roles WHERE rolname = current_user AND rolbypassrls
       UNION ALL SELECT 'creates roles' FROM pg_roles WHERE rolname = current_user AND rolcreaterole
       UNION ALL SELECT 'is a member of ' || rolname FROM pg_roles
         WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')
       UNION ALL SELECT 'creates temporary objects'
         WHERE has_database_privilege(current_database(), 'TEMPORARY')`,
    );
    const { rows: tables } = await client.query<{ power: string }>(
      `SELECT 'may ' || lower(privilege) || ' ' || c.oid::regclass AS power
         FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
        WHERE c.relnamespace = to_regnamespace('onceward') AND c.relkind IN ('r', 'p', 'v')
          AND has_table_privilege(c.oid, privilege) ORDER BY 1`,
    );
    const powers = [...roles, ...tables];
    // A superuser has every other power too.
    const shown = powers.some(({ power }) => power === SUPERUSER) ? [{ power: SUPERUSER }] : powers;
    for (const { power } of shown.slice(0, MAX_SHOWN))
      findings.push({
        problem: `the role of DATABASE_URL ${power}`,
        fix: 'Let DATABASE_URL name onceward_app, and run `npm run migrate`, which takes such privileges away.',
      });
    return resultOf(findings, 'it writes to no table');
  }),
};

export const serverIsNewEnough: Check = {
  name: 'the server is Postgres 18 and its clock is right',
  run: asApp(async (client) => {
    const before = Date.now();
    const { rows } = await client.query<{ version: number; name: string; now: Date }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
              clock_timestamp() AS now`,
    );
    const [row] = rows;
    const skew = Math.abs((row?.now.getTime() ?? 0) - (before + Date.now()) / 2);
    const findings: Finding[] = [];
    if ((row?.version ?? 0) < MIN_SERVER_VERSION)
      findings.push({ problem: `the server is Postgres ${row?.name}`, fix: 'Move to Postgres 18.' });
    if (skew > MAX_SKEW_MS)
      findings.push({
        problem: `the clocks of the database and of this machine differ by ${Math.round(skew / 1_000)} s`,
        fix: 'Set the clock of this machine by NTP. If it is right, ask the provider of the database.',
      });
    return resultOf(findings, `Postgres ${row?.name}`);
  }),
};
