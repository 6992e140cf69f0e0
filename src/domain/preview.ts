/**
 * Previews: what an operation would do under today's rules, as the ledger judged it a moment ago. Nothing is written, no
 * key is taken and nothing is rolled; another operation may come in between.
 */
import { type Effect, effectOf } from './effect.ts';
import type { Operation } from './operation.ts';
import type { Preview } from './outcome.ts';
import { type TableOdds, tableOdds } from './preview-draws.ts';
import type { BalanceRules } from './rules.ts';

export interface Previewed extends Effect {
  readonly kind: 'preview';
  /** The player's version that it was judged at. */
  readonly playerVersion: number;
  readonly configVersion: number;
}

export interface ClaimPreview extends Previewed {
  readonly claimType: string;
  readonly claimKey: string;
}

export interface ExchangePreview extends Previewed {
  readonly draws: readonly TableOdds[];
}

/** What the ledger found, for which operation, and the rules that it was decided by. */
export interface Judged {
  readonly found: Extract<Preview, { kind: 'preview' }>;
  readonly operation: Operation;
  readonly rules: BalanceRules;
}

export function previewOfClaim(judged: Judged): ClaimPreview {
  const { claimType, claimKey } = judged.operation;
  return { ...previewed(judged), claimType, claimKey };
}

export function previewOfExchange(judged: Judged, quantity: number): ExchangePreview {
  const { found, operation, rules } = judged;
  const draws = rules.exchanges.get(operation.claimType)?.draws ?? [];
  return {
    ...previewed(judged),
    draws: draws.map(({ table, times }) => tableOdds(table, times * quantity, found.balances)),
  };
}

function previewed({ found, operation, rules }: Judged): Previewed {
  const { playerVersion, changes, balances, anchors, playerSince, at } = found;
  // As after the claim: each makes one version more.
  const after = { id: operation.playerId, version: playerVersion + 1, balances, anchors, playerSince, at };
  return {
    kind: 'preview',
    ...effectOf(after, changes, rules),
    playerVersion,
    configVersion: rules.version,
  };
}
