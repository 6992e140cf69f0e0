/** What becomes of rewards that breakers held back: staff release them, or drop their claims. Nobody sends these operations. */
import { HELD_TYPE, RELEASE } from '../model/breakers.ts';
import type { Effect, EffectContext } from '../model/effect.ts';
import type { Operation } from '../operation.ts';
import type { ClaimRow, Rows } from './rows.ts';
import type { Tally } from './tally.ts';

/** The reasons that staff give: what a claim that was dropped records of the call. */
export const REASONS = { release: 'they were right', drop: 'they were wrong', reopen: 'to be made again' };

/** How the keys of calls begin that release what was held of frozen players: no client sends anything after them. */
export const AT_THE_END = 'last-release';

/** How many rewards could not be released while clients could collect them then. */
export function couldBeCollected({ settlements }: Pick<Rows, 'settlements'>): number {
  const during = settlements.filter(({ idempotencyKey }) => !idempotencyKey.startsWith(AT_THE_END));
  return during.reduce((sum, { waiting }) => sum + waiting, 0);
}

/** Whether a call of staff that settles what is held made the claim. */
export function isSettlement({ idempotencyKey, actorKind }: ClaimRow): boolean {
  return actorKind === 'staff' && idempotencyKey.startsWith('onceward:held.');
}

/** Whether a reversal lets its claim be made again. */
export function isReopening(claim: ClaimRow): boolean {
  if (isSettlement(claim)) return claim.row.reason === REASONS.reopen;
  return (claim.row.input as { readonly reopen?: boolean } | undefined)?.reopen === true;
}

/** The input of a claim of such a call, as its effect knows it. */
export function inputOfSettlement(claim: ClaimRow) {
  return { quantity: null, reopen: isReopening(claim), ifInsufficient: 'REFUSE' };
}

const release = {
  effect: ({ claim: { type, key } }: EffectContext): Effect => ({
    ...{ kind: 'claim', type, key, paysPending: 'only', releases: true, postings: [] },
  }),
};

/** Null: the claim is no such operation. A drop is a reversal, of a claim that gave no experience: levels stay as they are. */
export function settlementOf(
  claim: ClaimRow,
  operations: ReadonlyMap<string, Operation>,
): Pick<Operation, 'effect'> | null {
  if (claim.operation === RELEASE) return release;
  if (!isSettlement(claim)) return null;
  return {
    effect: (context) => {
      const reversal = operations.get(claim.operation)?.effect(context) as Effect;
      return reversal.kind === 'claim' ? { ...reversal, levels: 'onGain' } : reversal;
    },
  };
}

/**
 * The calls say how many they settled, and each is a claim of its own. Only what could not be paid is collected otherwise.
 * `replies`: by the key of a call, the number that each of its answers had.
 */
export function checkSettlements(
  tally: Tally,
  rows: Rows,
  replies: ReadonlyMap<string, readonly number[]>,
): void {
  const { claims, settlements } = rows;
  const granted = claims.filter(({ outcome }) => outcome === 'granted');
  const made = {
    'held.release': granted.filter(({ operation }) => operation === RELEASE).length,
    'held.drop': granted.filter((claim) => isSettlement(claim) && claim.operation !== RELEASE).length,
  };
  for (const [kind, count] of Object.entries(made)) {
    const settled = settlements.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.settled, 0);
    tally.check('I7', settled === count, () => ({
      what: `calls say that ${settled} rewards had a ${kind}, and ${count} claims were made`,
      player: '',
    }));
  }
  const byKey = new Map(settlements.map((one) => [one.idempotencyKey, one.settled]));
  for (const [key, numbers] of replies)
    tally.check(
      'I7',
      numbers.every((number) => number === byKey.get(key)),
      () => ({
        what: `call ${key} was answered ${numbers.join(', ')}, recorded is ${byKey.get(key)}`,
        player: '',
      }),
    );
  const waiting = couldBeCollected(rows);
  const collected = granted.filter(({ type, operation }) => type === HELD_TYPE && operation !== RELEASE);
  tally.check('I4', collected.length <= waiting, () => ({
    what: `${collected.length} rewards that were held were collected, and ${waiting} could not be released`,
    player: collected[0]?.player ?? '',
    claims: collected.map(({ id }) => id),
  }));
}
