/**
 * The participants of a seed: players, game servers and staff with different roles and limits. IDs contain the seed, so that
 * seeds can share a database.
 */
import { Random } from '../random.ts';

/** 80 % of the operations are for these few: with evenly spread keys a missing constraint hardly ever shows. */
const HOT_PLAYERS = 5;
const HOT_SHARE = 0.8;
const COLD_PLAYERS = 40;
const CLERKS = 16;

/** What all configs of a seed have in common. */
export interface SeedFacts {
  readonly seed: string;
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
}

export interface StaffMember {
  readonly id: string;
  readonly role: 'support' | 'auditor' | 'admin';
  /** Null: the balance config's limit applies. */
  readonly rewardLimit: number | null;
  readonly dailyBudget: number | null;
}

export interface ScopedServer {
  readonly id: string;
  readonly claimTypes: readonly string[];
  readonly claimsPerHour: number;
}

export interface World {
  readonly seed: string;
  readonly hot: readonly string[];
  readonly cold: readonly string[];
  /** A player whose balances are close to the largest possible amount. */
  readonly whale: string;
  /** A player who is never created: awards to this ID are rejected. */
  readonly ghost: string;
  readonly servers: readonly string[];
  /** A game server that is disabled and enabled again during the run. */
  readonly guest: string;
  /** A game server with a scope in the registry. */
  readonly scoped: ScopedServer;
  readonly staff: {
    /** Has limits of its own, which the run exhausts. */
    readonly support: StaffMember;
    /** Has the limits of the balance config. */
    readonly chief: StaffMember;
    /** May award any amount. */
    readonly banker: StaffMember;
    /** Is disabled and enabled again during the run. */
    readonly temp: StaffMember;
    /** May only read. */
    readonly auditor: StaffMember;
  };
  /** Staff with a small budget each, so that one stampede of awards exhausts it. */
  readonly clerks: readonly StaffMember[];
  /** The subject of a staff token that has no row in the database. */
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
    guest: `s${seed}-guest`,
    scoped: drawScope(seed),
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

const SCOPES = ['arena_chest', 'matron_victory', 'skill_session', 'store_purchase'];

function drawScope(seed: string): ScopedServer {
  const random = new Random(`${seed}/scope`);
  const others = SCOPES.filter(() => random.chance(0.5));
  return {
    id: `s${seed}-scoped`,
    claimTypes: ['pve_victory', ...others],
    claimsPerHour: random.int(2, 6),
  };
}

export const serversOf = ({ servers, guest, scoped }: World): string[] => [...servers, guest, scoped.id];

/** Everyone who has a row in the staff table. */
export const staffOf = ({ staff, clerks }: World): StaffMember[] => [...Object.values(staff), ...clerks];

export function drawPlayer(world: World, random: Random): string {
  return random.pick(random.chance(HOT_SHARE) ? world.hot : world.cold);
}

/** A player other than the given one, for operations between two players. */
export function drawOtherPlayer(world: World, random: Random, player: string): string {
  for (;;) {
    const other = drawPlayer(world, random);
    if (other !== player) return other;
  }
}

/** A staff member who may award, most often one whose limits the run can reach. */
export function drawStaff(world: World, random: Random): string {
  const { support, chief, temp } = world.staff;
  return random.weighted([
    [5, support.id],
    [4, chief.id],
    [2, temp.id],
  ]);
}
