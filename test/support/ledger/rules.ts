/**
 * The rules of tests that call the kernel without the domain: names to use freely, levels, and balances that regenerate.
 * They are published once for the database that all ledger tests share, and for each database of a test file's own.
 */
import type pg from 'pg';
import { readConfigFile } from '../../../cli/config-document.ts';
import { withClient } from '../../../cli/connect.ts';
import { compileBalanceConfig } from '../../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../../src/config/json.ts';
import { type KernelRules, kernelRulesOf } from '../../../src/config/publication.ts';

export const EXAMPLE_CONFIG = new URL('../game.json', import.meta.url).pathname;

/** Levels at 100, 300 and 600 experience, each giving three stat points. */
export const LEVELS: KernelRules['milestones'][number] = {
  resource: 'experience',
  paid_resource: 'levels_paid',
  thresholds: [100, 300, 600],
  grants: [
    {
      resource: 'stat_points',
      amounts: [3, 3, 3],
      ceiling: Number.MAX_SAFE_INTEGER,
      ceiling_per_unit: 0,
      ceiling_of: null,
    },
  ],
};

type Regeneration = KernelRules['regeneration'][number];

/** `charges` open at 5 and regenerate 1 an hour up to 5. */
export const HOURLY: Regeneration = {
  resource: 'charges',
  every_seconds: 3_600,
  amount: 1,
  opening_base: 5,
  opening_per_unit: 0,
  opening_of: null,
  cap_base: 5,
  cap_per_unit: 0,
  cap_of: null,
};

/** Besides the names of the example config. */
const NAMES = {
  resource: ['gold', 'gems', 'amber', 'zinc', 'tokens', 'charges', 'drops', 'points', 'pity', 'wins']
    .concat(['poor', 'rich', 'well', 'hero', 'hero:common', 'hero:legend', 'hero:epic'])
    .concat(['diamonds', 'rubies', 'relics', 'progress', 'streak'])
    .concat(Array.from({ length: 20 }, (_, index) => `item_${index}`)),
  claim_type: ['quest', 'chest', 'other', 'scouting', 'x', 'bounty', 'payout'],
  limit: [
    'claims:quest',
    'claims:chest',
    'exchange:training',
    'exchange:drop',
    'transfer:gold',
    'stock:chest',
    'staff:resource:rubies',
    'staff:take:gold',
    'staff:take:gems',
    'spend:gold',
  ],
};

type StaffLimits = KernelRules['staff'];

/** By resource, where one unit does not count 1. A counter of draws counts nothing, and staff cannot give relics. */
const VALUES: Readonly<Record<string, Partial<StaffLimits['values'][number]> | null>> = {
  pity: { value: 0 },
  progress: { value: 0 },
  streak: { value: 0 },
  diamonds: { value: 100 },
  rubies: { per_reward: 30, per_day: 50 },
  relics: null,
};

/** What staff may take: of gold 30 at once, of gems any amount within a day. */
const TAKES: KernelRules['takes'] = [
  { resource: 'gold', per_call: 30, per_day: 50 },
  { resource: 'gems', per_call: null, per_day: 50 },
];

/** Limits of staff: 1,000 in value an award, 5,000 a day. */
function staffRules(resources: readonly string[], over: Partial<StaffLimits> = {}): StaffLimits {
  const values = resources.flatMap((resource) => {
    const counted = resource in VALUES ? VALUES[resource] : { value: 1 };
    return counted ? [{ resource, value: null, per_reward: null, per_day: null, ...counted }] : [];
  });
  return { reward_limit: 1_000, daily_budget: 5_000, awards_per_day: null, values, ...over };
}

type RulesOver = Partial<Omit<KernelRules, 'staff'>> & { readonly staff?: Partial<StaffLimits> };

/** The example config's effects with those of this file. `over` replaces members; of the limits of staff, members of theirs. */
export async function testRules({ staff, ...over }: RulesOver = {}): Promise<KernelRules> {
  const compiled = compileBalanceConfig(await readConfigFile(EXAMPLE_CONFIG), { version: 1, sha256: '' });
  if (compiled.kind === 'invalid') throw new Error('the example config is not valid');
  const { names, regeneration } = kernelRulesOf(compiled.rules);
  const resources = [...names.resource, ...NAMES.resource];
  return {
    names: {
      resource: resources,
      claim_type: [...names.claim_type, ...NAMES.claim_type],
      limit: [...names.limit, ...NAMES.limit],
    },
    milestones: [LEVELS],
    regeneration: [...regeneration, HOURLY],
    game_limits: [],
    reversible_by_servers: ['other', 'chest'],
    staff: staffRules(resources, staff),
    takes: TAKES,
    breakers: [],
    servers: { reward_limit: 200, daily_budget: 300 },
    corrects: 'health',
    ...over,
  };
}

/** Publishes the example document with these effects, and returns the version. */
export async function publishRules(
  owner: Pick<pg.ClientBase, 'query'> | pg.Pool,
  over: RulesOver = {},
): Promise<number> {
  const document = canonicalJson(await readConfigFile(EXAMPLE_CONFIG));
  const { rows } = await (owner as pg.Pool).query(
    'SELECT onceward.publish_config($1, $2, $3, NULL, $4) AS version',
    [document, await sha256Hex(document), 'tests', JSON.stringify(await testRules(over))],
  );
  return rows[0].version;
}

/** For a new database: the rules of this file, in force since long before every player. */
export async function publishTestRules(ownerDatabaseUrl: string): Promise<void> {
  await withClient(ownerDatabaseUrl, async (client) => {
    await publishRules(client);
    await backdateRules(client);
  });
}

/** Lets the first rule of each resource begin long ago, so that tests can move players into the past. */
export async function backdateRules(client: pg.ClientBase): Promise<void> {
  await client.query(`
    UPDATE onceward.regeneration_rules r SET effective_from = '2020-01-01T00:00:00Z'
     WHERE NOT EXISTS (SELECT FROM onceward.regeneration_rules earlier
                        WHERE earlier.resource = r.resource AND earlier.effective_from < r.effective_from)`);
}
