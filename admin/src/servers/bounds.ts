// The bounds of a game server as a form holds them, and as the API takes them. An empty field does not bound.
import type { GameServer } from '@onceward/client';

const LISTS = ['operations', 'claimTypes', 'keyIds'] as const;
const NUMBERS = ['largestAmount', 'claimsPerHour', 'valuePerHour'] as const;

type ListName = (typeof LISTS)[number];
type NumberName = (typeof NUMBERS)[number];

export type BoundsText = Readonly<Record<ListName | NumberName, string>>;
export type Bounds = Readonly<Record<ListName, readonly string[] | null> & Record<NumberName, number | null>>;

const NO_BOUNDS: Bounds = {
  operations: null,
  claimTypes: null,
  keyIds: null,
  largestAmount: null,
  claimsPerHour: null,
  valuePerHour: null,
};

/** Null: a server that is not registered yet. */
export function textOfBounds(server: Pick<GameServer, keyof Bounds> | null): BoundsText {
  const bounds = server ?? NO_BOUNDS;
  const lists = LISTS.map((name) => [name, (bounds[name] ?? []).join('\n')]);
  const numbers = NUMBERS.map((name) => [name, bounds[name] === null ? '' : String(bounds[name])]);
  return Object.fromEntries([...lists, ...numbers]) as BoundsText;
}

/** Names are separated by spaces, commas or lines. */
const namesOf = (text: string) => text.split(/[\s,]+/).filter((name) => name !== '');

export function boundsOf(text: BoundsText): Bounds {
  const lists = LISTS.map((name) => {
    const names = namesOf(text[name]);
    return [name, names.length === 0 ? null : names];
  });
  const numbers = NUMBERS.map((name) => [name, text[name].trim() === '' ? null : Number(text[name])]);
  return Object.fromEntries([...lists, ...numbers]) as Bounds;
}

/** Whether nothing of the registry bounds the server. */
export const isUnbounded = (server: Pick<GameServer, keyof Bounds>) =>
  [...LISTS, ...NUMBERS].every((name) => server[name] === null);
