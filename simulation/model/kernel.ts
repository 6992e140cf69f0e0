/**
 * The model's own judge: an effect, the balances found and the limits in force give what must have moved, or the "no"
 * that must have been told. Written from the contract, in its order of checks; it shares no line with the product.
 */
import { Application } from './application.ts';
import type { Change, Effect, FurtherKey, LedgerView, Move, Rejection } from './effect.ts';
import { levelFor, type Rules } from './rules.ts';

export interface Standing {
  /** The player whose claim it is. */
  readonly player: string;
  /** False: nothing was ever done for them. */
  exists(player: string): boolean;
  /** Whether it creates its player (a player's own, or a server's) or is refused (staff). */
  readonly creates: boolean;
  readonly version: number;
  readonly expectedVersion: number | null;
  readonly ledger: LedgerView;
  /** By whose numbers time is reckoned for what was announced earlier: those in force where it is paid. */
  readonly today: Rules;
  /** When it was judged, in milliseconds since 1970. */
  readonly moment: number;
  /** The ID of the claim that took this name, as far as this player is concerned. */
  takenBy(type: string, key: string): string | null;
  furtherTakenBy(key: FurtherKey): string | null;
  /** How much of its quota was used up that day. */
  readonly used: number;
  /** Null: not staff. */
  readonly staff: {
    readonly bound: number;
    readonly budget: number;
    readonly spentBefore: number;
    /** How many awards a day; null: any number. */
    readonly awards: number | null;
    readonly awardsBefore: number;
  } | null;
}

export type Verdict =
  | {
      readonly kind: 'granted';
      readonly changes: readonly Change[];
      readonly handedOut: number;
      readonly furtherKeys: readonly FurtherKey[];
      /** From where what regenerates grows on, of the claim's own player, where this claim wrote it down. */
      readonly anchors: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

type Claim = Extract<Effect, { kind: 'claim' }>;

export function judge(effect: Effect, standing: Standing, rules: Rules): Verdict {
  if (effect.kind === 'refuse') return { kind: 'rejected', rejection: effect.rejection };
  const { player, creates, version, expectedVersion, ledger, staff, moment } = standing;
  const { counterparty, owes, paysOwed = false, takesBack = false } = effect;
  if (!creates && !standing.exists(player)) return no('UnknownPlayer', { playerId: player });
  if (counterparty !== undefined && !standing.exists(counterparty))
    return no('UnknownPlayer', { playerId: counterparty });

  const taken = standing.takenBy(effect.type, effect.key) ?? (owes && standing.takenBy(owes.type, owes.key));
  if (taken) return no('AlreadyClaimed', { claimId: taken, sharedKey: null });
  const owed = paysOwed ? ledger.owed(effect.type, effect.key) : null;
  if (paysOwed && !owed) return no('NotAnnounced', { claimType: effect.type, claimKey: effect.key });
  const furtherKeys = owed?.furtherKeys ?? effect.furtherKeys ?? [];
  for (const further of furtherKeys) {
    const by = standing.furtherTakenBy(further);
    if (by) return no('AlreadyClaimed', { claimId: by, sharedKey: { ...further } });
  }

  const moves =
    owed?.moves.map((move) => grownToday(move, standing)) ??
    (typeof effect.moves === 'function' ? effect.moves(ledger) : effect.moves);
  if (!Array.isArray(moves)) return { kind: 'rejected', rejection: moves as Rejection };
  if (expectedVersion !== null && expectedVersion !== version)
    return no('VersionConflict', { expected: expectedVersion, current: version });

  const gifts = paysOwed ? [] : moves.filter(({ isCounter = false }: Move) => !isCounter);
  const handedOut = gifts.reduce((sum, { delta }) => sum + Math.max(delta, 0), 0);
  const bounds = staff && (takesBack ? { ...staff, awards: null } : staff);
  const beyond =
    (bounds && !paysOwed && beyondStaffLimit(bounds, handedOut)) || beyondQuota(effect, standing);
  if (beyond) return beyond;

  const applied = new Application(player, ledger, moment);
  const refused = carryOut(effect, { moves, applied, standing }, rules);
  if (refused) return { kind: 'rejected', rejection: refused };
  return { kind: 'granted', changes: applied.changes, handedOut, furtherKeys, anchors: applied.anchors };
}

/** An announcement promised what it gives, and not what the balance begins with or what time brings. */
function grownToday(move: Move, { today }: Standing): Move {
  return { ...move, accrual: today.resources[move.resource]?.accrual ?? null };
}

interface Work {
  readonly moves: readonly Move[];
  readonly applied: Application;
  readonly standing: Standing;
}

/** The player's own moves, the levels that they set off, then the other player's. Null: all of it was done. */
function carryOut({ levels = 'gained' }: Claim, work: Work, rules: Rules): Rejection | null {
  const { moves, applied, standing } = work;
  const isOwn = (move: Move) => (move.player ?? standing.player) === standing.player;
  const own =
    applied.applyAll(moves.filter(isOwn)) ?? applied.applyAll(levelMoves(levels, work, rules), 'milestone');
  return own ?? asToldOfAnother(applied.applyAll(moves.filter((move) => !isOwn(move))), work);
}

/** That another player's balance is full is told, and not how full; who lacks something is named. */
function asToldOfAnother(refused: Rejection | null, { moves, standing }: Work): Rejection | null {
  if (!refused) return null;
  const { kind, details } = refused;
  if (kind === 'LimitExceeded')
    return { kind, details: { ...details, limit: 'RECIPIENT_CEILING', bound: 0, remaining: 0 } };
  const other = moves.find(({ player }) => player !== undefined && player !== standing.player)?.player;
  return { kind, details: { ...details, counterpartyId: other } };
}

function beyondStaffLimit(
  { bound, budget, spentBefore, awards, awardsBefore }: NonNullable<Standing['staff']>,
  handedOut: number,
): Verdict | null {
  const limit = { ceilingOf: null, requested: handedOut };
  if (handedOut > bound)
    return no('LimitExceeded', { ...limit, limit: 'STAFF_REWARD', bound, remaining: bound });
  if (spentBefore + handedOut > budget) {
    const remaining = Math.max(budget - spentBefore, 0);
    return no('LimitExceeded', { ...limit, limit: 'STAFF_DAILY_BUDGET', bound: budget, remaining });
  }
  if (awards === null || awardsBefore < awards) return null;
  const day = { limit: 'STAFF_DAILY_AWARDS', bound: awards, remaining: 0 };
  return no('LimitExceeded', { ...limit, ...day, requested: 1 });
}

function beyondQuota({ quota }: Claim, { used }: Standing): Verdict | null {
  if (!quota || used + quota.amount <= quota.bound) return null;
  const { limit, bound, amount: requested } = quota;
  return no('LimitExceeded', {
    limit,
    ceilingOf: null,
    bound,
    remaining: Math.max(bound - used, 0),
    requested,
  });
}

/**
 * What experience sets off: every level reached and not yet paid for is paid once. Levels that were paid are taken back,
 * with what they give today, where this very operation brought the experience below them.
 */
function levelMoves(levels: NonNullable<Claim['levels']>, work: Work, rules: Rules): Move[] {
  const { moves, applied, standing } = work;
  const gains = moves.some(({ resource, delta }) => resource === 'experience' && delta > 0);
  if (levels === 'gained' && !gains) return [];
  const before = standing.ledger.balances(standing.player).experience ?? 0;
  const reached = levelFor(rules, applied.balance('experience')) - 1;
  const reachedBefore = levelFor(rules, before) - 1;
  const due = reached - applied.balance('levels_paid');
  if (due === 0 || (due < 0 && reached >= reachedBefore)) return [];
  const moved = (resource: string, delta: number, floor: number | null): Move => ({
    resource,
    delta,
    floor,
    ceiling: null,
    clamp: false,
    accrual: null,
  });
  const lowest = levels === 'gained' || levels.intoDebt ? null : 0;
  return [moved('levels_paid', due, 0), moved('stat_points', due * rules.pointsPerLevel, lowest)];
}

function no(kind: string, details: Rejection['details']): Verdict {
  return { kind: 'rejected', rejection: { kind, details } };
}
