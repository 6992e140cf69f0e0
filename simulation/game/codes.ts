/**
 * The codes of a simulated game: single-use codes and shared ones, some of which open or close while the seed runs. They are created
 * before it, and every config of the seed has the same ones, as what they give is fixed then.
 */
import { Random } from '../random.ts';
import type { SeedFacts, World } from '../schedule/world.ts';

export interface SimulatedCode {
  /** As it is printed. */
  readonly text: string;
  readonly uses: number;
  readonly perPlayer: number;
  /** Milliseconds after the beginning of the seed; null: unbounded. */
  readonly opensAfter: number | null;
  readonly closesAfter: number | null;
  /** Of resources without a ceiling, so that it is the same under every config. */
  readonly gives: Readonly<Record<string, number>>;
}

/** The numbers that the model computes with. */
export interface CodeNumbers {
  readonly codes: readonly SimulatedCode[];
  /** In milliseconds since 1970. */
  readonly began: number;
  /** The ID of each code's batch, by text: known once it was created. */
  readonly batches: Record<string, string>;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SINGLE_USE = 8;
const SHARED = 5;

export function codesOf(seed: string): SimulatedCode[] {
  const random = new Random(`${seed}/codes`);
  const draw = (uses: number, perPlayer: number): SimulatedCode => {
    const [opens, closes] = [random.chance(0.25), random.chance(0.25)];
    return {
      text: drawCodeText(random),
      uses,
      perPlayer,
      opensAfter: opens ? random.int(0, 5_000) : null,
      closesAfter: closes ? random.int(5_001, 12_000) : null,
      gives: { lumees: random.int(1, 50), experience: random.int(1, 90), 'shards:water': random.int(1, 3) },
    };
  };
  return [
    ...Array.from({ length: SINGLE_USE }, () => draw(1, 1)),
    ...Array.from({ length: SHARED }, () => draw(random.int(2, 9), random.int(1, 3))),
  ];
}

export function drawCodes({ seed, began }: SeedFacts): CodeNumbers {
  return { codes: codesOf(seed), began, batches: {} };
}

/** The player who tries codes that do not exist, and reaches the limit of wrong tries. */
export function guesserOf({ cold }: World): string {
  return cold.at(-1) as string;
}

/** So many wrong tries a player has in an hour, which is longer than a seed. */
export const WRONG_TRIES = 10;

/** A text with its check character. */
export function drawCodeText(random: Random): string {
  const text = random.text(ALPHABET, 14);
  return text + ALPHABET[timesTwo(weightedSum(text))];
}

/** The text without the check character, as staff choose it. */
export const chosenText = ({ text }: Pick<SimulatedCode, 'text'>): string => text.slice(0, -1);

/** The characters as elements of GF(32), the first with the highest power of 2. */
function weightedSum(text: string): number {
  return [...text].reduce((sum, character) => timesTwo(sum) ^ ALPHABET.indexOf(character), 0);
}

/** In GF(32) modulo x^5 + x^2 + 1. */
function timesTwo(value: number): number {
  return (value << 1) ^ (value & 16 ? 0b100101 : 0);
}
