import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { granted } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';
import { openPublisher } from '../support/ledger/publisher.ts';
import { publishRules } from '../support/ledger/rules.ts';

const { another, publish, current, ledger } = openPublisher();

describe('published is published', () => {
  test('versions are effective in the order in which they become visible, each later than the one before', async () => {
    await Promise.all(Array.from({ length: 8 }, () => publish(another())));
    const { rows } = await ledger().owner.query(
      `SELECT count(*)::int AS wrong FROM (
         SELECT effective_from <= lag(effective_from) OVER (ORDER BY version) AS wrong FROM onceward.balance_configs) AS v
        WHERE wrong`,
    );
    expect(rows[0].wrong).toBe(0);
  });

  test('an operation that starts after the publication uses the new version', async () => {
    for (let nth = 0; nth < 20; nth += 1) {
      await publish(another());
      const { version } = await current();
      const { claim } = await granted(
        ledger().commit(operation({ claim_type: 'daily_quest', postings: [] })),
      );
      expect(claim.configVersion).toBe(version);
    }
  });

  test('an operation that names the version before is stale, and records nothing', async () => {
    const { version: config_version, sha256: config_sha256 } = await current();
    await publish(another());
    const asked = operation({ config_version, config_sha256 });
    const { outcomes, current: named } = await ledger().commitAll([asked]);
    expect(outcomes).toEqual([{ kind: 'stale_config' }]);
    const { version, sha256 } = await current();
    expect(named).toEqual({ version, sha256 });
    expect(await ledger().playerLedger(asked.player)).toMatchObject({ number: null, rejected: 0 });
  });

  test('is refused while the clock of the database lies before the current version', async () => {
    const { rows } = await ledger().owner.query(
      `INSERT INTO onceward.balance_configs (effective_from, published_at, sha256, publisher, document)
       SELECT now() + interval '1 hour', now() + interval '1 hour', 'x', publisher, document FROM onceward.balance_configs
        ORDER BY version DESC LIMIT 1 RETURNING version`,
    );
    try {
      await expect(publish(another())).rejects.toThrow(
        /clock is .*, but the current config is effective from/,
      );
    } finally {
      await ledger().owner.query(`
        ALTER TABLE onceward.balance_configs DISABLE TRIGGER ALL;
        DELETE FROM onceward.balance_configs WHERE version = ${rows[0].version};
        ALTER TABLE onceward.balance_configs ENABLE TRIGGER ALL`);
    }
  });

  test('waits for another publication, and gives up after the lock timeout', async () => {
    const holder = await ledger().owner.connect();
    try {
      await holder.query('BEGIN');
      await publishRules(holder);
      await expect(publish(another(), { lockTimeout: '200ms' })).rejects.toThrow(
        'Another publication has been running for 200ms.',
      );
      const publishing = publish(another());
      await sleep(100);
      await holder.query('ROLLBACK');
      expect(await publishing).toMatchObject({ kind: 'published' });
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  });

  test('is refused in a transaction whose view of the ledger is fixed', async () => {
    const client = await ledger().owner.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await expect(publishRules(client)).rejects.toMatchObject({ code: '25001' });
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});
