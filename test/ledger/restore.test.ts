// What a backup is worth: taken while players play, it comes back sound, with every claim that was acknowledged before it
// began, and its keys are still known.

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../cli/connect.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { IntegrityPage } from '../../src/ledger/read-integrity.ts';
import { startFromBaseBackup } from '../support/ledger/base-backup.ts';
import { hasClientPrograms, NEEDED, runClientProgram } from '../support/ledger/client-programs.ts';
import { granted, type Ledger, openLedger, type Urls } from '../support/ledger/ledger.ts';
import { fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';

const PLAYERS = 8;
/** Told before a backup begins. */
const BEFORE = 200;

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

type Acknowledged = { readonly asked: Operation; readonly outcome: Outcome };

/** Takes the backup while players play. Returns what they had been told before it began. */
async function whilePlaying(backUp: () => Promise<void>): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  let playing = true;
  const play = async () => {
    const playerId = fresh('player');
    while (playing) {
      const gift = { playerId, postings: [give('gold', 10), give('experience', 60)], milestones: [LEVELS] };
      for (const asked of [operation(gift), operation({ playerId, postings: [take('gold', 25)] })])
        acknowledged.push({ asked, outcome: await ledger.commit(asked) });
    }
  };
  const game = Promise.all(Array.from({ length: PLAYERS }, play));
  try {
    while (acknowledged.length < BEFORE) await sleep(10);
    const before = [...acknowledged];
    await backUp();
    expect(acknowledged.length).toBeGreaterThan(before.length);
    return before;
  } finally {
    playing = false;
    await game;
  }
}

async function expectSound(urls: Urls, before: readonly Acknowledged[]): Promise<void> {
  const { rows } = await withClient(urls.ownerDatabaseUrl, (client) =>
    client.query(`SELECT onceward.integrity_page('', 1000) AS page`),
  );
  const page: IntegrityPage = rows[0].page;
  expect(page.faults).toEqual([]);
  expect(page.players).toBeGreaterThanOrEqual(PLAYERS);
  expect(page.entries).toBeGreaterThan(before.length);

  const restored = openLedger(urls);
  try {
    expect(new Set(before.map(({ outcome }) => outcome.kind))).toEqual(new Set(['granted', 'rejected']));
    for (const { asked, outcome } of before)
      expect(await restored.commit(asked)).toEqual({ ...outcome, replayed: true });
    const { asked } = before[0] as Acknowledged;
    await granted(restored.commit(operation({ playerId: asked.playerId })));
  } finally {
    await restored.close();
  }
}

const within = (url: string, over: { port?: number; database?: string }) => {
  const moved = new URL(url);
  if (over.port) moved.port = String(over.port);
  if (over.database) moved.pathname = `/${over.database}`;
  return moved.href;
};

test('a base backup comes back sound, and replays what was acknowledged before it', async () => {
  let copy: Awaited<ReturnType<typeof startFromBaseBackup>> | undefined;
  try {
    const before = await whilePlaying(async () => {
      copy = await startFromBaseBackup(database.postgres.superuserUrl(), database.passwordFile);
    });
    const { port } = copy as NonNullable<typeof copy>;
    const urls = {
      databaseUrl: within(database.databaseUrl, { port }),
      ownerDatabaseUrl: within(database.ownerDatabaseUrl, { port }),
    };
    await expectSound(urls, before);
  } finally {
    await copy?.remove();
  }
});

const possible = hasClientPrograms();
test.skipIf(!possible)(
  `a dump comes back sound, and replays what was acknowledged before it${possible ? '' : ` (needs ${NEEDED})`}`,
  async () => {
    const file = join(tmpdir(), `${fresh('dump')}.pgdump`);
    try {
      const before = await whilePlaying(() =>
        runClientProgram('pg_dump', ['--format=custom', `--file=${file}`, database.ownerDatabaseUrl]),
      );
      await withClient(database.postgres.superuserUrl(), (client) =>
        client.query('CREATE DATABASE restored'),
      );
      const urls = {
        databaseUrl: within(database.databaseUrl, { database: 'restored' }),
        ownerDatabaseUrl: within(database.ownerDatabaseUrl, { database: 'restored' }),
      };
      await runClientProgram('pg_restore', ['--exit-on-error', `--dbname=${urls.ownerDatabaseUrl}`, file]);
      await expectSound(urls, before);
    } finally {
      await rm(file, { force: true });
    }
  },
);
