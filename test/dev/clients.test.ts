/** Clients against the built Worker: the outbox while its process is killed, and the conformance suite, directly and through lanes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../packages/client/src/client.ts';
import { oncewardAdapter } from '../../packages/conformance/src/onceward.ts';
import { runSuite } from '../../packages/conformance/src/run.ts';
import { grantMany } from '../../packages/server/src/grant-many.ts';
import { prepareApps } from '../../simulation/outbox/commands.ts';
import { type ProofSizes, runApps } from '../../simulation/outbox/run-apps.ts';
import { Deployment } from '../../simulation/stack/deployment.ts';
import { Environment } from '../../simulation/stack/environment.ts';
import { reasonToSkip } from '../browser/chromium.ts';
import { sizeOf } from '../support/long-run.ts';

const CONFIG = {
  timeZone: 'UTC',
  resources: { coins: { description: 'What claims pay.', value: 1, manual: true } },
  claimTypes: {
    quest: {
      description: 'Pays the amount that the server states.',
      proof: 'server',
      facts: { amount: { kind: 'int', min: 1, max: 1_000 } },
      rewards: { coins: 'amount' },
    },
  },
  manualRewards: {
    limitPerReward: 1,
    budgetPerDay: 1,
    servers: { limitPerReward: 10, budgetPerDay: 100_000 },
  },
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

it('grants once to each of 1,200 players while replies are lost and the run is killed and started again', async () => {
  const { proxy, owner } = deployment;
  const authorization = environment.credentials.authorization({ kind: 'server', id: 'live-1' }) ?? '';
  const client = createClient({
    url: `http://127.0.0.1:${proxy.port}/graphql`,
    token: () => authorization.slice('Bearer '.length),
  });
  const items = Array.from({ length: 1_200 }, (_, index) => ({
    playerId: `winner-${index}`,
    item: 'prize',
    gives: [{ resource: 'coins', amount: 1 + (index % 5) }],
  }));
  const run = (onProgress: (done: number) => void) =>
    grantMany(client, {
      campaign: 'cup-41',
      reason: 'prizes of the cup',
      items,
      onProgress: ({ done }) => onProgress(done),
    });
  // Every other request is executed, and its reply is lost.
  let requests = 0;
  let lost = 0;
  proxy.unplanned = () => {
    requests += 1;
    if (requests % 2 === 0) return null;
    lost += 1;
    return { kind: 'drop_reply' };
  };
  try {
    const killed = run((done) => {
      if (done === 1_000) throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    const again = await run(() => {});
    expect(again).toMatchObject({ stopped: null, granted: 1_200, alreadyGranted: 0, rejected: 0, failed: 0 });
    expect(again.items.map(({ playerId }) => playerId)).toEqual(items.map(({ playerId }) => playerId));
  } finally {
    proxy.unplanned = () => null;
  }
  expect(lost).toBeGreaterThanOrEqual(4);
  const { rows } = await owner.query(
    `SELECT count(*)::int AS players, sum(balances.amount)::int AS coins
       FROM onceward.balances JOIN onceward.actors ON actors.no = balances.player
      WHERE actors.id LIKE 'winner-%'`,
  );
  expect(rows).toEqual([{ players: 1_200, coins: 3_600 }]);
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
  // An app that has ended is not killed again.
  expect(kills).toBeGreaterThanOrEqual(sizes.apps);
  return violations;
}

it('E17 gives each intent one effect and one outcome while its process is killed and requests and replies are lost', async () => {
  const sizes = { apps: 2, kills: sizeOf({ long: 15, short: 6 }), intents: sizeOf({ long: 5, short: 3 }) };
  expect(await killApps('typescript', sizes)).toEqual([]);
}, 180_000);

it('E17 gives each intent one key, one effect and one outcome in two tabs that crash, close and reload', async ({
  skip,
}) => {
  const reason = reasonToSkip();
  if (reason !== null) skip(reason);
  const sizes = { apps: 1, kills: sizeOf({ long: 10, short: 5 }), intents: sizeOf({ long: 15, short: 8 }) };
  expect(await killApps('browser', sizes)).toEqual([]);
}, 180_000);
