/** Merges of some guests under kills, and what does not agree afterwards. */
import type { Tally } from '../invariants/tally.ts';
import { proveMerges } from './prove.ts';

const SIZES = { clients: 12, killEveryMs: 500 };
/** With a planted bug fewer suffice. */
const GROUPS = { sound: 24, planted: 8 };

interface Options {
  readonly seed: string;
  /** Changes the functions of the database. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
  readonly tally: Tally;
}

/** In a local stack of its own. Returns how many requests there were. */
export async function proveMergesIn({ seed, kernel, tally }: Options): Promise<number> {
  const { merged, requests, faults } = await proveMerges({
    ...{ ...SIZES, seed, groups: kernel ? GROUPS.planted : GROUPS.sound, log: () => {} },
    ...(kernel && { sabotage: kernel }),
  });
  tally.check('I4', faults.length === 0, () => ({
    what: `${merged} guests were merged during ${requests} requests: ${faults[0]}`,
    player: '',
    evidence: faults.slice(1),
  }));
  return requests;
}
