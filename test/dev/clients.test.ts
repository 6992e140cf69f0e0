/** Clients against the built Worker: the outbox while its process is killed, and the conformance suite, directly and through lanes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { oncewardAdapter } from '../../packages/conformance/src/onceward.ts';
import { runSuite } from '../../packages/conformance/src/run.ts';
import { prepareApps } from '../../simulation/outbox/commands.ts';
import { type ProofSizes, runApps } from '../../simulation/outbox/run-apps.ts';
import { Deployment } from '../../simulation/stack/deployment.ts';
import { Environment } from '../../simulation/stack/environment.ts';
import { reasonToSkip } from '../browser/chromium.ts';

const CONFIG = {
  timeZone: 'UTC',
  resources: { coins: { description: 'What claims pay.', value: 1 } },
  claimTypes: {
    quest: {
      description: 'Pays the amount that the server states.',
      proof: 'server',
      facts: { amount: { kind: 'int', min: 1, max: 1_000 } },
      rewards: { coins: 'amount' },
    },
  },
  manualRewards: { limitPerReward: 1, budgetPerDay: 1 },
};

let environment: Environment;
let deployment: Deployment;

beforeAll(async () => {
  environment = await Environment.start(new AbortController().signal);
  const bundle = await environment.build();
  const silent = () => {};
  const urls = await environment.createDatabase('conformance');
  deployment = await Deployment.open({
    environment,
    urls,
    bundle,
    onLog: silent,
    onFault: silent,
    onLane: silent,
  });
  expect(await deployment.publish(CONFIG)).toMatchObject({ kind: 'published' });
}, 180_000);

afterAll(async () => {
  await deployment?.close();
  await environment?.stop();
});

async function notPassed(path: 'direct' | 'lanes') {
  await deployment.commitThrough(path);
  const authorization = environment.credentials.authorization({ kind: 'server', id: 'conformance' }) ?? '';
  const token = authorization.slice('Bearer '.length);
  const claims = oncewardAdapter({ token, type: 'quest', resource: 'coins' });
  const adapter = { ...claims, restart: () => deployment.replaceIsolate({}, { kill: true }) };
  const results = await runSuite({ url: `http://127.0.0.1:${deployment.proxy.port}/graphql`, adapter });
  expect(results.length).toBeGreaterThan(15);
  return results.filter(({ outcome }) => outcome !== 'passed');
}

it('E18 passes every test of the conformance suite directly', async () => {
  expect(await notPassed('direct')).toEqual([]);
}, 120_000);

it('E18 passes every test of the conformance suite through lanes', async () => {
  expect(await notPassed('lanes')).toEqual([]);
}, 120_000);

async function killApps(client: string, sizes: ProofSizes) {
  const apps = await prepareApps(client, () => environment.newFolder());
  let kills = 0;
  const onKill = () => {
    kills += 1;
  };
  const seed = `clients-test-${client}`;
  const { violations } = await runApps(environment, { sizes, seed, open: apps.open }, onKill).finally(
    apps.close,
  );
  return { kills, violations };
}

it('E17 gives each intent one effect and one outcome while its process is killed and requests and replies are lost', async () => {
  const sizes = { apps: 2, kills: 15, intents: 5 };
  expect(await killApps('typescript', sizes)).toEqual({ kills: 30, violations: [] });
}, 180_000);

it('E17 gives each intent one key, one effect and one outcome in two tabs that crash, close and reload', async ({
  skip,
}) => {
  const reason = reasonToSkip();
  if (reason !== null) skip(reason);
  const sizes = { apps: 1, kills: 10, intents: 15 };
  expect(await killApps('browser', sizes)).toEqual({ kills: 10, violations: [] });
}, 180_000);
