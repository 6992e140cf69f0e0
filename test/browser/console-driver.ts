// Drives the console as a person does. It records requests, errors and accessibility problems.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

export interface Console {
  readonly page: Page;
  /** Requests to other origins, all of which were blocked. */
  readonly foreignRequests: string[];
  readonly errors: string[];
  /** The operations that were sent, and the codes of faults that were answered. */
  readonly operations: string[];
  readonly faults: string[];
}

export interface ConsoleOptions {
  /** The hash: the page of the console. */
  readonly path: string;
  readonly token?: string;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  /** Origins that may be reached besides the Worker's. */
  readonly open?: readonly string[];
}

export async function openConsole(
  browser: Browser,
  adminUrl: string,
  { path, token = '', width = 1280, theme = 'light', open = [] }: ConsoleOptions,
): Promise<Console> {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme: theme,
    timezoneId: 'Asia/Tokyo',
    locale: 'en-GB',
  });
  const [foreignRequests, operations, faults, errors] = [[], [], [], []] as string[][] as [
    string[],
    string[],
    string[],
    string[],
  ];
  const allowed = [new URL(adminUrl).origin, ...open];
  await context.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.protocol === 'data:' || allowed.includes(url.origin)) return await route.continue();
    foreignRequests.push(url.href);
    await route.abort();
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().endsWith('/graphql')) return;
    const { query } = request.postDataJSON() as { query: string };
    operations.push(/^\s*(?:query|mutation) (\w+)/.exec(query)?.[1] ?? query);
  });
  page.on('response', async (response) => {
    if (!response.url().endsWith('/graphql')) return;
    const body = (await response.json().catch(() => null)) as { errors?: { extensions: { code: string } }[] };
    faults.push(...(body?.errors ?? []).map(({ extensions }) => extensions.code));
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.addInitScript((given) => {
    if (given) sessionStorage.setItem('onceward:token', given);
    const seen = globalThis as unknown as Seen;
    seen.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shifts += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  }, token);
  await page.goto(`${adminUrl}/admin/#${path}`);
  return { page, foreignRequests, operations, faults, errors };
}

/** Serious and critical problems that axe finds, with the elements that have them. */
export async function accessibilityProblems({ page }: Console): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const loaded = globalThis as unknown as { readonly axe: { run(): Promise<AxeResults> } };
    return (await loaded.axe.run()).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

interface Seen {
  shifts: number;
}

/** The cumulative layout shift while the page loaded, to three digits. */
export async function layoutShift({ page }: Console): Promise<number> {
  const shifts = await page.evaluate(() => (globalThis as unknown as Seen).shifts);
  return Math.round(shifts * 1_000) / 1_000;
}

/** How far the page is wider than the window. */
export function overflow({ page }: Console): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
