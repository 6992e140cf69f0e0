import { describe, expect, test } from 'vitest';
import { granted } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';
import { type Document, openPublisher } from '../support/ledger/publisher.ts';
import { publishRules } from '../support/ledger/rules.ts';

const { another, publish, ledger } = openPublisher();

describe('what publishing writes for the kernel', () => {
  const nameOf = (column: string) => `(SELECT name FROM onceward.names WHERE kind = 1 AND no = ${column})`;
  const rules = async (resource: string) => {
    const { rows } = await ledger().owner.query(
      `SELECT config_version AS version, every_seconds AS every, amount::int, cap_base::int AS cap, opening_base::int AS opening,
              effective_from AS "from", effective_until AS until
         FROM onceward.regeneration_rules WHERE ${nameOf('resource')} = $1 ORDER BY effective_from`,
      [resource],
    );
    return rows;
  };
  const effectiveFrom = async (version: number) =>
    (
      await ledger().owner.query('SELECT effective_from FROM onceward.balance_configs WHERE version = $1', [
        version,
      ])
    ).rows[0].effective_from;
  const versionOf = async (document: unknown) => {
    const published = await publish(document);
    if ('problems' in published) throw new Error(JSON.stringify(published.problems));
    return published.version;
  };
  const withResource = (name: string, resource: unknown): Document => {
    const document = structuredClone(another());
    Object.assign(document.resources as object, { [name]: resource });
    return document;
  };

  test('the limits of staff of each version, and how each resource counts', async () => {
    const document = withResource('shells', { manual: true, value: 7 });
    Object.assign(document, { manualRewards: { limitPerReward: 3, budgetPerDay: 9 } });
    const versions = [await versionOf(another()), await versionOf(document)];
    const { rows } = await ledger().owner.query(
      `SELECT l.reward_limit::int, l.daily_budget::int, l.awards_per_day::int, (
         SELECT jsonb_object_agg(n.name, jsonb_build_array(v.value, v.per_reward, v.per_day))
           FROM onceward.staff_values v JOIN onceward.names n ON (n.kind, n.no) = (1, v.resource)
          WHERE v.config_version = l.config_version
            AND n.name IN ('shells', 'auric_coins', 'stat_points', 'pity:summons', 'hero:militia')) AS values
         FROM onceward.award_limits l WHERE l.kind = 3 AND l.config_version = ANY ($1) ORDER BY l.config_version`,
      [versions],
    );
    const values = {
      auric_coins: [10, null, null],
      stat_points: [null, 20, 100],
      'pity:summons': [0, null, null],
    };
    expect(rows).toEqual([
      { reward_limit: 10_000, daily_budget: 50_000, awards_per_day: 200, values },
      {
        reward_limit: 3,
        daily_budget: 9,
        awards_per_day: null,
        values: { ...values, shells: [7, null, null] },
      },
    ]);
  });

  test('the milestones of each version', async () => {
    const version = await versionOf(another());
    const { rows } = await ledger().owner.query(
      `SELECT ${nameOf('resource')} AS resource, ${nameOf('paid_resource')} AS paid, thresholds[1:2] AS first, grants
         FROM onceward.milestones WHERE config_version = $1`,
      [version],
    );
    expect(rows).toEqual([
      {
        resource: 'experience',
        paid: 'levels_paid',
        first: [expect.any(String), expect.any(String)],
        grants: [expect.objectContaining({ resource: 'stat_points', ceiling_of: null })],
      },
    ]);
  });

  test('a number for each new name, and none for a known one', async () => {
    await versionOf(another());
    const names = async () =>
      (await ledger().owner.query('SELECT kind, no, name FROM onceward.names ORDER BY kind, no')).rows;
    const before = await names();
    await versionOf(another());
    expect(await names()).toEqual(before);
    await versionOf(withResource('moonstones', {}));
    const last = before.filter(({ kind }) => kind === 1).at(-1);
    expect(await names()).toEqual(expect.arrayContaining([{ kind: 1, no: last.no + 1, name: 'moonstones' }]));
    expect(await names()).toHaveLength(before.length + 1);
  });

  test('a regeneration rule only where it changed, from the publication on', async () => {
    const drops = { ceiling: 10, startsWith: 5, regenerates: { everySeconds: 60, upTo: 5 } };
    const first = await versionOf(withResource('sparks', drops));
    await versionOf(withResource('sparks', drops));
    const from = await effectiveFrom(first);
    const rule = { version: first, every: 60, amount: 1, cap: 5, opening: 5, from };
    expect(await rules('sparks')).toEqual([{ ...rule, until: Number.POSITIVE_INFINITY }]);

    const slower = { ...drops, regenerates: { everySeconds: 90, upTo: 5 } };
    const second = await versionOf(withResource('sparks', slower));
    const changedAt = await effectiveFrom(second);
    const changed = { ...rule, version: second, every: 90, from: changedAt };
    expect(await rules('sparks')).toEqual([
      { ...rule, until: changedAt },
      { ...changed, until: Number.POSITIVE_INFINITY },
    ]);
  });

  test.each<[string, object | undefined]>([
    ['is gone', undefined],
    ['does not regenerate any more', {}],
  ])('an empty regeneration rule where the resource %s', async (_, resource) => {
    const name = resource === undefined ? 'embers' : 'ashes';
    await versionOf(withResource(name, { startsWith: 5, regenerates: { everySeconds: 60, upTo: 5 } }));
    const version = await versionOf(resource === undefined ? another() : withResource(name, resource));
    expect((await rules(name)).at(-1)).toEqual({
      version,
      every: null,
      amount: null,
      cap: null,
      opening: null,
      from: await effectiveFrom(version),
      until: Number.POSITIVE_INFINITY,
    });
    await versionOf(another());
    expect(await rules(name)).toHaveLength(2);
  });

  test('which resources regenerate', async () => {
    await versionOf(withResource('beams', { startsWith: 5 }));
    const { rows } = await ledger().owner.query(
      `SELECT name FROM onceward.names WHERE kind = 1 AND regenerates AND name IN ('beams', 'energy', 'lumees') ORDER BY name`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['beams', 'energy']);
  });
});

describe('limits of the whole game', () => {
  const STOCK = {
    limit: 'stock:chest',
    period: 'ever',
    since: '-infinity',
    claim_types: ['chest'],
    resource: null,
    bound: 100,
    stripes: 1,
  };
  const counters = async () =>
    (
      await ledger().owner.query(
        `SELECT subject_id AS stripe, used::int FROM onceward.limits_by_name
          WHERE kind = 'game' AND "limit" = 'stock:chest' ORDER BY subject_id::int`,
      )
    ).rows;
  const claims = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        granted(ledger().commit(operation({ claim_type: 'chest', postings: [] }))),
      ),
    );

  test('a new limit counts what the claims of its period used; a kept one keeps its counters', async () => {
    await publishRules(ledger().owner);
    await claims(5);
    await publishRules(ledger().owner, { game_limits: [STOCK] });
    expect(await counters()).toEqual([{ stripe: '0', used: 5 }]);
    await claims(1);
    await publishRules(ledger().owner, { game_limits: [{ ...STOCK, bound: 50 }] });
    expect(await counters()).toEqual([{ stripe: '0', used: 5 }]);
    await publishRules(ledger().owner);
    expect(await counters()).toEqual([]);
    await publishRules(ledger().owner, { game_limits: [STOCK] });
    expect(await counters()).toEqual([{ stripe: '0', used: 6 }]);
    await expect(
      publishRules(ledger().owner, { game_limits: [{ ...STOCK, stripes: 4 }] }),
    ).rejects.toMatchObject({ code: '22023' });
    await publishRules(ledger().owner);
  });

  test('counters in stripes add up to what was used', async () => {
    await claims(6);
    await publishRules(ledger().owner, { game_limits: [{ ...STOCK, stripes: 8 }] });
    const stripes = await counters();
    expect(stripes).toHaveLength(8);
    expect(stripes.reduce((sum, { used }) => sum + used, 0)).toBe(12);
    await publishRules(ledger().owner);
  });
});
