/**
 * `npm run server`: what the owner does to the registry of game servers, each change with its audit row in the same transaction. Staff
 * with `server:manage` do it through the API, where what raises a server's bounds needs a second member.
 */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { checkBounds, type ServerBounds } from '../src/domain/servers.ts';
import { constrained, PATTERNS } from '../src/domain/values.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';

/** Registers a server with these bounds, or sets all of its bounds, and enables it. */
export async function addServer(url: string, id: string, bounds: ServerBounds): Promise<void> {
  await withAudit(url, 'server.set', { id, ...bounds }, async (client) => {
    await client.query(`SELECT onceward.set_server(onceward.register_actor('server', $1), $2)`, [
      id,
      JSON.stringify(bounds),
    ]);
    await client.query(`SELECT onceward.enable_server(onceward.register_actor('server', $1))`, [id]);
  });
}

/** Also a server that was never registered. */
export async function disableServer(url: string, id: string, reason: string): Promise<void> {
  await withAudit(url, 'server.disable', { id, reason }, (client) =>
    client.query(
      `SELECT onceward.disable_server(onceward.register_actor('server', $1), onceward.register_actor('operator', $2), $3)`,
      [id, userInfo().username, reason],
    ),
  );
}

export async function setMode(url: string, mode: 'open' | 'registered'): Promise<void> {
  await withAudit(url, 'server.mode', { mode }, (client) =>
    client.query('UPDATE onceward.settings SET servers = $1', [mode]),
  );
}

interface ListedServer extends ServerBounds {
  readonly id: string;
  readonly disabledAt: string | null;
}

export async function listServers(
  url: string,
): Promise<{ readonly mode: string; readonly servers: readonly ListedServer[] }> {
  return withClient(url, async (client) => {
    const mode = await client.query('SELECT servers FROM onceward.settings');
    const { rows } = await client.query(
      'SELECT onceward.server_json(s.actor) AS server FROM onceward.servers s ORDER BY s.actor',
    );
    return { mode: mode.rows[0].servers, servers: rows.map(({ server }) => server) };
  });
}

function withAudit(
  url: string,
  action: string,
  detail: object,
  change: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  return withClient(url, async (client) => {
    await client.query('BEGIN');
    // As the kernel does: changes of servers wait for each other.
    await client.query('LOCK TABLE onceward.servers IN SHARE ROW EXCLUSIVE MODE');
    await change(client);
    await client.query(
      `INSERT INTO onceward.audit_events (actor, action, outcome, detail)
       VALUES (onceward.register_actor('operator', $1), $2, 'done', $3)`,
      [userInfo().username, action, JSON.stringify(detail)],
    );
    await client.query('COMMIT');
  });
}

const HELP = `npm run server -- add ID [--keys LIST] [--operations LIST] [--claim-types LIST] [--largest N]
                      [--claims-per-hour N] [--value-per-hour N]
npm run server -- disable ID --reason TEXT
npm run server -- list
npm run server -- mode open|registered

  ID                   the subject ("sub") of the server's tokens
  --keys LIST          the IDs (kid) of the keys that may sign its tokens, separated by commas (default: any)
  --operations LIST    the mutations and queries that it may call (default: as its token says)
  --claim-types LIST   the claim types that it may record, announce and reverse (default: as its token says)
  --largest N          the most of a resource that one operation asks for (default: as its token says)
  --claims-per-hour N  how many operations are granted in an hour (default: any number)
  --value-per-hour N   how much they give, in the value of the balance config (default: any amount)
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)

"add" with an existing ID sets all of its bounds, and enables the server again. In the mode "registered" a server that
is not registered may do nothing; in the mode "open", the default, what its token says. A change counts from the
server's next operation on.`;

const OPTIONS = {
  keys: { type: 'string' },
  operations: { type: 'string' },
  'claim-types': { type: 'string' },
  largest: { type: 'string' },
  'claims-per-hour': { type: 'string' },
  'value-per-hour': { type: 'string' },
  reason: { type: 'string' },
  'database-url': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const [action, name] = positionals;
  const url = () => ownerDatabaseUrl(values['database-url']);
  switch (action) {
    case 'add': {
      const id = parseId(name);
      await addServer(await url(), id, boundsOf(values));
      console.log(`${id} is registered, and enabled.`);
      return;
    }
    case 'disable': {
      const [id, reason] = [parseId(name), constrained('Reason', values.reason)];
      await disableServer(await url(), id, reason);
      console.log(`${id} is disabled from the next request on.`);
      return;
    }
    case 'mode':
      if (name !== 'open' && name !== 'registered') throw new Error('Pass a mode: open or registered.');
      await setMode(await url(), name);
      console.log(
        name === 'open'
          ? 'Servers that are not registered may do what their tokens say.'
          : 'Servers that are not registered may do nothing.',
      );
      return;
    case 'list':
      return printServers(await listServers(await url()));
    default:
      throw new Error(`Pass an action: add, disable, list or mode.\n\n${HELP}`);
  }
}

type Options = { readonly [Name in keyof typeof OPTIONS]?: string | undefined };

function boundsOf(values: Options): ServerBounds {
  const list = (
    flag: 'keys' | 'operations' | 'claim-types',
    name: 'keyId' | 'operationName' | 'claimType',
  ) => {
    const { expression, expected } = PATTERNS[name];
    const names = values[flag]?.split(',').filter(Boolean) ?? null;
    const wrong = names?.find((each) => !expression.test(each));
    if (wrong !== undefined) throw new Error(`--${flag}: each must be ${expected}, not "${wrong}".`);
    return names;
  };
  const amount = (flag: 'largest' | 'claims-per-hour' | 'value-per-hour') => {
    const text = values[flag];
    if (text === undefined) return null;
    if (!/^\d+$/.test(text)) throw new Error(`--${flag} must be an integer from 0 on, not "${text}".`);
    return constrained('NonNegativeInt', Number(text));
  };
  const bounds = {
    keyIds: list('keys', 'keyId'),
    operations: list('operations', 'operationName'),
    claimTypes: list('claim-types', 'claimType'),
    largestAmount: amount('largest'),
    claimsPerHour: amount('claims-per-hour'),
    valuePerHour: amount('value-per-hour'),
  };
  const fault = checkBounds(bounds);
  if (fault) throw new Error(`${fault.message}.`);
  return bounds;
}

function printServers({ mode, servers }: Awaited<ReturnType<typeof listServers>>): void {
  console.log(`Mode: ${mode}.`);
  if (servers.length === 0) {
    console.log('No game server is registered. Register one with: npm run server -- add ID');
    return;
  }
  console.table(
    servers.map(({ id, keyIds, operations, claimTypes, disabledAt, ...bounds }) => ({
      id,
      keys: keyIds?.join(' ') ?? 'any',
      operations: operations?.join(' ') ?? 'token',
      types: claimTypes?.join(' ') ?? 'token',
      largest: bounds.largestAmount ?? 'token',
      claims: bounds.claimsPerHour ?? 'any',
      value: bounds.valuePerHour ?? 'any',
      disabled: disabledAt ?? '',
    })),
  );
}

function parseId(id: string | undefined): string {
  if (!id || !PATTERNS.playerId.expression.test(id))
    throw new Error(`The server's ID must be ${PATTERNS.playerId.expected}.`);
  return id;
}

if (import.meta.main) await main().catch(fail);
