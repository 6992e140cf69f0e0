/** A Chromium with a profile on disk, so that it can be killed and started again with what it has stored. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { chromiumCommand } from '../../../test/browser/chromium.ts';

const START_TIMEOUT_MS = 90_000;
/** Tabs in the background are as fast as the one in front. */
const ARGS = [
  '--headless=new',
  '--remote-debugging-port=0',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--no-default-browser-check',
  '--password-store=basic',
];

export class ChromiumProcess {
  readonly context: BrowserContext;
  readonly #browser: Browser;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(browser: Browser, process: ChildProcess, exited: Promise<void>) {
    this.#browser = browser;
    this.context = browser.contexts()[0] as BrowserContext;
    this.#process = process;
    this.#exited = exited;
  }

  static async start(profile: string): Promise<ChromiumProcess> {
    const { program, args } = chromiumCommand();
    const portFile = join(profile, 'DevToolsActivePort');
    await rm(portFile, { force: true });
    const child = spawn(program, [...args, ...ARGS, `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: 'ignore',
      // A group of its own: the browser's own processes end with it.
      detached: true,
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    for (
      const deadline = performance.now() + START_TIMEOUT_MS;
      performance.now() < deadline;
      await sleep(20)
    ) {
      const [port, path] = (await readFile(portFile, 'utf8').catch(() => '')).split('\n');
      if (!port || !path) continue;
      const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`, {
        timeout: START_TIMEOUT_MS,
      });
      return new ChromiumProcess(browser, child, exited);
    }
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
    throw new Error('Chromium did not start.');
  }

  /** As a power failure ends it: nothing is written any more. */
  async kill(): Promise<void> {
    if (this.#process.pid) process.kill(-this.#process.pid, 'SIGKILL');
    await this.#exited;
    await this.#browser.close().catch(() => {});
  }
}
