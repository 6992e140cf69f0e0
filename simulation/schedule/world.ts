/**
 * Who takes part in a seed: players, a few of them hot, game servers, and staff of every standing. Names carry the seed,
 * so that seeds share a database without meeting.
 */
import type { Random } from '../random.ts';

/** 80 % of the operations are on these few: on a flat key space a missing constraint hardly ever shows. */
const HOT_PLAYERS = 5;
const HOT_SHARE = 0.8;
const COLD_PLAYERS = 40;
const CLERKS = 16;

export interface StaffMember {
  readonly id: string;
  readonly role: 'support' | 'auditor' | 'admin';
  /** Null: the config's. */
  readonly rewardLimit: number | null;
  readonly dailyBudget: number | null;
}

export interface World {
  readonly seed: string;
  readonly hot: readonly string[];
  readonly cold: readonly string[];
  /** Who has next to all that a balance can hold. */
  readonly whale: string;
  /** Who is never created: awards to them are refused. */
  readonly ghost: string;
  readonly servers: readonly string[];
  readonly staff: {
    /** With limits of their own, which the run exhausts. */
    readonly support: StaffMember;
    /** With the config's limits. */
    readonly chief: StaffMember;
    /** May give anything. */
    readonly banker: StaffMember;
    /** Disabled and enabled again while the run goes on. */
    readonly temp: StaffMember;
    /** May read and nothing else. */
    readonly auditor: StaffMember;
  };
  /** Staff with a small budget each, which one crowd of awards is enough to exhaust: whoever met its end would be too late. */
  readonly clerks: readonly StaffMember[];
  /** A staff token's subject that the database does not know. */
  readonly stranger: string;
}

export function createWorld(seed: string): World {
  const named = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `s${seed}-${prefix}${index}`);
  const member = (name: string, rest: Omit<StaffMember, 'id'>): StaffMember => ({
    id: `s${seed}-${name}`,
    ...rest,
  });
  const most = Number.MAX_SAFE_INTEGER;
  return {
    seed,
    hot: named('hot', HOT_PLAYERS),
    cold: named('cold', COLD_PLAYERS),
    whale: `s${seed}-whale`,
    ghost: `s${seed}-ghost`,
    servers: named('server', 2),
    staff: {
      support: member('support', { role: 'support', rewardLimit: 300, dailyBudget: 1_500 }),
      chief: member('chief', { role: 'admin', rewardLimit: null, dailyBudget: null }),
      banker: member('banker', { role: 'admin', rewardLimit: most, dailyBudget: most }),
      temp: member('temp', { role: 'support', rewardLimit: 1_000, dailyBudget: 1_000_000 }),
      auditor: member('auditor', { role: 'auditor', rewardLimit: null, dailyBudget: null }),
    },
    clerks: Array.from({ length: CLERKS }, (_, index) =>
      member(`clerk${index}`, { role: 'support', rewardLimit: 300, dailyBudget: 400 }),
    ),
    stranger: `s${seed}-stranger`,
  };
}

/** Everybody who has a row among the staff. */
export const staffOf = ({ staff, clerks }: World): StaffMember[] => [...Object.values(staff), ...clerks];

export function drawPlayer(world: World, random: Random): string {
  return random.pick(random.chance(HOT_SHARE) ? world.hot : world.cold);
}

/** Somebody else than that player: for operations between two. */
export function drawOther(world: World, random: Random, player: string): string {
  for (;;) {
    const other = drawPlayer(world, random);
    if (other !== player) return other;
  }
}

/** Whoever may act as staff, most often those whose limits can be hit. */
export function drawStaff(world: World, random: Random): string {
  const { support, chief, temp } = world.staff;
  return random.weighted([
    [5, support.id],
    [4, chief.id],
    [2, temp.id],
  ]);
}
