/** Measures what a claim costs a player who holds 900 resources, relative to one who holds only what claims of this type give. */
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { showProgress } from '../../cli/progress.ts';
import { openBackend } from '../load/backend.ts';
import { createLedger } from '../stack/new-ledger.ts';
import type { Stack } from '../stack/stack.ts';
import { newClaims } from '../subjects/claims.ts';
import {
  commitClaims,
  type KernelCase,
  type KernelPlan,
  type KernelSeries,
  measureCases,
  warmUpCases,
} from './kernel-cases.ts';

const RESOURCES = 900;
const PLAYERS = 20;
/** Names of one length: keys contain them, and the bytes of both kinds are compared. */
const KINDS = ['newcomer', 'gatherer'] as const;

export interface CollectorResults {
  readonly cpu: readonly KernelSeries[];
  /** Of the stored rows of a claim, entries included. */
  readonly bytesPerClaim: Readonly<Record<(typeof KINDS)[number], number>>;
}

export async function measureCollectors(stack: Stack, plan: KernelPlan): Promise<CollectorResults> {
  showProgress(`kernel: giving ${PLAYERS} players ${RESOURCES} resources`);
  const { databaseUrl, ownerDatabaseUrl } = await createLedger(stack, 'onceward_collectors');
  const cases: KernelCase[] = [];
  for (const kind of KINDS) {
    const backend = await openBackend(stack, databaseUrl);
    const nextClaim = newClaims(kind, (claimNumber) => `${kind}-${claimNumber % PLAYERS}`);
    const call = () => commitClaims(backend, stack, [nextClaim()]);
    cases.push({ name: kind, title: kind, backend, perCall: 1, call });
  }
  await warmUpCases(cases);
  await withClient(ownerDatabaseUrl, giveCollections);
  const cpu = await measureCases(stack, cases, plan);
  for (const { backend } of cases) await backend.close();
  return { cpu, bytesPerClaim: await withClient(ownerDatabaseUrl, storedBytes) };
}

async function giveCollections(client: pg.Client): Promise<void> {
  await client.query(
    `INSERT INTO onceward.names (kind, no, name)
     SELECT 1, 10000 + place, 'collected:' || place FROM generate_series(1, $1::int) AS place`,
    [RESOURCES],
  );
  await client.query(
    `INSERT INTO onceward.balances (player, resource, amount, sequence)
     SELECT a.no, 10000 + place, place, 1
       FROM onceward.actors a, generate_series(1, $1::int) AS place WHERE a.id LIKE 'gatherer-%'`,
    [RESOURCES],
  );
  await client.query('VACUUM (ANALYZE) onceward.balances');
}

async function storedBytes(client: pg.Client): Promise<CollectorResults['bytesPerClaim']> {
  const { rows } = await client.query(
    `SELECT split_part(a.id, '-', 1) AS kind,
            (avg(pg_column_size(c.*)) + avg((
              SELECT sum(pg_column_size(e.*)) FROM onceward.ledger_entries e
               WHERE e.player = c.player AND e.number = c.number)))::float8 AS bytes
       FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player GROUP BY 1`,
  );
  return Object.fromEntries(
    rows.map(({ kind, bytes }) => [kind, bytes]),
  ) as CollectorResults['bytesPerClaim'];
}
