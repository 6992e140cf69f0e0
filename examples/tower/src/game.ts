/**
 * One player's session: the outbox, what the screens show, and the tower. Screens are read again after each outcome, and kept over a
 * reload, so that a player without a connection sees what was last known.
 */
import {
  type Claimable,
  type Claimables,
  claim,
  claimables,
  createClient,
  type InboxReward,
  indexedDbStore,
  me,
  type Offers,
  offers,
  openOutbox,
  type Player,
  readInbox,
  type Settled,
} from '@onceward/client';
import type { Move } from '../server/duel.ts';
import type { TowerView } from '../server/tower-server.ts';
import { beginDuel, playRound, signIn, takeTicket, trainOnce, visitTower } from './game-server.ts';
import { Journal } from './journal.ts';
import { type Cable, Network } from './network.ts';
import type { Summary } from './words.ts';

export interface Screens {
  readonly player: Player | null;
  readonly quests: Claimables | null;
  readonly shop: Offers | null;
  readonly summons: Offers | null;
  readonly inbox: readonly InboxReward[] | null;
}

export interface GameOptions {
  readonly player: string;
  readonly onChange: () => void;
  /** Called once for each outcome. */
  readonly onOutcome: (settled: Settled, summary: Summary) => void;
  readonly onError: (message: string) => void;
}

const NOTHING: Screens = { player: null, quests: null, shop: null, summons: null, inbox: null };

export class Game {
  readonly player: string;
  readonly client;
  readonly outbox;
  readonly journal: Journal;
  readonly network: Network;
  readonly #options: GameOptions;
  readonly #cache: string;
  #token: Promise<string> | null = null;
  screens: Screens;
  /** Whether the screens are older than the last change. */
  isStale = false;
  tower: TowerView | null = null;
  isBusy = false;

  constructor(options: GameOptions) {
    const { player, onChange, onOutcome } = options;
    this.player = player;
    this.#options = options;
    this.#cache = `tower:screens:${player}`;
    this.screens = JSON.parse(localStorage.getItem(this.#cache) ?? 'null') ?? NOTHING;
    this.journal = new Journal(player, onChange);
    this.network = new Network((passage) => this.journal.passed(passage));
    this.client = createClient({
      url: '/graphql',
      token: (refresh) => this.#tokenOf(refresh),
      fetch: this.network.fetch,
    });
    this.outbox = openOutbox({
      client: this.client,
      player,
      store: indexedDbStore(player),
      onOutcome: (settled) => {
        const summary = this.journal.settle(settled);
        if (summary) onOutcome(settled, summary);
        void this.refresh();
      },
    });
    let isStart = true;
    this.outbox.subscribe(() => {
      this.journal.see(this.outbox.state().intents, isStart);
      isStart = false;
      onChange();
    });
  }

  async start(): Promise<void> {
    await this.#act(() => visitTower(this.player));
    await this.refresh();
  }

  /** A sign-in that failed is tried again with the next request. */
  #tokenOf(refresh: boolean): Promise<string> {
    if (refresh || !this.#token) {
      const signedIn = signIn(this.player).then(({ token }) => token);
      signedIn.catch(() => {
        if (this.#token === signedIn) this.#token = null;
      });
      this.#token = signedIn;
    }
    return this.#token;
  }

  /** Reads all screens: what one of them did may show on another. */
  async refresh(): Promise<void> {
    try {
      const [player, quests, shop, summons, inbox] = await Promise.all([
        this.client.query(me),
        this.client.query(claimables, { tag: 'daily' }),
        this.client.query(offers, { tag: 'shop' }),
        this.client.query(offers, { tag: 'summons' }),
        readInbox(this.client),
      ]);
      this.screens = { player, quests, shop, summons, inbox: inbox.rewards };
      this.isStale = false;
      localStorage.setItem(this.#cache, JSON.stringify(this.screens));
    } catch {
      this.isStale = true;
    }
    this.#options.onChange();
  }

  /** Plugging in sends at once what waits. */
  setCable(cable: Cable): void {
    this.network.cable = cable;
    this.#options.onChange();
    if (cable !== 'plugged') return;
    this.outbox.wake();
    void this.refresh();
  }

  begin(): Promise<void> {
    return this.#act(() => beginDuel(this.player));
  }

  async play(move: Move): Promise<void> {
    const { duel } = this.tower ?? {};
    if (!duel) return;
    await this.#act(() => playRound(this.player, move, duel.rounds.length));
    if (this.tower?.duel?.state !== 'open') await this.refresh();
  }

  async train(): Promise<void> {
    await this.#act(() => trainOnce(this.player));
    await this.refresh();
  }

  /** A won floor: the game server keeps its ticket until the outbox has stored the claim. */
  async #claimFloor({ won }: TowerView): Promise<void> {
    if (!won) return;
    await claim(this.outbox, { id: 'ascension_victory', period: null, terms: null }, won.ticket);
    await this.#act(() => takeTicket(this.player, won.duel));
  }

  async claimQuest(quest: Claimable): Promise<void> {
    await this.#try(() => claim(this.outbox, quest));
  }

  async #act(action: () => Promise<TowerView>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const tower = await this.#try(action);
    this.isBusy = false;
    if (tower) this.tower = tower;
    this.#options.onChange();
    if (tower?.won) await this.#try(() => this.#claimFloor(tower));
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      this.#options.onError(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Sends an intent, and says so where the device cannot store it. */
  async send(work: () => Promise<unknown>): Promise<void> {
    await this.#try(work);
  }

  close(): Promise<void> {
    return this.outbox.close();
  }
}
