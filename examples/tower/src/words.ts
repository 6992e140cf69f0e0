/** How the game names what Onceward answers with. */
import type { BalanceChange, CollectRewardsItem, Outcome, ResourceAmount, Settled } from '@onceward/client';

const NAMES: Readonly<Record<string, string>> = {
  auric_coins: 'Auric coins',
  experience: 'XP',
  levels_paid: 'Level-ups',
  daily_login: 'Welcome back',
  ascension_victory: 'Floor reward',
};
/** What a change of these says is shown elsewhere, such as in the level. */
const COUNTERS = /^(levels_paid|stat_points|pity:|featured:|login$)/;

/** `hero:dragon_queen` → `Dragon queen`, `shards:fire` → `Fire shards`. */
export function nameOf(id: string): string {
  const [kind = '', last = kind] = id.split(':');
  const whole = kind === 'shards' || kind === 'frame' ? `${last}_${kind}` : last;
  const words = whole.replaceAll('_', ' ');
  return NAMES[id] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1 Summon token`, `2 Summon tokens`. */
export function unitsOf(resource: string, amount: number): string {
  const name = nameOf(resource);
  return Math.abs(amount) === 1 ? name.replace(/s$/, '') : name;
}

const isShownResource = (resource: string): boolean => !COUNTERS.test(resource);

export function signed(amount: number): string {
  return `${amount < 0 ? '−' : '+'}${Math.abs(amount).toLocaleString('en')}`;
}

/** `b2c9a1de-0c3f-…` → `b2c9a1de`. */
export const shortKey = (key: string): string => key.slice(0, 8);

/** What an intent is, in a few words. */
export function titleOf(operation: string, input: Readonly<Record<string, unknown>>): string {
  switch (operation) {
    case 'claimReward':
      return `Claim · ${nameOf(String(input.type))}`;
    case 'exchange':
      return `Buy · ${nameOf(String(input.exchange).replace(/^buy_/, ''))}`;
    case 'collectRewards':
      return input.all ? 'Collect · everything' : 'Collect · from the inbox';
    default:
      return nameOf(operation);
  }
}

export interface Summary {
  readonly tone: 'good' | 'rejected' | 'fault';
  readonly label: string;
  readonly message: string | null;
  readonly isReplay: boolean;
  readonly moved: readonly { readonly resource: string; readonly delta: number }[];
  /** Outcomes of draws, by name. */
  readonly drawn: readonly { readonly outcome: string; readonly guaranteed: boolean }[];
}

const movedBy = (changes: readonly BalanceChange[]) =>
  changes.filter(({ resource, delta }) => delta !== 0 && isShownResource(resource));

/** A receipt, a rejection, or why there is neither. Every member of the union is handled, so a new one does not compile. */
export function summaryOf({ operation, outcome }: Pick<Settled, 'operation' | 'outcome'>): Summary {
  const plain = { isReplay: false, moved: [], drawn: [] };
  switch (outcome.kind) {
    case 'withdrawn':
      return { ...plain, tone: 'rejected', label: 'Withdrawn', message: 'It was never sent.' };
    case 'expired':
      return { ...plain, tone: 'fault', label: 'Expired', message: 'Nobody answered for 29 days.' };
    case 'fault':
      return { ...plain, tone: 'fault', label: outcome.code, message: outcome.message };
    case 'result':
      return operation === 'collectRewards'
        ? collected(outcome as CollectOutcome)
        : single(outcome as SingleOutcome);
  }
}

type ResultOutcome<Name extends Settled['operation']> = Extract<
  Outcome<
    NonNullable<Extract<Extract<Settled, { operation: Name }>['outcome'], { kind: 'result' }>['result']>
  >,
  { kind: 'result' }
>;
type CollectOutcome = ResultOutcome<'collectRewards'>;
type SingleOutcome = ResultOutcome<'exchange'> | ResultOutcome<'claimReward'>;

function single({ result }: SingleOutcome): Summary {
  if (result.__typename === 'Receipt') {
    const { replayed, changes, claim } = result;
    const drawn = claim.draws.map(({ outcome, guaranteed }) => ({ outcome, guaranteed }));
    const label = replayed ? 'Receipt, replayed' : 'Receipt';
    return { tone: 'good', label, message: null, isReplay: replayed, moved: movedBy(changes), drawn };
  }
  return {
    tone: 'rejected',
    label: nameOf(result.__typename.replace(/(?<!^)([A-Z])/g, ' $1').toLowerCase()),
    message: result.message,
    isReplay: false,
    moved: [],
    drawn: [],
  };
}

function collected({ result }: CollectOutcome): Summary {
  if (result.__typename !== 'CollectRewardsReceipt')
    return {
      tone: 'rejected',
      label: 'Key reused',
      message: result.message,
      isReplay: false,
      moved: [],
      drawn: [],
    };
  const { items, replayed, granted, rejected, failed } = result;
  const sums = new Map<string, number>();
  for (const { resource, delta } of items.flatMap(changesOf))
    sums.set(resource, (sums.get(resource) ?? 0) + delta);
  const counts = [`${granted} paid`, rejected && `${rejected} rejected`, failed && `${failed} failed`];
  return {
    tone: granted > 0 || items.length === 0 ? 'good' : 'rejected',
    label: replayed ? 'Receipt, replayed' : 'Receipt',
    message: items.length === 0 ? 'The inbox was empty.' : counts.filter(Boolean).join(', '),
    isReplay: replayed,
    moved: [...sums].map(([resource, delta]) => ({ resource, delta })),
    drawn: [],
  };
}

function changesOf({ result }: CollectRewardsItem): readonly BalanceChange[] {
  return result.__typename === 'Receipt' ? movedBy(result.changes) : [];
}

export const amountsOf = (amounts: readonly ResourceAmount[]) =>
  amounts.filter(({ resource }) => isShownResource(resource));

/** `2026-12-01T00:00:00Z` → `in 6 h`. */
export function untilText(time: string, now: number = Date.now()): string {
  const minutes = Math.max(1, Math.round((Date.parse(time) - now) / 60_000));
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `in ${hours} h` : `in ${Math.round(hours / 24)} days`;
}
