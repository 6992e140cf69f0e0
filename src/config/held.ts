/** What players hold of what a publication changes: counted by the database, and said in words. */
import type { ConfigChange, Held } from './changes.ts';

/** Counting stops here: one more means that there are more. */
const MOST_COUNTED = 10_000;
/** The parameter of `held_count` (drizzle/kernel/23_compare.sql). */
export const COUNTED_AT_MOST = MOST_COUNTED + 1;

/** What `held_count` counts. */
type Counted = 'players' | 'sources' | 'paying' | 'pending';

/** Null: it takes too long. */
export type CountHeld = (what: Counted, name: string) => Promise<number | null>;

/** What players have of something; null: counting it takes too long. */
export interface HeldCounts {
  /** Who hold the resource. */
  readonly players: number | null;
  /** Its sources that are taken. */
  readonly sources: number | null;
  /** What is pending of the claim type, or would pay the resource. */
  readonly pending: number | null;
}

export type CountedChange = ConfigChange & { readonly counts?: HeldCounts };

/** Adds to each change what players hold of what it concerns, also to its text. */
export async function addHeld(
  changes: readonly ConfigChange[],
  countHeld: CountHeld,
): Promise<readonly CountedChange[]> {
  const known = new Map<string, HeldCounts>();
  const counted: CountedChange[] = [];
  for (const change of changes) {
    const { held } = change;
    if (!held) {
      counted.push(change);
      continue;
    }
    const key = JSON.stringify(held);
    const counts = known.get(key) ?? (await countsOf(held, countHeld));
    known.set(key, counts);
    const text = heldText(held, counts);
    counted.push({ ...change, counts, text: text === '' ? change.text : `${change.text} ${text}` });
  }
  return counted;
}

async function countsOf(held: Held, countHeld: CountHeld): Promise<HeldCounts> {
  if ('claimType' in held)
    return { players: 0, sources: 0, pending: await countHeld('pending', held.claimType) };
  return {
    players: await countHeld('players', held.resource),
    sources: await countHeld('sources', held.resource),
    pending: await countHeld('paying', held.resource),
  };
}

function heldText(held: Held, { players, sources, pending }: HeldCounts): string {
  if ('claimType' in held)
    return pending === 0 ? '' : `${amountText(pending, 'pending reward')} paid as announced.`;
  return [
    `${amountText(players, 'player')} holding it.`,
    ...(sources === 0 ? [] : [`${amountText(sources, 'source')} taken.`]),
    ...(pending === 0 ? [] : [`${amountText(pending, 'pending reward')} to pay it.`]),
  ].join(' ');
}

function amountText(found: number | null, what: string): string {
  if (found === null) return `An unknown number of ${what}s (counting took too long) is`;
  if (found === 1) return `1 ${what} is`;
  return `${found > MOST_COUNTED ? `More than ${MOST_COUNTED}` : found || 'No'} ${what}s are`;
}
