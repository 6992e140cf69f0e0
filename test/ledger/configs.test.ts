import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CONTRACT_VERSION,
  type KernelAnswer,
  type KernelOperation,
  type KernelPreviewAnswer,
} from '../../src/ledger/kernel-contract.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { testRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';

/** A database of this file's own, because it publishes. */
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

interface Config {
  readonly version: number;
  readonly sha256: string;
  readonly document: { readonly edition: string };
}

async function publish(): Promise<Config> {
  const [sha256, document] = [fresh('sha256'), { edition: fresh('edition') }];
  const { rows } = await ledger.owner.query(
    `SELECT onceward.publish_config($1, $2, 'tests', NULL, $3) AS version`,
    [JSON.stringify(document), sha256, JSON.stringify(await testRules())],
  );
  return { version: rows[0].version, sha256, document };
}

const under = ({ version, sha256 }: Config): Partial<KernelOperation> => ({
  config_version: version,
  config_sha256: sha256,
});
const NO_CONFIG = { config_version: null, config_sha256: null, mode: 'lookup', postings: [] } as const;

async function send(operations: readonly KernelOperation[], held: readonly string[] = []) {
  const { rows } = await ledger.app.query('SELECT onceward.commit_operations($1, $2, $3) AS answer', [
    CONTRACT_VERSION,
    JSON.stringify(operations),
    held,
  ]);
  return rows[0].answer as KernelAnswer;
}
const kinds = ({ outcomes }: KernelAnswer) => outcomes.map(({ kind }) => kind);

let [old, current]: Config[] = [];
beforeEach(async () => {
  [old, current] = [await publish(), await publish()];
});
const oldConfig = () => old as Config;
const currentConfig = () => current as Config;
const named = ({ version, sha256 }: Config) => ({ version, sha256 });

describe('a new operation under a config that is not current', () => {
  test.each<[string, () => Partial<KernelOperation>]>([
    ['none', () => NO_CONFIG],
    ['an earlier version', () => under(oldConfig())],
    ['a version that does not exist', () => under({ ...currentConfig(), version: 9_999 })],
    ['the digest of another document', () => ({ ...under(currentConfig()), config_sha256: 'another' })],
  ])('is stale_config, with the current config and its document: %s', async (_, config) => {
    const sent = operation(config());
    expect(await send([sent])).toEqual({
      outcomes: [{ kind: 'stale_config' }],
      current: named(currentConfig()),
      configs: [currentConfig()],
    });
    expect(await ledger.playerLedger(sent.player)).toMatchObject({ version: null, rejected: 0 });
  });

  test('leaves an existing player as they are, and the key free for the same operation under the current config', async () => {
    const player = fresh('player');
    await send([operation({ player, ...under(currentConfig()) })]);
    const before = await standing(ledger.owner, player);
    const sent = operation({ player, ...under(oldConfig()) });
    expect(kinds(await send([sent]))).toEqual(['stale_config']);
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(kinds(await send([{ ...sent, ...under(currentConfig()) }]))).toEqual(['granted']);
  });

  test('is stale_config before the rules’ own rejection is recorded', async () => {
    const rejection = { kind: 'unknown_claim_type', claimType: 'quest' } as const;
    const sent = operation({ ...under(oldConfig()), mode: 'reject', rejection, postings: [] });
    expect(kinds(await send([sent]))).toEqual(['stale_config']);
    expect(await ledger.playerLedger(sent.player)).toMatchObject({ rejected: 0 });
  });

  test('is forbidden first where staff may not make it', async () => {
    const sent = award(await ledger.addStaff({ disabled: true }), 1, {}, under(oldConfig()));
    expect(await send([sent])).toMatchObject({ outcomes: [{ kind: 'forbidden', why: 'disabled' }] });
  });

  test('brings the document once for all operations of a call, and not where the caller holds its digest', async () => {
    const operations = Array.from({ length: 5 }, () => operation(under(oldConfig())));
    const answer = await send(operations);
    expect(kinds(answer)).toEqual(Array(5).fill('stale_config'));
    expect(answer.configs).toEqual([currentConfig()]);
    expect(await send(operations, [currentConfig().sha256, 'another'])).toMatchObject({
      current: named(currentConfig()),
      configs: [{ ...named(currentConfig()), document: null }],
    });
    for (const { player } of operations)
      expect(await ledger.playerLedger(player)).toMatchObject({ version: null });
  });

  test('does not stop the operations of the same call that name the current config', async () => {
    const [one, two] = [operation(under(oldConfig())), operation(under(currentConfig()))];
    expect(kinds(await send([one, two]))).toEqual(['stale_config', 'granted']);
    expect(await ledger.playerLedger(one.player)).toMatchObject({ version: null });
    expect(await ledger.playerLedger(two.player)).toMatchObject({ version: 1 });
  });
});

describe('a known key', () => {
  test('is answered first, without a config', async () => {
    const sent = operation(under(currentConfig()));
    await send([sent]);
    expect(await send([{ ...sent, ...NO_CONFIG }])).toMatchObject({
      outcomes: [{ kind: 'granted', replayed: true }],
      configs: [currentConfig()],
    });
    const refused = operation({ ...under(currentConfig()), postings: [take('gold', 1)] });
    await send([refused]);
    expect(await send([{ ...refused, ...NO_CONFIG }])).toMatchObject({
      outcomes: [{ kind: 'rejected', replayed: true }],
    });
  });

  test('comes with the config that its claim was decided under, where the caller names another', async () => {
    const sent = operation(under(currentConfig()));
    const first = await send([sent]);
    expect(first.configs ?? []).toEqual([]);
    expect((await send([sent])).configs ?? []).toEqual([]);
    const later = await publish();
    const answer = await send([{ ...sent, ...under(later) }]);
    expect(answer.configs).toEqual([currentConfig()]);
    expect((await send([{ ...sent, ...under(later) }], [currentConfig().sha256])).configs).toEqual([
      { ...named(currentConfig()), document: null },
    ]);
  });

  test('needs no config where the operation was rejected', async () => {
    const sent = operation({ ...under(currentConfig()), postings: [take('gold', 1)] });
    await send([sent]);
    const later = await publish();
    expect((await send([{ ...sent, ...under(later) }])).configs ?? []).toEqual([]);
  });

  test('shares the document with the other operations of its call', async () => {
    const operations = [operation(under(currentConfig())), operation(under(currentConfig()))];
    await send(operations);
    const later = await publish();
    const answer = await send([
      ...operations.map((sent) => ({ ...sent, ...under(later) })),
      operation(under(oldConfig())),
    ]);
    expect(kinds(answer)).toEqual(['granted', 'granted', 'stale_config']);
    expect([...(answer.configs ?? [])].sort((a, b) => a.version - b.version)).toEqual([
      currentConfig(),
      later,
    ]);
  });
});

describe('a preview', () => {
  const preview = async (sent: KernelOperation, held: readonly string[] = []) => {
    const { rows } = await ledger.app.query('SELECT onceward.preview_operation($1, $2, $3) AS answer', [
      CONTRACT_VERSION,
      JSON.stringify(sent),
      held,
    ]);
    return rows[0].answer as KernelPreviewAnswer;
  };

  test('under a config that is not current is stale_config, with the document where the caller has not got it', async () => {
    const sent = operation(under(oldConfig()));
    expect(await preview(sent)).toEqual({
      preview: { kind: 'stale_config' },
      current: named(currentConfig()),
      configs: [currentConfig()],
    });
    expect(await preview(sent, [currentConfig().sha256])).toMatchObject({
      configs: [{ ...named(currentConfig()), document: null }],
    });
  });

  test('under the current config brings no document', async () => {
    expect(await preview(operation(under(currentConfig())))).toMatchObject({
      preview: { kind: 'preview' },
      configs: [],
    });
  });
});

describe('an operation that holds for an interval of time', () => {
  const now = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
  test.each<[string, () => Partial<KernelOperation>]>([
    ['it has not begun', () => ({ holds_from: now(60) })],
    ['it has ended', () => ({ holds_until: now(-60) })],
  ])('is stale_time where %s, with the kernel’s time, and nothing is written', async (_, bounds) => {
    const player = fresh('player');
    await send([operation({ player, ...under(currentConfig()) })]);
    const before = await standing(ledger.owner, player);
    const sent = operation({ player, ...under(currentConfig()), ...bounds() });
    const { outcomes } = await send([sent]);
    expect(outcomes).toEqual([{ kind: 'stale_time', at: expect.any(Number) }]);
    const [stale] = outcomes;
    expect(Math.abs((stale?.kind === 'stale_time' ? stale.at : 0) - Date.now())).toBeLessThan(10_000);
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await ledger.playerLedger(player)).toMatchObject({ rejected: 0 });
    // The key is free for the operation as it is decided for that time.
    const again = { ...sent, holds_from: now(-60), holds_until: now(60), postings: [give('gold', 2)] };
    expect(kinds(await send([again]))).toEqual(['granted']);
  });

  test('is granted within it, and its replay is answered after it', async () => {
    const sent = operation({ ...under(currentConfig()), holds_from: now(-60), holds_until: now(60) });
    expect(kinds(await send([sent]))).toEqual(['granted']);
    expect((await send([{ ...sent, holds_until: now(-1) }])).outcomes).toMatchObject([{ replayed: true }]);
  });
});

test('before anything was published an operation is stale_config without a config, and a preview too', async () => {
  const empty = await startOwnDatabase({}, { rules: false });
  const own = openLedger(empty);
  try {
    const sent = operation(NO_CONFIG);
    const call = (name: string, parameter: unknown) =>
      own.app.query(`SELECT onceward.${name}($1, $2, '{}') AS answer`, [
        CONTRACT_VERSION,
        JSON.stringify(parameter),
      ]);
    const { rows: committed } = await call('commit_operations', [sent]);
    expect(committed[0].answer.outcomes).toEqual([{ kind: 'stale_config' }]);
    expect(committed[0].answer.current ?? null).toBeNull();
    expect(committed[0].answer.configs ?? []).toEqual([]);
    const { rows: previewed } = await call('preview_operation', sent);
    expect(previewed[0].answer.preview).toEqual({ kind: 'stale_config' });
    expect(await own.playerLedger(sent.player)).toMatchObject({ version: null });
  } finally {
    await own.close();
    await empty.stop();
  }
});
