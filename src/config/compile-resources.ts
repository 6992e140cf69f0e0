/**
 * Compiles the parts of a document without formulas: resources and stats. The checks have
 * already found every problem in them. Lists and maps are sorted by name.
 */
import { counterOf } from '../domain/limits.ts';
import type { Accrual, Conversion, Limit } from '../domain/moves.ts';
import type { LimitRule, ResourceRule, StaffCount, StatPointRules, TransferRule } from '../domain/rules.ts';
import { limitRules } from './compile-limits.ts';
import { sortedEntries } from './json.ts';
import type { BalanceDocument } from './schema.ts';

type Resource = BalanceDocument['resources'][string];
type Stats = StatPointRules['stats'];

export function compileResources(
  { resources }: BalanceDocument,
  statPoints: StatPointRules | null,
): ReadonlyMap<string, ResourceRule> {
  const stats: Stats = statPoints?.stats ?? new Map();
  return new Map(
    sortedEntries(resources).map(([name, resource]): [string, ResourceRule] => {
      const { floor, atCeiling, manual, transfer, spend, take } = resource;
      return [
        name,
        {
          name,
          floor,
          ceiling: compileLimit(resource.ceiling, stats),
          atCeiling: atCeiling === 'reject' ? 'reject' : 'clamp',
          converts: compileConversion(resource, { resources, stats }),
          manual,
          staff: compileStaffCount(resource),
          accrual: compileAccrual(resource, stats),
          transfer: transfer ? compileTransfer(name, transfer) : null,
          spend: spend ? { perCall: spend.perCall, limits: spendLimits(name, spend) } : null,
          take: take ? { perCall: take.perCall, perDay: take.perDay, debt: take.debt } : null,
        },
      ];
    }),
  );
}

function compileTransfer(name: string, transfer: NonNullable<Resource['transfer']>): TransferRule {
  const counted = { claimTypes: ['transfer'], sharedLimit: null };
  const received = limitRules(
    { ...transfer.receives, total: undefined },
    { ...counted, counter: counterOf('recipient_limit', name) },
  );
  return {
    perTransfer: transfer.perTransfer,
    limits: limitRules(transfer, { ...counted, counter: counterOf('transfers', name) }),
    receives: received.map((rule) => ({ ...rule, subject: 'recipient' })),
    accountAgeHours: transfer.fromAccountsOlderThanHours ?? null,
    onFull: transfer.onFull,
    message: transfer.message === undefined ? null : { name: transfer.message },
  };
}

function spendLimits(name: string, bounds: NonNullable<Resource['spend']>): LimitRule[] {
  const counted = { claimTypes: ['spending'], sharedLimit: null, counter: counterOf('spendings', name) };
  return limitRules({ ...bounds, total: undefined }, counted);
}

/** The other resource stops at its own ceiling. */
function compileConversion(
  { atCeiling, convertTo }: Resource,
  { resources, stats }: { readonly resources: BalanceDocument['resources']; readonly stats: Stats },
): Conversion | null {
  if (atCeiling !== 'convert' || !convertTo) return null;
  const { resource, rate } = convertTo;
  // Missing only in a document that the checks have rejected.
  const other = Object.hasOwn(resources, resource) ? resources[resource] : undefined;
  const ceiling = compileLimit(other?.ceiling ?? null, stats);
  return { resource, rate, ceiling, atLimit: other?.atCeiling === 'clamp' ? 'clamp' : 'reject' };
}

function compileStaffCount({ value, staffLimit }: Resource): StaffCount | null {
  if (value !== undefined) return { kind: 'value', value };
  return staffLimit ? { kind: 'limit', perReward: staffLimit.perReward, perDay: staffLimit.perDay } : null;
}

function compileLimit(limit: Resource['ceiling'], stats: Stats): Limit | null {
  if (limit === null || typeof limit === 'number') return limit;
  const stat = stats.get(limit.stat);
  // Missing only in a document that the checks have rejected.
  return stat ? { base: stat.base, perUnit: stat.perPoint, resource: stat.resource } : null;
}

/** Null for a resource without opening balance and regeneration, so that most balances need no computation. */
function compileAccrual(resource: Resource, stats: Stats): Accrual | null {
  const { startsWith, ceiling, regenerates } = resource;
  const initial = startsWith === 'ceiling' ? compileLimit(ceiling, stats) : startsWith || null;
  // Null only in a document that the checks have rejected.
  const upTo = regenerates ? compileLimit(regenerates.upTo ?? ceiling, stats) : null;
  if (initial === null && upTo === null) return null;
  return {
    initial,
    regenerates:
      regenerates && upTo !== null
        ? { everySeconds: regenerates.everySeconds, amount: regenerates.amount, upTo }
        : null,
  };
}

export function compileStatPoints({ statPoints }: BalanceDocument): StatPointRules | null {
  if (!statPoints) return null;
  const { resource, stats } = statPoints;
  return {
    resource,
    stats: new Map(
      sortedEntries(stats).map(([name, { resource, base, perPoint }]) => [
        name,
        { resource, base, perPoint },
      ]),
    ),
  };
}
