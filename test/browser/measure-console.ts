/**
 * `npm run console:timing`: how long the console takes until it can be used, with an empty cache. Time to interactive as web.dev defines
 * it: the end of the last long task (over 50 ms) before 5 s without a long task and with at most two requests under way.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { launchChromium } from './chromium.ts';

const RUNS = 5;
const QUIET_MS = 5_000;
const TOKEN_SECONDS = 600;

interface Conditions {
  readonly name: string;
  /** How many times slower the processor is. */
  readonly cpu: number;
  /** Lighthouse's "slow 4G": 150 ms and 1.6 Mbit/s. */
  readonly isSlowNetwork: boolean;
}

const CONDITIONS: readonly Conditions[] = [
  { name: 'this machine', cpu: 1, isSlowNetwork: false },
  { name: 'a phone: processor 4 times slower, slow 4G', cpu: 4, isSlowNetwork: true },
];
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1_000_000) / 8,
  uploadThroughput: 750_000 / 8,
};

interface Timing {
  readonly firstPaint: number;
  readonly shown: number;
  readonly interactive: number;
}

async function measure(
  browser: Browser,
  url: string,
  { token, cpu, isSlowNetwork }: Conditions & { readonly token: string },
): Promise<Timing> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (isSlowNetwork) await session.send('Network.emulateNetworkConditions', SLOW_4G);
  if (cpu > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  let underWay = 0;
  let busyUntil = 0;
  page.on('request', () => (underWay += 1));
  const ended = () => {
    underWay -= 1;
    if (underWay >= 2) busyUntil = Date.now();
  };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  await page.addInitScript((given) => {
    sessionStorage.setItem('onceward:token', given);
    const seen = globalThis as unknown as { longTaskEnd: number };
    seen.longTaskEnd = 0;
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) seen.longTaskEnd = startTime + duration;
    }).observe({ type: 'longtask', buffered: true });
  }, token);
  const began = Date.now();
  await page.goto(`${url}/admin/#/players`);
  await page.getByRole('textbox').waitFor();
  const shown = await page.evaluate(() => performance.now());
  const lastTask = () => page.evaluate(() => (globalThis as unknown as { longTaskEnd: number }).longTaskEnd);
  for (let quietSince = Date.now(), last = await lastTask(); Date.now() - quietSince < QUIET_MS; ) {
    await page.waitForTimeout(250);
    const now = await lastTask();
    if (now !== last || underWay > 2) quietSince = Date.now();
    last = now;
  }
  const firstPaint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  const longTaskEnd = await lastTask();
  await context.close();
  return { firstPaint, shown, interactive: Math.max(firstPaint, longTaskEnd, busyUntil - began) };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const dir = await mkdtemp(join(tmpdir(), 'onceward-timing-'));
const quiet = () => {};
const stack = await startLocalStack({ dir, port: await freePort(), log: quiet, onLine: quiet });
const browser = await launchChromium();
try {
  const { origin } = new URL(stack.url);
  const token = await stack.signer.signToken({
    kind: 'staff',
    id: 'admin-1',
    expiresInSeconds: TOKEN_SECONDS,
  });
  for (const conditions of CONDITIONS) {
    const timings: Timing[] = [];
    for (let run = 0; run < RUNS; run += 1)
      timings.push(await measure(browser, origin, { ...conditions, token }));
    const of = (name: keyof Timing) => `${Math.round(median(timings.map((timing) => timing[name])))} ms`;
    console.log(
      `${conditions.name}: first contentful paint ${of('firstPaint')}, search field shown ${of('shown')}, time to interactive ${of('interactive')} (medians of ${RUNS})`,
    );
  }
} finally {
  await browser.close();
  await stack.stop();
  await stack.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
}
