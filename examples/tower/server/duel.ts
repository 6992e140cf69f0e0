/**
 * The rules of a duel, which the game server decides: three moves that beat each other in a circle, and a guardian whose odds are
 * known. Three hits win. Pure: the caller rolls the dice.
 */
export const MOVES = ['strike', 'guard', 'feint'] as const;
export type Move = (typeof MOVES)[number];

/** What each move beats. */
export const BEATS: Readonly<Record<Move, Move>> = { strike: 'feint', feint: 'guard', guard: 'strike' };

export const HEARTS = 3;

export type Odds = Readonly<Record<Move, number>>;

export interface Round {
  readonly player: Move;
  readonly guardian: Move;
  readonly outcome: 'hit' | 'hurt' | 'clash';
}

export interface Duel {
  /** The encounter. The claim key of its reward follows from it. */
  readonly id: string;
  readonly floor: number;
  readonly rounds: readonly Round[];
  /** In percent, of the guardian's next move. */
  readonly odds: Odds;
}

export type DuelState = 'open' | 'won' | 'lost';

export function stateOf({ rounds }: Duel): DuelState {
  const count = (outcome: Round['outcome']) => rounds.filter((round) => round.outcome === outcome).length;
  if (count('hit') >= HEARTS) return 'won';
  return count('hurt') >= HEARTS ? 'lost' : 'open';
}

/** The guardian has a favourite move, less so on higher floors. `roll` returns integers from 0 to below its bound. */
export function rollOdds(floor: number, roll: (bound: number) => number): Odds {
  const favourite = roll(MOVES.length);
  const share = Math.max(46, 74 - floor * 2);
  const rest = 100 - share;
  // Neither of the others is likelier than the favourite.
  const least = Math.max(0, rest - share);
  const second = least + roll(rest - 2 * least + 1);
  const [one, two, three] = [0, 1, 2].map((step) => MOVES[(favourite + step) % MOVES.length] as Move);
  return {
    [one as Move]: share,
    [two as Move]: second,
    [three as Move]: rest - second,
  } as unknown as Odds;
}

export function playRound(duel: Duel, player: Move, roll: (bound: number) => number): Duel {
  let rest = roll(100);
  const guardian = MOVES.find((move) => {
    rest -= duel.odds[move];
    return rest < 0;
  }) as Move;
  const outcome = BEATS[player] === guardian ? 'hit' : BEATS[guardian] === player ? 'hurt' : 'clash';
  return {
    ...duel,
    rounds: [...duel.rounds, { player, guardian, outcome }],
    odds: rollOdds(duel.floor, roll),
  };
}
