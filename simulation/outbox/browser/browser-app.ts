/** An app in the tabs of a browser. One tab or all crash, are closed or are loaded again, and now and then the browser is killed. */
import type { Page } from 'playwright-core';
import { Random } from '../../random.ts';
import type { KillableApp } from '../run-apps.ts';
import { ChromiumProcess } from './chromium-process.ts';

const TABS = 2;
/** The share of the kills that all tabs suffer. After the others the tab that is left takes over. */
const ALL_TABS_SHARE = 0.5;
type Kill = 'crash' | 'close' | 'reload' | 'browser';
const KILLS: readonly (readonly [number, Kill])[] = [
  [4, 'crash'],
  [3, 'close'],
  [3, 'reload'],
  [1, 'browser'],
];

export interface BrowserAppOptions {
  /** The player's page. */
  readonly url: string;
  /** The folder in which the browser keeps what pages store. */
  readonly profile: string;
  readonly seed: string;
}

export class BrowserApp implements KillableApp {
  readonly #options: BrowserAppOptions;
  readonly #random: Random;
  #browser: ChromiumProcess | null = null;
  #tabs: Tab[] = [];

  constructor(options: BrowserAppOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async live(life: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    await this.#open();
    const ending = new AbortController();
    const ends = await Promise.race([
      Promise.all(this.#tabs.map((tab) => tab.end)),
      ...this.#tabs.map((tab) => tab.failed),
      life(ending.signal),
    ]);
    ending.abort();
    if (ends?.includes('crashed')) return this.live(life);
    if (ends) return false;
    const killed = this.#random.chance(ALL_TABS_SHARE) ? this.#tabs : [this.#random.pick(this.#tabs)];
    const kind = this.#random.weighted(KILLS);
    if (kind === 'browser') await this.#killBrowser();
    else await Promise.all(killed.map((tab) => tab.kill(kind)));
    return true;
  }

  close(): Promise<void> {
    return this.#killBrowser();
  }

  /** Opens the tabs that are missing, and waits until all have begun. */
  async #open(): Promise<void> {
    const browser = this.#browser ?? (await ChromiumProcess.start(this.#options.profile));
    this.#browser = browser;
    // A crash ends all tabs of a process.
    this.#tabs = this.#tabs.filter(({ isDying }) => !isDying);
    while (this.#tabs.length < TABS) this.#tabs.push(new Tab(await browser.context.newPage()));
    await Promise.all(this.#tabs.map((tab) => tab.isLoaded || tab.load(this.#options.url)));
  }

  async #killBrowser(): Promise<void> {
    for (const tab of this.#tabs) tab.isDying = true;
    await this.#browser?.kill();
    this.#browser = null;
  }
}

/** What is known of a tab since it was loaded. */
class Tab {
  readonly page: Page;
  isLoaded = false;
  isDying = false;
  /** Resolves where the tab's process has ended: this object is not used again. */
  readonly #crashed: Promise<void>;
  #loads = 0;
  end: Promise<'ended' | 'crashed'> = new Promise(() => {});
  /** Rejects where the page throws. */
  failed: Promise<never> = new Promise(() => {});

  constructor(page: Page) {
    this.page = page;
    this.#crashed = new Promise((resolve) => {
      page.once('crash', () => {
        this.isDying = true;
        resolve();
      });
    });
  }

  /** Loads the page, or loads it again, and waits until it has begun. */
  async load(url: string): Promise<void> {
    const { page } = this;
    this.#loads += 1;
    const load = this.#loads;
    page.removeAllListeners('console').removeAllListeners('pageerror');
    const says = (text: string) =>
      new Promise<void>((resolve) => {
        page.on('console', (message) => message.text() === `${text} ${load}` && resolve());
      });
    this.end = Promise.race([
      says('ended').then(() => 'ended' as const),
      this.#crashed.then(() => 'crashed' as const),
    ]);
    this.failed = new Promise((_, reject) => {
      page.on('pageerror', (error) => this.isDying || !this.isLoaded || reject(error));
    });
    this.failed.catch(() => {});
    const begun = Promise.race([says('started'), this.#crashed]);
    await Promise.race([
      page.goto(`${url}/${load}`, { waitUntil: 'commit', timeout: 90_000 }),
      this.#crashed,
    ]);
    await begun;
    this.isLoaded = true;
  }

  async kill(kind: Exclude<Kill, 'browser'>): Promise<void> {
    // It is loaded before the next kill.
    this.isLoaded = false;
    if (kind === 'reload') return;
    this.isDying = true;
    if (kind === 'crash') await this.#crash();
    await this.page.close();
  }

  /** Ends the tab's process as a bug of the browser would. */
  async #crash(): Promise<void> {
    const send = async () => {
      const session = await this.page.context().newCDPSession(this.page);
      await session.send('Page.crash');
    };
    // It is never answered: the process is gone.
    send().catch(() => {});
    await this.#crashed;
  }
}
