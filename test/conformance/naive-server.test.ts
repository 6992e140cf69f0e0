/** The suite against a server that is wrong on purpose: it must find exactly what is wrong. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asJunit, asTable } from '../../packages/conformance/src/report.ts';
import { runSuite, type TestResult } from '../../packages/conformance/src/run.ts';
import { NaiveServer, naiveAdapter } from './naive-server.ts';

/** Why the server fails each. The other tests hold for it. */
const EXPECTED_FAILURES = {
  'key-other-input': 'it does not compare the input of a key',
  'race-one-key': 'it looks a key up before it has stored it',
  'race-one-claim': 'it looks a claim up before it has stored it',
  'request-twice': 'both copies look the claim up before one has stored it',
  'restart-replay': 'it keeps keys in memory',
  'restart-in-flight': 'its steps are no transaction',
};

const server = new NaiveServer();
let results: TestResult[] = [];

beforeAll(async () => {
  await server.start();
  results = await runSuite({ url: server.url, adapter: naiveAdapter(server) });
}, 60_000);

afterAll(() => server.stop());

it('fails in exactly the tests whose guarantee the naive server lacks', () => {
  const failed = results.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  expect(failed.sort(), asTable(results)).toEqual(Object.keys(EXPECTED_FAILURES).sort());
  expect(results.filter(({ outcome }) => outcome === 'skipped')).toEqual([]);
});

it('reports each test as a JUnit case, with the reason of a failure', () => {
  const xml = asJunit(results);
  expect(xml.match(/<testcase /g)).toHaveLength(results.length);
  expect(xml).toContain(`failures="${Object.keys(EXPECTED_FAILURES).length}"`);
  expect(xml).toMatch(/<failure message="the balance: expected/);
});
