/** The game of the proof of undo: a small config with a right and a wrong formula, and databases that can be copied. */

import { publishBalanceConfig } from '../../cli/config-store.ts';
import { withClient } from '../../cli/connect.ts';
import { readRules } from '../../cli/import/current-rules.ts';
import { addStaff } from '../../cli/staff.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { openDatabase } from '../../src/ledger/database.ts';

/** `clean`: nothing has a ceiling, is refused, or reads the player. `wild`: all of that happens. */
export type Mode = 'clean' | 'wild';

const BIG = 9_000_000_000_000;

/** The wrong formula pays ten times as much. */
function documentOf(mode: Mode, formula: 'right' | 'wrong'): object {
  const factor = formula === 'right' ? 1 : 10;
  const bounded = mode === 'wild' ? { ceiling: 400, atCeiling: 'clamp' } : {};
  return {
    timeZone: 'UTC',
    resources: {
      gold: { manual: true, value: 1 },
      gems: { manual: true, value: 1, ...bounded },
      experience: { value: 1 },
      levels_paid: { value: 1 },
      stat_points: { value: 1 },
      heroes: {},
      pity: {},
    },
    levels: {
      resource: 'experience',
      paidResource: 'levels_paid',
      maxLevel: 50,
      experienceForLevel: '50 * level * (level - 1)',
      grants: { stat_points: 3 },
    },
    claimTypes: {
      quest: {
        proof: 'server',
        facts: { n: { kind: 'int', min: 0, max: 100 } },
        rewards: { gold: `(10 + n) * ${factor}`, gems: `n * ${factor}`, experience: `n * ${factor}` },
      },
      chest: {
        proof: 'server',
        facts: { n: { kind: 'int', min: 0, max: 100 } },
        rewards: { gold: 'n + 1', gems: 'n', experience: 'n' },
      },
      tribute: {
        proof: 'server',
        rewards: { gold: mode === 'wild' ? 'balance("gold") > 500 ? 50 : 5' : 5 },
      },
    },
    exchanges: {
      ...Object.fromEntries(
        [1, 10, 50, 200].map((price) => [`buy_${price}`, { costs: { gold: price }, gives: { gems: 1 } }]),
      ),
    },
    manualRewards: { limitPerReward: BIG, budgetPerDay: BIG },
  };
}

export function publish(world: Copy, mode: Mode, formula: 'right' | 'wrong'): Promise<BalanceRules> {
  return publishDocument(world, documentOf(mode, formula), formula);
}

export async function publishDocument(
  { ownerDatabaseUrl }: Pick<Copy, 'ownerDatabaseUrl'>,
  document: object,
  reason: string,
): Promise<BalanceRules> {
  const published = await publishBalanceConfig({
    document,
    by: 'the simulation of live-ops',
    reason,
    ownerDatabaseUrl,
    writeKv: async () => {},
  });
  if ('problems' in published)
    throw new Error(`the config of the simulation is not valid: ${JSON.stringify(published.problems)}`);
  return withClient(ownerDatabaseUrl, readRules);
}

/** Where a database is, and how to reach it as production does. The owner is a superuser. */
export interface Place {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
  readonly neonEndpoint: string;
}

/** One database of the cluster. */
export interface Copy extends Place {
  readonly name: string;
  readonly open: () => ReturnType<typeof openDatabase>;
}

const nameIn = (url: string) => new URL(url).pathname.slice(1);

function within(url: string, name: string): string {
  return new URL(`/${name}`, url).href;
}

export function copyNamed(place: Place, name = nameIn(place.databaseUrl)): Copy {
  const { neonEndpoint } = place;
  const databaseUrl = within(place.databaseUrl, name);
  return {
    name,
    databaseUrl,
    ownerDatabaseUrl: within(place.ownerDatabaseUrl, name),
    neonEndpoint,
    open: () => openDatabase({ databaseUrl, endpoint: neonEndpoint }),
  };
}

/** A copy of the database as it is. Nobody may be connected to it. */
export async function copyDatabase(from: Copy, suffix: string): Promise<Copy> {
  const name = `${from.name}_${suffix}`;
  await withClient(within(from.ownerDatabaseUrl, 'postgres'), async (client) => {
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [from.name],
    );
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${from.name}`);
  });
  return copyNamed(from, name);
}

export const STAFF = { proposer: 'undo-proposer', approver: 'undo-approver' } as const;

export async function addMembers({ ownerDatabaseUrl }: Copy): Promise<void> {
  for (const id of Object.values(STAFF))
    await addStaff(ownerDatabaseUrl, { id, role: 'admin', rewardLimit: null, dailyBudget: null });
}
