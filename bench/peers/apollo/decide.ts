/** The rules of the example config for a won duel: amounts, levels, and what a level pays. */

export interface Movement {
  readonly resource: string;
  readonly sequence: number;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
}

interface Balance {
  readonly resource: string;
  readonly amount: number;
  readonly lastSequence: number;
}

const POINTS_PER_LEVEL = 3;

/** Level n starts at 50 · n · (n − 1) experience. */
const levelAt = (experience: number) => Math.floor((1 + Math.sqrt(1 + experience / 12.5)) / 2);

export function decide(balances: readonly Balance[], ratingGap: number) {
  const move = (resource: string, delta: number): Movement => {
    const { amount = 0, lastSequence = 0 } = balances.find((balance) => balance.resource === resource) ?? {};
    return { resource, sequence: lastSequence + 1, before: amount, after: amount + delta, delta };
  };
  const experience = move('experience', 60);
  const movements = [
    move('auric_coins', ratingGap >= 200 ? 2 : 1),
    experience,
    move('lumees', Math.min(250, Math.max(50, 100 + Math.trunc(ratingGap / 10)))),
  ];
  const levels = levelsOf(experience);
  const gained = levels.levelAfter - levels.levelBefore;
  if (gained > 0) movements.push(move('levels_paid', gained), move('stat_points', gained * POINTS_PER_LEVEL));
  return { movements, ...levels };
}

export function levelsOf({ before, after }: { before: number; after: number }) {
  return { levelBefore: levelAt(before), levelAfter: levelAt(after) };
}
