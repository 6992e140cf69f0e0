/** Wrangler inherits no binding and no variable: a table that is forgotten for an environment is only a warning of the deployment. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';

const WRANGLER_TOML = join(import.meta.dirname, '../../wrangler.toml');
const ENVIRONMENTS = ['staging'];

type Config = ReturnType<typeof readConfig>;

const read = (env?: string): Config => readConfig({ config: WRANGLER_TOML, env }, { hideWarnings: true });

/** Each binding as its kind and the name that the Worker knows. */
function bindingsOf(config: Config): string[] {
  const named = (kind: string, entries: readonly object[]) =>
    entries.map((entry) => {
      const { binding, name } = entry as { binding?: string; name?: string };
      return `${kind} ${binding ?? name}`;
    });
  return [
    ...named('durable object', config.durable_objects.bindings),
    ...named('kv', config.kv_namespaces),
    ...named('workflow', config.workflows),
    ...named('rate limit', config.ratelimits),
    ...named('queue', config.queues.producers ?? []),
    ...named('bucket', config.r2_buckets),
    ...named('dataset', config.analytics_engine_datasets),
    ...Object.keys(config.vars).map((name) => `variable ${name}`),
  ].toSorted();
}

/** What an account holds once, so that two environments must not share it. */
function resourcesOf(config: Config): string[] {
  const called = (kind: string, entries: readonly object[] | undefined, member: string) =>
    (entries ?? []).map((entry) => `${kind} ${(entry as Record<string, unknown>)[member]}`);
  return [
    `worker ${config.name}`,
    ...called('workflow', config.workflows, 'name'),
    ...called('rate limit', config.ratelimits, 'namespace_id'),
    ...called('queue', config.queues.producers, 'queue'),
    ...called('consumer of', config.queues.consumers, 'queue'),
    ...called('bucket', config.r2_buckets, 'bucket_name'),
    ...called('dataset', config.analytics_engine_datasets, 'dataset'),
  ];
}

describe.each(ENVIRONMENTS)('the environment %s', (environment) => {
  it('binds and sets what the top level does', () => {
    const bound = bindingsOf(read());
    expect(bound).toContain('kv BALANCE_KV');
    expect(bindingsOf(read(environment))).toEqual(bound);
  });

  it('shares no resource of the account with the top level', () => {
    const own = resourcesOf(read());
    expect(own.length).toBeGreaterThan(3);
    expect(resourcesOf(read(environment)).filter((resource) => own.includes(resource))).toEqual([]);
  });

  it('inherits schedule, placement, console and date', () => {
    const [top, inherited] = [read(), read(environment)];
    for (const name of [
      'triggers',
      'placement',
      'assets',
      'compatibility_date',
      'build',
      'migrations',
    ] as const)
      expect(inherited[name], name).toEqual(top[name]);
  });
});
