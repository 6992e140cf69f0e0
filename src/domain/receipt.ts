/**
 * Receipts and previews: the changes of an operation, and what follows from them for level, tier and stats. An answer shows the
 * balances that the operation touched and no others, so that it can be repeated from the claim and its entries alone.
 */

import { oddsOf, type TableOdds } from './odds.ts';
import type { Operation } from './operation.ts';
import type { Anchors, Balances, ChangeRecord, ClaimRecord, Outcome, Preview } from './outcome.ts';
import { deriveStanding, levelOf, type Regenerations, type Standing, tierOf } from './player-state.ts';
import { regenerate } from './regeneration.ts';
import type { Amount, BalanceRules } from './rules.ts';
import { type Alternatives, amountsOf, termsOf } from './terms.ts';

/** The player directly after an operation, as far as it concerned them. */
export interface PlayerAfter extends Standing {
  readonly id: string;
  readonly version: number;
  /** The balances that moved. */
  readonly balances: Balances;
  readonly regenerations: Regenerations;
}

/** What receipts and previews have in common. */
export interface Effect {
  readonly changes: readonly ChangeRecord[];
  readonly player: PlayerAfter;
  /** Null: the rules have no levels. */
  readonly levelBefore: number | null;
  readonly levelAfter: number | null;
  /** Null: below the first tier, or the rules have no tiers. */
  readonly tierBefore: string | null;
  readonly tierAfter: string | null;
}

/** What an operation did to a player. `version` is the player's afterwards. */
interface Moved {
  readonly id: string;
  readonly version: number;
  readonly changes: readonly ChangeRecord[];
  readonly anchors: Anchors;
  readonly shown: Balances;
}

function effectOf(moved: Moved, rules: BalanceRules): Effect {
  const { changes, shown } = moved;
  const before = { ...shown, ...firstOf(changes) };
  const player = playerAfter(moved, rules);
  return {
    changes,
    player,
    levelBefore: levelOf(before, rules),
    levelAfter: player.level,
    tierBefore: tierOf(before, rules)?.name ?? null,
    tierAfter: player.tier?.name ?? null,
  };
}

function playerAfter({ id, version, changes, anchors, shown }: Moved, rules: BalanceRules): PlayerAfter {
  const balances = Object.fromEntries(changes.map(({ resource, after }) => [resource, after]));
  const known = { ...shown, ...balances };
  const regenerations = regenerationsOf(balances, { known, anchors, rules });
  return { id, version, balances, regenerations, ...deriveStanding(known, rules) };
}

/** The balances before the changes: each resource's first change has it. */
function firstOf(changes: readonly ChangeRecord[]): Balances {
  return Object.fromEntries(changes.toReversed().map(({ resource, before }) => [resource, before]));
}

/** How the balances that moved go on regenerating: the kernel has just written down what had regenerated. */
function regenerationsOf(
  moved: Balances,
  { known, anchors, rules }: { known: Balances; anchors: Anchors; rules: BalanceRules },
): Regenerations {
  const regenerations: Record<string, Regenerations[string]> = {};
  for (const resource of Object.keys(moved)) {
    const anchor = anchors[resource];
    const current = rules.resources.get(resource)?.accrual?.regenerates;
    if (!current || anchor === undefined) continue;
    const { everySeconds, amount, upTo: cap } = current;
    const rule = { resource, effectiveFrom: anchor, effectiveUntil: null, everySeconds, amount, cap };
    const at = new Date(anchor);
    const held = { balances: known, anchors, playerSince: at };
    const { regeneration } = regenerate(resource, [{ ...rule, opening: null }], held, at);
    if (regeneration) regenerations[resource] = regeneration;
  }
  return regenerations;
}

/** The answer to a granted operation. */
export interface Receipt extends Effect {
  readonly kind: 'receipt';
  readonly claim: ClaimRecord;
  /** The changes of the other player of a transfer; null where there is none. */
  readonly counterpartyChanges: readonly ChangeRecord[] | null;
  readonly replayed: boolean;
  readonly archived: boolean;
  readonly correlationId: string;
}

/** `rules` must be those of the claim's own config version: a replay shows the original numbers. */
export function receiptOf(granted: Extract<Outcome, { kind: 'granted' }>, rules: BalanceRules): Receipt {
  const { claim, changes, anchors, shown, counterpartyChanges, replayed, archived } = granted;
  if (claim.configVersion !== rules.version) {
    throw new Error(`claim of config version ${claim.configVersion} shown under version ${rules.version}`);
  }
  const { playerId: id, playerVersion: version, correlationId } = claim;
  const effect = effectOf({ id, version, changes, anchors, shown }, rules);
  return { kind: 'receipt', claim, ...effect, counterpartyChanges, replayed, archived, correlationId };
}

/** What an operation would do now. Nothing is written, no key is taken and nothing is rolled. */
export interface Previewed extends Effect {
  readonly kind: 'preview';
  /** The player's version that the preview was computed for. */
  readonly playerVersion: number;
  readonly configVersion: number;
  /** Whether what it gives would become a pending reward. */
  readonly becamePending: boolean;
}

/** Of what can be accepted with its terms. */
interface Offered extends Previewed {
  readonly terms: string;
}

export interface ClaimPreview extends Offered {
  readonly claimType: string;
  readonly claimKey: string;
  readonly draws: readonly TableOdds[];
}

export interface ExchangePreview extends Offered {
  readonly draws: readonly TableOdds[];
  /** The ways to pay, in order. */
  readonly prices: readonly { readonly costs: readonly Amount[] }[];
  /** Which of several prices would be paid, from 0; null: there is one. */
  readonly paidWith: number | null;
}

/** What the kernel found, for which operation, and the rules that decided it. */
export interface EvaluatedOperation {
  readonly found: Extract<Preview, { kind: 'preview' }>;
  readonly operation: Operation;
  readonly rules: BalanceRules;
  /** Null: the mutation has no terms. */
  readonly alternatives: Alternatives | null;
}

export function previewOfClaim(evaluated: EvaluatedOperation): ClaimPreview {
  const { operation, found } = evaluated;
  const alternatives = offered(evaluated);
  const { claimType, claimKey } = operation;
  // The draws of an announced reward were rolled under the odds of its announcement.
  const draws = found.pending ? [] : oddsOf(alternatives[0].draws, found.balances);
  return { ...previewOf(evaluated), terms: termsOf(alternatives), claimType, claimKey, draws };
}

export function previewOfExchange(evaluated: EvaluatedOperation): ExchangePreview {
  const { found } = evaluated;
  const alternatives = offered(evaluated);
  return {
    ...previewOf(evaluated),
    terms: termsOf(alternatives),
    draws: oddsOf(alternatives[0].draws, found.balances),
    prices: alternatives.map((way) => ({ costs: amountsOf(way).costs })),
    paidWith: found.paidWith,
  };
}

function offered({ alternatives, operation }: EvaluatedOperation): Alternatives {
  if (alternatives === null) throw new Error(`${operation.name} has no terms`);
  return alternatives;
}

export function previewOf({ found, operation, rules }: EvaluatedOperation): Previewed {
  const { playerVersion, changes, anchors, shown, becamePending } = found;
  // A claim raises the version by one, unless all that it gives becomes pending.
  const version = becamePending && changes.length === 0 ? playerVersion : playerVersion + 1;
  const moved = { id: operation.playerId, version, changes, anchors, shown };
  const versions = { playerVersion, configVersion: rules.version };
  return { kind: 'preview', ...effectOf(moved, rules), ...versions, becamePending };
}
