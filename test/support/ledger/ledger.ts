/**
 * Connections to the Postgres of the test run: as the app role, like the Worker, and as the owner, to read and write without the
 * kernel.
 */
import pg from 'pg';
import { inject } from 'vitest';
import type { StaffRole } from '../../../src/domain/actor.ts';
import { type Grant, grantOf } from '../../../src/ledger/decode-outcome.ts';
import {
  CONTRACT_VERSION,
  type KernelActorOperation,
  type KernelAnswer,
  type KernelChange,
  type KernelConfig,
  type KernelOperation,
  type KernelOutcome,
  type KernelPreview,
} from '../../../src/ledger/kernel-contract.ts';
import '../provided.ts';
import { CURRENT_CONFIG, fresh } from './operations.ts';

export type Client = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

export interface Urls {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export interface PlayerLedger {
  /** Null if the player does not exist. */
  readonly version: number | null;
  readonly number: number | null;
  readonly balances: Record<string, number>;
  readonly entries: number;
  readonly granted: number;
  readonly rejected: number;
}

interface Pools {
  readonly app: pg.Pool;
  readonly owner: pg.Pool;
}

function poolsOf({ databaseUrl, ownerDatabaseUrl }: Urls, options: pg.PoolConfig = {}): Pools {
  const app = new pg.Pool({ connectionString: databaseUrl, max: 32, ...options });
  const owner = new pg.Pool({ connectionString: ownerDatabaseUrl, max: 4, ...options });
  // A test does not fail because a server stops while connections are idle.
  for (const pool of [app, owner]) pool.on('error', () => {});
  return { app, owner };
}

/** A session compiles the kernel once, which takes ten times as long as a call: files after each other use the same ones. */
let shared: Pools | undefined;

function sharedPools(): Pools {
  const urls = { databaseUrl: inject('databaseUrl'), ownerDatabaseUrl: inject('ownerDatabaseUrl') };
  shared ??= poolsOf(urls, { idleTimeoutMillis: 60_000, allowExitOnIdle: true });
  return shared;
}

/** Without `urls`: of the database that all files share. A file that starts its own database closes the connections before it stops it. */
export function openLedger(urls?: Urls) {
  const { app, owner } = urls ? poolsOf(urls) : sharedPools();
  const close = () => Promise.all(urls ? [app.end(), owner.end()] : []);
  return {
    app,
    owner,
    close,
    commit: (operation: AnyOperation) => commit(app, operation),
    commitAll: (operations: readonly AnyOperation[]) => commitAll(app, operations),
    preview: (operation: AnyOperation) => preview(app, operation),
    playerLedger: (playerId: string) => playerLedger(owner, playerId),
    addStaff: (options?: StaffOptions) => addStaff(owner, options),
  };
}

export type AnyOperation = KernelOperation | KernelActorOperation;
export type Ledger = ReturnType<typeof openLedger>;
export type Granted = Grant;
/** An outcome of the kernel; a new claim is completed from its operation. */
export type LedgerOutcome = Exclude<KernelOutcome, { kind: 'granted' }> | Grant;
export type LedgerAnswer = Omit<KernelAnswer, 'outcomes'> & { readonly outcomes: readonly LedgerOutcome[] };

/** Commits one operation and returns its outcome. */
export async function commit(client: Client, operation: AnyOperation): Promise<LedgerOutcome> {
  const { outcomes } = await commitAll(client, [operation]);
  if (outcomes.length !== 1) throw new Error(`${outcomes.length} outcomes of one operation`);
  return outcomes[0] as LedgerOutcome;
}

/** Commits the operations in one call. */
export async function commitAll(client: Client, operations: readonly AnyOperation[]): Promise<LedgerAnswer> {
  const { rows } = await (client as pg.Pool).query(
    `SELECT onceward.commit_operations($1, $2, '{}') AS answer`,
    [CONTRACT_VERSION, JSON.stringify(await underCurrentConfig(client, operations))],
  );
  const { outcomes, ...configs }: KernelAnswer = rows[0].answer;
  return { ...configs, outcomes: completed(outcomes, operations) };
}

/** The outcomes with whole claims. */
export function completed(
  outcomes: readonly KernelOutcome[],
  operations: readonly AnyOperation[],
): LedgerOutcome[] {
  const whole = outcomes.map((outcome, index) =>
    outcome.kind === 'granted' && !outcome.replayed
      ? grantOf(outcome, operations[index] as AnyOperation)
      : outcome,
  );
  return whole.map(withEntriesOnly);
}

/** The kernel answers its movements. Tests compare what becomes of them in the ledger, as src/ledger/decode-outcome.ts does. */
function withEntriesOnly(outcome: LedgerOutcome): LedgerOutcome {
  if (outcome.kind === 'rejected' && outcome.original)
    return { ...outcome, original: { ...outcome.original, changes: entriesOf(outcome.original.changes) } };
  if (outcome.kind !== 'granted') return outcome;
  const { changes, counterpartyChanges } = outcome;
  return {
    ...outcome,
    changes: entriesOf(changes),
    counterpartyChanges: counterpartyChanges && entriesOf(counterpartyChanges),
  };
}

function entriesOf(changes: readonly KernelChange[]): KernelChange[] {
  return changes
    .filter(({ sequence }) => sequence !== null)
    .map(({ resource, before, delta, requested, sequence, cause, anchored_at }) => ({
      resource,
      before,
      delta,
      requested,
      sequence,
      cause,
      anchored_at,
    }));
}

export async function preview(
  client: Client,
  operation: AnyOperation,
): Promise<{ preview: KernelPreview; current: KernelAnswer['current']; configs: readonly KernelConfig[] }> {
  const [complete] = await underCurrentConfig(client, [operation]);
  const { rows } = await (client as pg.Pool).query(
    `SELECT onceward.preview_operation($1, $2, '{}') AS answer`,
    [CONTRACT_VERSION, JSON.stringify(complete)],
  );
  return rows[0].answer;
}

/** Replaces CURRENT_CONFIG by the version and digest of the current config. */
export async function underCurrentConfig<Each extends Pick<AnyOperation, 'config_version' | 'config_sha256'>>(
  client: Client,
  operations: readonly Each[],
): Promise<readonly Each[]> {
  const isPlaceholder = ({ config_sha256 }: Each) => config_sha256 === CURRENT_CONFIG.config_sha256;
  if (!operations.some(isPlaceholder)) return operations;
  const { rows } = await (client as pg.Pool).query(
    `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
      ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  if (!rows[0]) throw new Error('this database has no config: publish one, such as publishTestRules');
  return operations.map((operation) => (isPlaceholder(operation) ? { ...operation, ...rows[0] } : operation));
}

/** The outcome of an operation that must be granted. */
export async function granted(outcome: Promise<LedgerOutcome>): Promise<Granted> {
  const result = await outcome;
  if (result.kind !== 'granted') throw new Error(`not granted: ${JSON.stringify(result)}`);
  return result;
}

async function playerLedger(owner: pg.Pool, playerId: string): Promise<PlayerLedger> {
  const { rows } = await owner.query(
    `SELECT jsonb_build_object(
       'version', (SELECT version FROM onceward.players WHERE id = $1),
       'number', (SELECT number FROM onceward.players WHERE id = $1),
       'balances', (SELECT coalesce(jsonb_object_agg(resource, amount), '{}')
                      FROM onceward.balances_by_name WHERE player_id = $1),
       'entries', (SELECT count(*) FROM onceward.entries_by_name WHERE player_id = $1),
       'granted', (SELECT count(*) FROM onceward.claims_by_name WHERE player_id = $1),
       'rejected', (SELECT count(*) FROM onceward.refusals_by_name WHERE player_id = $1)) AS state`,
    [playerId],
  );
  return rows[0].state;
}

interface StaffOptions {
  readonly role?: StaffRole;
  readonly limit?: number | null;
  readonly budget?: number | null;
  readonly disabled?: boolean;
}

async function addStaff(
  owner: pg.Pool,
  { role = 'support', limit = null, budget = null, disabled = false }: StaffOptions = {},
): Promise<string> {
  const id = fresh('staff');
  await owner.query(
    `INSERT INTO onceward.staff (actor, role, reward_limit, daily_budget, disabled_at)
     VALUES (onceward.register_actor('staff', $1), $2, $3, $4, CASE WHEN $5 THEN now() END)`,
    [id, role, limit, budget, disabled],
  );
  return id;
}
