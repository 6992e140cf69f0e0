/**
 * The breakers of a simulated game. In half of the seeds some configs have them, with bounds that the seed reaches. Their names
 * contain the seed's, so that each seed begins with counters at 0.
 */
import type { Breaker } from '../model/breakers.ts';
import { Random } from '../random.ts';

const SEEDS_WITH_BREAKERS = 0.5;
/** Of the configs of such a seed. */
const CONFIGS_WITH_BREAKERS = 0.8;
/** The part of all bounds that is the same in all configs of the seed. */
const SAME_BOUND = 0.5;

const FIGHTS = ['matron_victory', 'pve_victory'];

interface Drawn extends Breaker {
  readonly isSame: boolean;
}

/** `random`: of the config. */
export function drawBreakers(random: Random, seed: string): readonly Breaker[] {
  const [hasBreakers, hasNow] = [
    new Random(`${seed}/has breakers`).chance(SEEDS_WITH_BREAKERS),
    random.chance(CONFIGS_WITH_BREAKERS),
  ];
  if (!hasBreakers || !hasNow) return [];
  return breakersOf(seed).map(({ isSame, perHour, ...breaker }) => ({
    ...breaker,
    perHour: isSame ? perHour : Math.ceil((perHour * random.int(50, 100)) / 100),
  }));
}

function breakersOf(seed: string): Drawn[] {
  const random = new Random(`${seed}/breakers`);
  const kinds: Omit<Breaker, 'perHour'>[] = [
    { name: 'fights', resource: 'lumees', claimTypes: FIGHTS, per: 'game' },
    { name: 'levels', resource: 'stat_points', claimTypes: FIGHTS, per: 'game' },
    { name: 'version', resource: 'experience', claimTypes: ['pve_victory'], per: 'version' },
    { name: 'server', resource: 'lumees', claimTypes: [...FIGHTS, 'store_purchase'], per: 'server' },
    {
      name: 'counted',
      resource: null,
      claimTypes: ['arena_chest', 'daily_quest', 'skill_session', 'summon'],
      per: 'game',
    },
  ];
  const bounds: Readonly<Record<string, readonly [number, number]>> = {
    fights: [600, 9_000],
    levels: [15, 120],
    version: [300, 3_000],
    server: [300, 3_000],
    counted: [5, 60],
  };
  return kinds.flatMap(({ name, ...kind }) => {
    const [least, most] = bounds[name] as readonly [number, number];
    const perHour = random.int(least, most);
    const [isDrawn, isSame] = [random.chance(0.6), random.chance(SAME_BOUND)];
    return isDrawn ? [{ ...kind, name: `${name}_${suffixOf(seed)}`, perHour, isSame }] : [];
  });
}

/** Names have lower case letters. */
const suffixOf = (seed: string): string => `s${seed.toLowerCase()}`;

/** As the balance config declares them. */
export function breakersDocument(breakers: readonly Breaker[]): object {
  if (breakers.length === 0) return {};
  return {
    breakers: Object.fromEntries(
      breakers.map(({ name, resource, ...rest }) => [
        name,
        { ...rest, ...(resource !== null && { resource }) },
      ]),
    ),
  };
}
