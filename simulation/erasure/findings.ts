/** Erasures of a few players under load and kills, and what names them afterwards or does not agree. */
import type { Tally } from '../invariants/tally.ts';
import { proveErasure } from './prove.ts';

const SIZES = { players: 200, erased: 10, clients: 4, killEveryMs: 150 };

interface Options {
  readonly seed: string;
  /** Changes the functions of the database. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
  readonly tally: Tally;
}

/** In a local stack of its own. Returns how many claims were made meanwhile. */
export async function proveErasureIn({ seed, kernel, tally }: Options): Promise<number> {
  const { claimed, faults } = await proveErasure({
    ...{ ...SIZES, seed, log: () => {} },
    ...(kernel && { sabotage: (_, ownerDatabaseUrl) => kernel(ownerDatabaseUrl) }),
  });
  tally.check('I6', faults.length === 0, () => ({
    what: `${SIZES.erased} players were erased during ${claimed} claims: ${faults[0]}`,
    player: '',
    evidence: faults.slice(1),
  }));
  return claimed;
}
