/** Draws groups of guests and accounts, what each of them does, and which merges are sent meanwhile. */
import type { Random } from '../random.ts';

export type Mutation =
  | 'claimReward'
  | 'exchange'
  | 'advanceProgress'
  | 'transferResource'
  | 'announceReward'
  | 'mergePlayer';

export interface Request {
  readonly mutation: Mutation;
  readonly by: 'server' | 'staff';
  readonly input: Readonly<Record<string, unknown>> & {
    readonly playerId: string;
    readonly idempotencyKey: string;
  };
  /** What it counts as, of which a guest and the account may have one together. */
  readonly once: readonly string[];
}

export interface Edge {
  readonly account: string;
  readonly guest: string;
}

export interface Group {
  readonly name: string;
  readonly players: readonly string[];
  readonly edges: readonly Edge[];
  /** Of each player, in this order, before all others. */
  readonly opening: readonly Request[];
  readonly load: readonly Request[];
}

/** The amounts that move, and those that count something: of these the higher stays. */
export const COUNTERS: readonly string[] = ['pity:summons', 'rounds', 'levels_paid'];

/** The example with a claim for each player once, and a counter that never begins again. */
export function configOf(example: Record<string, Record<string, unknown>>): object {
  const { claimTypes, counters } = example;
  const founders_gift = {
    description: 'Once for each player, whatever its key.',
    proof: 'server',
    ever: 1,
    rewards: { summon_tokens: 3, lumees: 100 },
  };
  return {
    ...example,
    claimTypes: { ...claimTypes, founders_gift },
    counters: { ...counters, rounds: { description: 'Rounds that were played.', period: 'ever' } },
  };
}

const SHAPES: readonly (readonly (readonly [string, string])[])[] = [
  [['a', 'b']],
  [
    ['b', 'a'],
    ['c', 'b'],
  ],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [
    ['a', 'b'],
    ['a', 'c'],
  ],
];
const CALLERS = 4;
const FACTS = { rank: 1, participants: 16 };

/** Requests whose idempotency keys are used once. */
export class Requests {
  readonly #name: string;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  #request(mutation: Mutation, playerId: string, input: object, once: string[] = []): Request {
    const idempotencyKey = `request-of-group-${this.#name}-${++this.#count}`;
    return { mutation, by: 'server', input: { playerId, idempotencyKey, ...input }, once };
  }

  win(playerId: string, key: string, rank = 1): Request {
    const input = { type: 'tournament_reward', key, facts: { ...FACTS, rank } };
    return this.#request('claimReward', playerId, input, [`claim ${input.type} ${key}`]);
  }

  announce(playerId: string, key: string): Request {
    const input = { type: 'tournament_reward', key, facts: { ...FACTS, rank: 2 }, reason: 'they won it' };
    return this.#request('announceReward', playerId, input);
  }

  /** A report of its own about a match that others report, too. */
  report(playerId: string, match: string, skill: number): Request {
    const facts = { source_type: 'match', source_id: match, passing: skill, shooting: skill };
    const input = { type: 'skill_session', key: `${this.#name}-report-${this.#count}`, facts };
    return this.#request('claimReward', playerId, input, [
      `claim ${input.type} ${input.key}`,
      `source ${match}`,
    ]);
  }

  gift(playerId: string): Request {
    const input = { type: 'founders_gift', key: `${this.#name}-gift-${this.#count}`, facts: {} };
    return this.#request('claimReward', playerId, input, [`claim ${input.type} ${input.key}`, 'ever gift']);
  }

  pack(playerId: string): Request {
    return this.#request('exchange', playerId, { exchange: 'starter_pack' }, ['ever pack']);
  }

  summon(playerId: string): Request {
    return this.#request('exchange', playerId, { exchange: 'summon' });
  }

  play(playerId: string, key: string, by: number): Request {
    const input = { key, counters: [{ counter: 'rounds', by }] };
    return this.#request('advanceProgress', playerId, input, [`claim progress ${key}`]);
  }

  give(playerId: string, toPlayerId: string, amount: number): Request {
    return this.#request('transferResource', playerId, { toPlayerId, resource: 'lumees', amount });
  }

  merge({ account, guest }: Edge, by: Request['by'], onConflict: string): Request {
    const input = { guestId: guest, onConflict, reason: 'the guest logged in' };
    return { ...this.#request('mergePlayer', account, input), by };
  }
}

/** The names of what both may have only once. */
export const keysOf = (group: string) => ({
  cups: Array.from({ length: 4 }, (_, n) => `${group}-cup-${n}`),
  matches: Array.from({ length: 3 }, (_, n) => `${group}-match-${n}`),
  rounds: Array.from({ length: 3 }, (_, n) => `${group}-round-${n}`),
});

export function drawGroup(name: string, shape: number, random: Random, requests: Requests): Group {
  const edges = (SHAPES[shape % SHAPES.length] ?? []).map(([account, guest]) => ({
    account: `${name}-${account}`,
    guest: `${name}-${guest}`,
  }));
  const players = [...new Set(edges.flatMap(({ account, guest }) => [account, guest]))];
  const { cups, matches, rounds } = keysOf(name);
  const some = <T>(all: readonly T[], chance: number) => all.filter(() => random.chance(chance));
  const merges = edges.flatMap((edge) => {
    const onConflict = random.pick(['REFUSE', 'ACCOUNT_WINS']);
    const same = requests.merge(edge, 'server', onConflict);
    const others = Array.from({ length: CALLERS - 2 }, (_, n) =>
      requests.merge(edge, n === 0 ? 'staff' : 'server', random.pick(['REFUSE', 'ACCOUNT_WINS'])),
    );
    return [same, same, ...others];
  });
  const load = players.flatMap((player) => {
    const friend = () => random.pick(players.filter((other) => other !== player));
    return [
      ...some(cups, 0.6).map((key) => requests.win(player, key, random.int(1, 4))),
      ...some(cups, 0.15).map((key) => requests.announce(player, key)),
      ...some(matches, 0.6).map((match) => requests.report(player, match, random.int(1, 5))),
      ...some(rounds, 0.6).map((key) => requests.play(player, key, random.int(1, 5))),
      ...some([1, 2], 0.4).map(() => requests.gift(player)),
      ...some([1], 0.6).map(() => requests.pack(player)),
      ...some([1, 2, 3], 0.6).map(() => requests.summon(player)),
      ...some([1, 2], 0.7).map(() => requests.give(player, friend(), random.int(1, 3))),
    ];
  });
  return {
    ...{ name, players, edges },
    // Three tokens, 164 coins and an own key: everybody exists and can buy, give and summon.
    opening: players.flatMap((player) => [
      requests.win(player, `${player}-cup`),
      requests.win(player, `${player}-league`, random.int(1, 3)),
      ...some([1], 0.5).map(() => requests.gift(player)),
    ]),
    load: shuffled([...load, ...merges], random),
  };
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((each) => [random.next(), each] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, each]) => each);
}
