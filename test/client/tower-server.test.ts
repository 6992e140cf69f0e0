/** The game server of the example: duels by its rules, and no floor, ticket or gift lost or doubled by what is sent twice or dies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BEATS,
  type Duel,
  MOVES,
  type Move,
  playRound,
  rollOdds,
  stateOf,
} from '../../examples/tower/server/duel.ts';
import { TowerServer, type TowerView } from '../../examples/tower/server/tower-server.ts';
import type { Client } from '../../packages/client/src/client.ts';

describe('a duel', () => {
  const duel: Duel = { id: 'd', floor: 1, rounds: [], odds: { strike: 100, guard: 0, feint: 0 } };
  /** The guardian strikes. */
  const strike = () => 0;

  it.each([
    ['guard', 'hit'],
    ['feint', 'hurt'],
    ['strike', 'clash'],
  ] as const)('of %s against a strike is a %s', (move, outcome) => {
    expect(playRound(duel, move, strike).rounds).toEqual([{ player: move, guardian: 'strike', outcome }]);
  });

  it('is won by three hits and lost by three wounds, whatever came between', () => {
    const played = (...moves: Move[]) =>
      stateOf(
        moves.reduce((before, move) => ({ ...playRound(before, move, strike), odds: duel.odds }), duel),
      );
    expect(played('guard', 'guard')).toBe('open');
    expect(played('guard', 'strike', 'feint', 'guard', 'feint', 'guard')).toBe('won');
    expect(played('feint', 'guard', 'feint', 'feint')).toBe('lost');
  });

  it('has odds of 100 percent in all on every floor, less sure the higher it is', () => {
    for (const floor of [1, 7, 14, 500])
      for (let favourite = 0; favourite < MOVES.length; favourite += 1)
        for (const second of [0, 10, 25, 99]) {
          const rolls = [favourite, second];
          const odds = rollOdds(floor, (bound) => Math.min(rolls.shift() ?? 0, bound - 1));
          expect(Object.values(odds).reduce((sum, chance) => sum + chance)).toBe(100);
          expect(Object.values(odds).every((chance) => chance >= 0)).toBe(true);
          expect(Math.max(...Object.values(odds))).toBe(Math.max(46, 74 - floor * 2));
        }
  });
});

describe('the game server', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'onceward-tower-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  interface Sent {
    readonly name: string;
    readonly key: string;
  }

  async function open(sent: Sent[] = []) {
    const send = async ({ name }: { name: string }, { idempotencyKey: key }: { idempotencyKey: string }) => {
      sent.push({ name, key });
      return { kind: 'answer', result: { __typename: 'Receipt' }, correlationId: 'c' };
    };
    return TowerServer.open({
      client: { send } as unknown as Client,
      signer: { ticket: async ({ key, facts }) => `${key}:${facts?.floor}` },
      file: join(dir, 'tower.json'),
      onFault: (message) => {
        throw new Error(message);
      },
    });
  }

  /** Plays what beats the most likely move, until a duel is won. */
  async function win(tower: TowerServer, player: string): Promise<TowerView> {
    for (let view = await tower.begin(player); ; ) {
      const { duel } = view;
      if (duel?.state === 'won') return view;
      if (!duel || duel.state === 'lost') view = await tower.begin(player);
      else {
        const best = MOVES.reduce((one, other) =>
          duel.odds[BEATS[other]] > duel.odds[BEATS[one]] ? other : one,
        );
        view = await tower.play(player, best, duel.rounds.length);
      }
    }
  }

  it('gives a new player one gift, under the same key after it has lost its file', async () => {
    const sent: Sent[] = [];
    const tower = await open(sent);
    await tower.visit('ana');
    await tower.visit('ana');
    expect(sent.map(({ name }) => name)).toEqual(['announceReward']);
    await rm(join(dir, 'tower.json'));
    await (await open(sent)).visit('ana');
    expect(sent).toEqual([sent[0], sent[0]]);
  });

  it('plays a round once that is sent twice', async () => {
    const tower = await open();
    await tower.begin('ana');
    const once = await tower.play('ana', 'guard', 0);
    expect(await tower.play('ana', 'strike', 0)).toEqual(once);
    expect(once.duel?.rounds).toHaveLength(1);
  });

  it('keeps the ticket of a won floor over a restart, until the player has stored the claim', async () => {
    const { won, cleared } = await win(await open(), 'ana');
    expect(cleared).toBe(1);
    expect(won).toEqual({ floor: 1, duel: won?.duel, ticket: `${won?.duel}:1` });
    const restarted = await open();
    expect((await restarted.visit('ana')).won).toEqual(won);
    expect((await restarted.taken('ana', String(won?.duel))).won).toBeNull();
    expect(await (await open()).visit('ana')).toMatchObject({ cleared: 1, won: null });
  });

  it('puts a chest into the inbox on every fifth floor, and reports each match once', async () => {
    const sent: Sent[] = [];
    const tower = await open(sent);
    const duels = new Set<string>();
    for (let floor = 1; floor <= 5; floor += 1) duels.add(String((await win(tower, 'ana')).duel?.id));
    expect(duels.size).toBe(5);
    expect(sent.filter(({ name }) => name === 'announceReward')).toHaveLength(1);
    const reports = sent.filter(({ name }) => name === 'advanceProgress');
    expect(reports.length).toBeGreaterThanOrEqual(5);
    expect(new Set(reports.map(({ key }) => key)).size).toBe(reports.length);
  });
});
