/** What an announced reward of the simulated game gives when it expires. */
import type { Random } from '../random.ts';

/** In lumees, by claim type; absent: nothing. */
export type OnExpiry = Readonly<Record<string, number>>;

export function drawExpiries(random: Random): OnExpiry {
  const types = ['pve_victory', 'matron_victory', 'arena_chest', 'skill_session'];
  return Object.fromEntries(
    types.filter(() => random.chance(0.7)).map((type) => [type, random.int(1, 9)] as const),
  );
}

/** The claim types, each with what the config declares for its expiry. */
export function withExpiry(document: Record<string, object>, onExpiry: OnExpiry): Record<string, object> {
  return Object.fromEntries(
    Object.entries(document).map(([name, type]) => {
      const lumees = onExpiry[name];
      return [name, lumees === undefined ? type : { ...type, onExpiry: { gives: { lumees } } }];
    }),
  );
}
