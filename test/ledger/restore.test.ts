/** A backup that is taken under load is sound, holds every claim acknowledged before it began, and knows their keys. */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../cli/connect.ts';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { startFromBaseBackup } from '../support/ledger/base-backup.ts';
import { hasClientPrograms, NEEDED, runClientProgram } from '../support/ledger/client-programs.ts';
import { essence } from '../support/ledger/essence.ts';
import { granted, type Ledger, type LedgerOutcome, openLedger, type Urls } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

const PLAYERS = 8;
/** Acknowledged before a backup begins. */
const BEFORE = 200;

let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

type Acknowledged = { readonly asked: KernelOperation; readonly outcome: LedgerOutcome };

/** Takes the backup under load. Returns what was acknowledged before it began. */
async function whilePlaying(backUp: () => Promise<void>): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  let playing = true;
  const play = async () => {
    const player = fresh('player');
    while (playing) {
      const gift = { player, postings: [give('gold', 10), give('experience', 60)], milestones: true };
      for (const asked of [operation(gift), operation({ player, postings: [take('gold', 25)] })])
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
  const { page } = rows[0];
  expect(page.faults).toEqual([]);
  expect(page.players).toBeGreaterThanOrEqual(PLAYERS);
  expect(page.entries).toBeGreaterThan(before.length);

  const restored = openLedger(urls);
  try {
    expect(new Set(before.map(({ outcome }) => outcome.kind))).toEqual(new Set(['granted', 'rejected']));
    for (const { asked, outcome } of before)
      expect(essence(await restored.commit(asked))).toEqual(essence(outcome));
    const { asked } = before[0] as Acknowledged;
    await granted(restored.commit(operation({ player: asked.player })));
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

test('a base backup is sound, and replays what was acknowledged before it', async () => {
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
  `a dump is sound, and replays what was acknowledged before it${possible ? '' : ` (needs ${NEEDED})`}`,
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
