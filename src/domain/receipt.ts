/** Receipts and previews: the changes of an operation, and what follows from them for level, tier and stats. */
import { type TableOdds, tableOdds } from './draw.ts';
import type { Operation } from './operation.ts';
import type { ChangeRecord, ClaimRecord, Outcome, Preview } from './outcome.ts';
import {
  balancesBefore,
  derivePlayer,
  levelOf,
  type PlayerState,
  type RecordedPlayer,
  tierOf,
} from './player-state.ts';
import type { BalanceRules } from './rules.ts';

/** What receipts and previews have in common. */
export interface Effect {
  readonly changes: readonly ChangeRecord[];
  /** The player directly after the changes. */
  readonly player: PlayerState;
  readonly levelBefore: number;
  readonly levelAfter: number;
  readonly tierBefore: string | null;
  readonly tierAfter: string | null;
}

/** `recorded`: the player after the changes. */
function effectOf(recorded: RecordedPlayer, changes: readonly ChangeRecord[], rules: BalanceRules): Effect {
  const before = balancesBefore(recorded.balances, changes);
  // The kernel has just computed regeneration for what moved, possibly under other rules than these: nothing is added to it.
  const player = derivePlayer(recorded, rules, new Set(changes.map(({ resource }) => resource)));
  return {
    changes,
    player,
    levelBefore: levelOf(before, rules),
    levelAfter: player.level,
    tierBefore: tierOf(before, rules).name,
    tierAfter: player.tier.name,
  };
}

/** The answer to a granted operation. */
export interface Receipt extends Effect {
  readonly kind: 'receipt';
  readonly claim: ClaimRecord;
  /** The changes of the other player of a transfer; null where there is none. */
  readonly counterpartyChanges: readonly ChangeRecord[] | null;
  readonly replayed: boolean;
  readonly correlationId: string;
}

/** `rules` must be those of the claim's own config version: a replay shows the original numbers. */
export function receiptOf(granted: Extract<Outcome, { kind: 'granted' }>, rules: BalanceRules): Receipt {
  const { claim, changes, counterpartyChanges, balances, anchors, playerSince, replayed } = granted;
  if (claim.configVersion !== rules.version) {
    throw new Error(`claim of config version ${claim.configVersion} shown under version ${rules.version}`);
  }
  const { playerId: id, playerVersion: version, claimedAt: at } = claim;
  return {
    kind: 'receipt',
    claim,
    ...effectOf({ id, version, balances, anchors, playerSince, at }, changes, rules),
    counterpartyChanges,
    replayed,
    correlationId: claim.correlationId,
  };
}

/** What an operation would do now. Nothing is written, no key is taken and nothing is rolled. */
export interface Previewed extends Effect {
  readonly kind: 'preview';
  /** The player's version that the preview was computed for. */
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

/** What the kernel found, for which operation, and the rules that decided it. */
export interface EvaluatedOperation {
  readonly found: Extract<Preview, { kind: 'preview' }>;
  readonly operation: Operation;
  readonly rules: BalanceRules;
}

export function previewOfClaim(evaluated: EvaluatedOperation): ClaimPreview {
  const { claimType, claimKey } = evaluated.operation;
  return { ...previewed(evaluated), claimType, claimKey };
}

export function previewOfExchange(evaluated: EvaluatedOperation, quantity: number): ExchangePreview {
  const { found, operation, rules } = evaluated;
  const draws = rules.exchanges.get(operation.claimType)?.draws ?? [];
  return {
    ...previewed(evaluated),
    draws: draws.map(({ table, times }) => tableOdds(table, times * quantity, found.balances)),
  };
}

function previewed({ found, operation, rules }: EvaluatedOperation): Previewed {
  const { playerVersion, changes, balances, anchors, playerSince, at } = found;
  // A claim raises the version by one.
  const after = { id: operation.playerId, version: playerVersion + 1, balances, anchors, playerSince, at };
  return {
    kind: 'preview',
    ...effectOf(after, changes, rules),
    playerVersion,
    configVersion: rules.version,
  };
}
