/**
 * The game server of the tower, as a studio would write it with `@onceward/server`: it decides duels, signs a ticket for each won floor,
 * reports matches, and puts gifts into the inbox. Keys follow from the duel, so a duel that is reported again is paid once.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import {
  advanceProgress,
  announceReward,
  type Client,
  type CounterAdvance,
} from '../../../packages/client/src/index.ts';
import { call } from '../../../packages/server/src/call.ts';
import { keyFor } from '../../../packages/server/src/keys.ts';
import type { Signer } from '../../../packages/server/src/sign.ts';
import { type Duel, type DuelState, MOVES, type Move, playRound, rollOdds, stateOf } from './duel.ts';

/** What the game shows of a player's tower. */
export interface TowerView {
  /** The highest floor that was cleared; 0: none yet. */
  readonly cleared: number;
  readonly duel: (Duel & { readonly state: DuelState }) | null;
  /** Of the oldest won floor whose reward the player has not asked for yet. */
  readonly won: { readonly floor: number; readonly duel: string; readonly ticket: string } | null;
}

interface PlayerState {
  readonly cleared: number;
  readonly duel: Duel | null;
  /** Won duels whose ticket the player's outbox has not stored yet. */
  readonly won: readonly { readonly id: string; readonly floor: number }[];
}

export interface TowerServerOptions {
  /** Calls Onceward as this game server. */
  readonly client: Client;
  /** Signs tickets. */
  readonly signer: Pick<Signer, 'ticket'>;
  /** Keeps the players' floors. */
  readonly file: string;
  readonly onFault: (message: string) => void;
}

const NEW_PLAYER: PlayerState = { cleared: 0, duel: null, won: [] };
const CHEST_EVERY = 5;
const DAY_MS = 86_400_000;
/** More players than anyone tries out on one machine. */
const MOST_PLAYERS = 1_000;

export class TowerServer {
  readonly #options: TowerServerOptions;
  readonly #players: Map<string, PlayerState>;
  #written: Promise<void> = Promise.resolve();

  private constructor(options: TowerServerOptions, players: Map<string, PlayerState>) {
    this.#options = options;
    this.#players = players;
  }

  static async open(options: TowerServerOptions): Promise<TowerServer> {
    const text = await readFile(options.file, 'utf8').catch(() => '[]');
    return new TowerServer(options, new Map(JSON.parse(text) as [string, PlayerState][]));
  }

  /** Of a player who is new here, with a gift in the inbox. */
  async visit(player: string): Promise<TowerView> {
    if (!this.#players.has(player)) {
      if (this.#players.size >= MOST_PLAYERS) throw new RangeError('There are too many players');
      await this.#gift(player, 'welcome', {
        type: 'tournament_reward',
        facts: { rank: 1, participants: 30 },
        title: 'A gift from the keeper',
        text: 'For those who dare the tower. Spend it well.',
      });
      await this.#store(player, NEW_PLAYER);
    }
    return this.#view(player);
  }

  /** Begins the duel for the next floor, unless one is open. */
  async begin(player: string): Promise<TowerView> {
    const state = this.#stateOf(player);
    if (!state.duel || stateOf(state.duel) !== 'open') {
      const floor = state.cleared + 1;
      const duel: Duel = { id: randomUUID(), floor, rounds: [], odds: rollOdds(floor, randomInt) };
      await this.#store(player, { ...state, duel });
    }
    return this.#view(player);
  }

  /** Plays a round. `seen` is the number of rounds that the player saw: a round that is sent twice is played once. */
  async play(player: string, move: Move, seen: number): Promise<TowerView> {
    const state = this.#stateOf(player);
    const { duel } = state;
    if (!MOVES.includes(move) || !duel || stateOf(duel) !== 'open' || duel.rounds.length !== seen)
      return this.#view(player);
    const played = playRound(duel, move, randomInt);
    const ended = stateOf(played);
    const isWon = ended === 'won';
    await this.#store(player, {
      cleared: isWon ? duel.floor : state.cleared,
      duel: played,
      won: isWon ? [...state.won, { id: duel.id, floor: duel.floor }] : state.won,
    });
    if (ended !== 'open') await this.#report(player, played, isWon);
    return this.#view(player);
  }

  /** A training session, which a daily quest counts. */
  async train(player: string): Promise<TowerView> {
    await this.#advance(player, randomUUID(), [{ counter: 'trainings_today', by: 1 }]);
    return this.#view(player);
  }

  /** The player's outbox has stored the claim of this duel: from here on it carries it. */
  async taken(player: string, duel: string): Promise<TowerView> {
    const state = this.#stateOf(player);
    await this.#store(player, { ...state, won: state.won.filter(({ id }) => id !== duel) });
    return this.#view(player);
  }

  async #report(player: string, { id, floor }: Duel, isWon: boolean): Promise<void> {
    const won = isWon ? [{ counter: 'winter_wins', by: 1 }] : [];
    await this.#advance(player, id, [{ counter: 'matches_today', by: 1 }, ...won]);
    if (!isWon || floor % CHEST_EVERY !== 0) return;
    await this.#gift(player, `floor-${floor}`, {
      type: 'arena_chest',
      title: `Chest of floor ${floor}`,
      text: 'Open it within a day.',
      expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
    });
  }

  async #advance(playerId: string, event: string, counters: readonly CounterAdvance[]): Promise<void> {
    const key = await keyFor('event', event);
    const called = await call(
      this.#options.client,
      advanceProgress,
      { playerId, key: event, counters },
      { key },
    );
    if (called.kind !== 'result') this.#options.onFault(`advanceProgress: ${called.message}`);
  }

  async #gift(
    playerId: string,
    what: string,
    reward: { type: string; title: string; text: string; facts?: Record<string, number>; expiresAt?: string },
  ): Promise<void> {
    const key = await keyFor('gift', playerId, what);
    const called = await call(
      this.#options.client,
      announceReward,
      { playerId, key: `tower-${what}`, ...reward },
      { key },
    );
    if (called.kind !== 'result') this.#options.onFault(`announceReward: ${called.message}`);
  }

  #stateOf(player: string): PlayerState {
    return this.#players.get(player) ?? NEW_PLAYER;
  }

  async #view(player: string): Promise<TowerView> {
    const { cleared, duel, won } = this.#stateOf(player);
    const [oldest] = won;
    return {
      cleared,
      duel: duel && { ...duel, state: stateOf(duel) },
      won: oldest
        ? {
            floor: oldest.floor,
            duel: oldest.id,
            ticket: await this.#options.signer.ticket({
              playerId: player,
              type: 'ascension_victory',
              key: oldest.id,
              facts: { floor: oldest.floor },
            }),
          }
        : null,
    };
  }

  /** One write after the other, each whole, also after one that failed. */
  async #store(player: string, state: PlayerState): Promise<void> {
    this.#players.set(player, state);
    const before = this.#written.catch(() => {});
    this.#written = before.then(async () => {
      const { file } = this.#options;
      await writeFile(`${file}.new`, JSON.stringify([...this.#players]), { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
    await this.#written;
  }
}
