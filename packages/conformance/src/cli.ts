#!/usr/bin/env node
/** The command `onceward-conformance`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Adapter } from './adapter.ts';
import { asJson, asJunit, asTable } from './report.ts';
import { runSuite } from './run.ts';

const HELP = `onceward-conformance --url URL --adapter FILE [options]

Tests whether an endpoint grants rewards exactly once: it repeats, races and interrupts claims, and reads receipts and
balances afterwards. It writes claims of new players into the endpoint: do not point it at production.

  --url URL        the endpoint, http only: requests and replies are broken on the way
  --adapter FILE   a module whose default export is an Adapter: see the README
  --only LIST      IDs of tests, separated by commas
  --json FILE      also write the results as JSON
  --junit FILE     also write them as JUnit XML

Exits with 1 if a test failed, and with 2 if the suite could not run.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      adapter: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      junit: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (!values.url || !values.adapter) throw new Error('Give --url and --adapter. See --help.');
  const module = (await import(pathToFileURL(resolve(values.adapter)).href)) as { default?: Adapter };
  if (!module.default?.claim)
    throw new Error(`${values.adapter} has no default export with a method "claim"`);
  const only = values.only?.split(',').map((id) => id.trim());
  const results = await runSuite({ url: values.url, adapter: module.default, ...(only && { only }) });
  console.log(asTable(results));
  if (values.json) await writeFile(values.json, asJson(results));
  if (values.junit) await writeFile(values.junit, asJunit(results));
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
