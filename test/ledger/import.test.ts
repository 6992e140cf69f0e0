import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCommand } from '../../cli/import.ts';
import { runHere, startCommand } from '../support/ledger/commands.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules } from '../support/ledger/rules.ts';

/** A database of its own, because a config is published while an import runs. */
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

const playerLedger = (playerId: string) => ledger.playerLedger(playerId);

const ofDatabase = (args: readonly string[]) => [...args, '--database-url', database.ownerDatabaseUrl];
const run = (args: readonly string[]) => runHere(importCommand, ofDatabase(args));
/** As an operator does. */
const runAlone = (args: readonly string[]) => startCommand('import.ts', ofDatabase(args)).ended;

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
  test('writes every row, duplicates included, and a second run moves nothing', async () => {
    const [one, two] = [fresh('player'), fresh('player')];
    const file = await fileOf(
      'history.csv',
      `${HEADER}
${one},lumees,100,2024-05-01T12:00:00Z,ledger_v1,a1,
${one},lumees,-30,2024-05-02T12:00:00Z,ledger_v1,a2,
${one},lumees,100,2024-05-01T12:00:00Z,ledger_v1,a1,
${two},credits,7,2024-04-30T10:00:00+02:00,academy,,
${two},credits,7,2024-04-30T10:00:00+02:00,academy,,
`,
    );
    const dry = await run([file, '--dry-run']);
    expect(dry).toMatchObject({ status: 0, output: expect.stringContaining('nothing was written') });
    expect(await playerLedger(one)).toMatchObject({ version: null, entries: 0, granted: 0 });

    const duplicates = join(dir, 'duplicates.jsonl');
    const first = await run([file, '--duplicates', duplicates]);
    expect(first.output).toContain('line 4 says the same as line 2');
    expect(first.output).toContain('5 imported, 0 were there before, 0 refused');
    expect(
      (await readFile(duplicates, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { row: { line: 4, key: 'a1' }, firstLine: 2, occurrence: 2 },
      { row: { line: 6, key: null }, firstLine: 5, occurrence: 2 },
    ]);
    const after = await Promise.all([one, two].map(playerLedger));
    expect(after).toMatchObject([
      { version: 3, balances: { lumees: 170 }, entries: 3 },
      { version: 2, balances: { credits: 14 }, entries: 2 },
    ]);

    const again = await run([file]);
    expect(again).toMatchObject({
      status: 0,
      output: expect.stringContaining('0 imported, 5 were there before'),
    });
    expect(await Promise.all([one, two].map(playerLedger))).toEqual(after);
    expect(await brokenInvariants(ledger.owner, [one, two])).toEqual([]);
  });

  test('writes only the rows that were added to a file that was imported before', async () => {
    const player = fresh('player');
    const line = (amount: number) =>
      JSON.stringify({ player, resource: 'lumees', amount, time: '2024-05-01T12:00:00Z', source: 's' });
    const file = await fileOf('grown.jsonl', [1, 2].map(line).join('\n'));
    expect((await run([file])).output).toContain('2 imported');
    await writeFile(file, [1, 2, 4].map(line).join('\n'));
    expect((await run([file])).output).toContain('1 imported, 2 were there before');
    expect((await playerLedger(player)).balances).toEqual({ lumees: 7 });
  });

  test('records when each row happened and who imported it, and audits the file', async () => {
    const player = fresh('player');
    const file = await fileOf('told.csv', `${HEADER}\n${player},lumees,5,2024-05-01T12:00:00Z,old,k-1,\n`);
    const { output } = await run([file]);
    const correlationId = output.match(/Correlation ID: ([0-9a-f-]{36})/)?.[1];
    const { rows } = await ledger.owner.query(
      `SELECT operation, claim_type, claim_key, actor_kind, correlation_id, occurred_at FROM onceward.claims_by_name WHERE player_id = $1`,
      [player],
    );
    expect(rows).toEqual([
      {
        operation: 'import',
        claim_type: 'import',
        claim_key: '3:old3:k-1',
        actor_kind: 'operator',
        // That of the first batch.
        correlation_id: correlationId?.replace(/000000$/, '000001'),
        occurred_at: new Date('2024-05-01T12:00:00Z'),
      },
    ]);
    const common = { actor_kind: 'operator', action: 'import' };
    const of = {
      rows: 1,
      duplicates: 0,
      sha256: createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    };
    expect(await audits(correlationId)).toEqual([
      { ...common, outcome: 'started', detail: of },
      { ...common, outcome: 'done', detail: { ...of, imported: 1, known: 0, refused: 0, batches: 1 } },
    ]);
  });

  test('claims what the other system paid, so that it is not paid again, and refuses what was paid here', async () => {
    const player = fresh('player');
    await ledger.commit(operation({ player, claim_type: 'pve_victory', claim_key: 'here' }));
    const before = await playerLedger(player);
    const file = await fileOf(
      'claims.csv',
      `${HEADER}
${player},lumees,5,2024-05-01T12:00:00Z,old,there,pve_victory
${player},lumees,9,2024-05-01T12:00:00Z,old,here,pve_victory
`,
    );
    const { status, output } = await run([file]);
    expect({ status, output }).toMatchObject({
      status: 1,
      output: expect.stringContaining('line 3: already_claimed'),
    });
    expect((await playerLedger(player)).balances).toEqual({ ...before.balances, lumees: 5 });
    const claimed = await ledger.commit(operation({ player, claim_type: 'pve_victory', claim_key: 'there' }));
    expect(claimed).toMatchObject({ kind: 'rejected', rejection: { kind: 'already_claimed' } });
  });

  test('under load ends with exact sums, and no claim of a player fails', async () => {
    const players = Array.from({ length: 20 }, () => fresh('player'));
    const file = await fileOf(
      'busy.csv',
      `${HEADER}\n${Array.from({ length: 2_000 }, (_, n) => `${players[n % 20]},lumees,1,2024-05-01T12:00:00Z,old,k${n},`).join('\n')}\n`,
    );
    const importing = runAlone([file]);
    let claims = 0;
    let done = false;
    const playing = (async () => {
      while (!done) {
        const outcomes = await Promise.all(
          players.map((player) => ledger.commit(operation({ player, postings: [give('lumees', 1)] }))),
        );
        expect(outcomes.every(({ kind }) => kind === 'granted')).toBe(true);
        claims += 1;
      }
    })();
    const { output } = await importing;
    done = true;
    await playing;
    expect(output).toContain('2000 imported');
    expect(claims).toBeGreaterThan(0);
    for (const player of players)
      expect((await playerLedger(player)).balances).toEqual({ lumees: 100 + claims });
    expect(await brokenInvariants(ledger.owner, players)).toEqual([]);
  });

  test.each([
    ['reserved by the ledger', 'transfer'],
    ['of its own', 'import'],
    ['of an exchange', 'summon'],
  ])('refuses a claim type that is %s, and writes nothing', async (_, type) => {
    const player = fresh('player');
    const row = `${player},lumees,5,2024-05-01T12:00:00Z,old`;
    const file = await fileOf('reserved.csv', `${HEADER}\n${row},k1,spring_fair\n${row},k2,${type}\n`);
    const { status, output } = await run([file]);
    expect({ status, output }).toMatchObject({
      status: 1,
      output: expect.stringContaining(`line 3: type ${type} is reserved by the ledger or is an exchange`),
    });
    expect(await playerLedger(player)).toMatchObject({ version: null, entries: 0, granted: 0 });
  });

  test('takes claim types that are in no config', async () => {
    const player = fresh('player');
    const file = await fileOf(
      'types.csv',
      `${HEADER}\n${player},lumees,5,2024-05-01T12:00:00Z,old,k1,spring_fair\n`,
    );
    expect((await run([file])).output).toContain('1 imported');
    const { rows } = await ledger.owner.query(
      'SELECT claim_type, claim_key FROM onceward.claims_by_name WHERE player_id = $1',
      [player],
    );
    expect(rows).toEqual([{ claim_type: 'spring_fair', claim_key: 'k1' }]);
  });

  test('goes on under a config that is published meanwhile', async () => {
    const players = Array.from({ length: 400 }, () => fresh('player'));
    const file = await fileOf(
      'published.csv',
      `${HEADER}\n${players.map((player, n) => `${player},lumees,1,2024-05-01T12:00:00Z,old,k${n},`).join('\n')}\n`,
    );
    const before = await publishRules(ledger.owner);
    const importing = runAlone([file]);
    let ended = false;
    importing.finally(() => {
      ended = true;
    });
    while (!ended) {
      await publishRules(ledger.owner);
      await sleep(100);
    }
    expect((await importing).output).toContain('400 imported');
    const { rows } = await ledger.owner.query(
      'SELECT min(config_version) AS first FROM onceward.claims_by_name WHERE player_id = ANY ($1)',
      [players],
    );
    expect(rows[0].first).toBeGreaterThan(before);
  });
});

describe('a file with an invalid row is refused as a whole, with line and field', () => {
  const good = (player: string) => `${player},lumees,5,2024-05-01T12:00:00Z,old,,`;
  test.each([
    [
      'an unknown resource',
      'P,lumes,5,2024-05-01T12:00:00Z,old,,',
      'line 3: resource "lumes" is not in the balance config',
    ],
    ['an amount of 0', 'P,lumees,0,2024-05-01T12:00:00Z,old,,', 'line 3: amount must be a whole number'],
    ['a fraction', 'P,lumees,1.5,2024-05-01T12:00:00Z,old,,', 'line 3: amount must be'],
    [
      'an amount beyond 2^53',
      'P,lumees,9007199254740993,2024-05-01T12:00:00Z,old,,',
      'line 3: amount must be',
    ],
    [
      'a time without zone',
      'P,lumees,5,2024-05-01T12:00:00,old,,',
      'line 3: time must be ISO 8601 with a zone',
    ],
    ['a day that does not exist', 'P,lumees,5,2024-13-01T12:00:00Z,old,,', 'line 3: time must be'],
    ['no source', 'P,lumees,5,2024-05-01T12:00:00Z,,,', 'line 3: source must be'],
    ['a type without a key', 'P,lumees,5,2024-05-01T12:00:00Z,old,,quest', 'line 3: key must be'],
    ['an invalid player', 'a b,lumees,5,2024-05-01T12:00:00Z,old,,', 'line 3: player must be'],
  ])('%s', async (_, line, fault) => {
    const player = fresh('player');
    const file = await fileOf('faulty.csv', `${HEADER}\n${good(player)}\n${line.replace('P', player)}\n`);
    const { status, output } = await run([file]);
    expect({ status, output }).toMatchObject({ status: 1, output: expect.stringContaining(fault) });
    expect(output).toContain('nothing was written');
    expect(await playerLedger(player)).toMatchObject({ version: null, entries: 0 });
  });

  test('an unknown column', async () => {
    const file = await fileOf('column.csv', 'player,gold\np1,5\n');
    expect((await run([file])).output).toContain('has the field "gold"; known are player, resource');
  });

  test('a line that is not JSON', async () => {
    const file = await fileOf('broken.jsonl', '{"player": "p1"\n');
    expect((await run([file])).output).toContain('line 1: is not JSON');
  });
});
