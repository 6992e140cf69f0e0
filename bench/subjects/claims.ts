/**
 * The claim that every subject with a database grants: a won duel that pays two currencies and experience, with the level-ups
 * that follow. Each series of claims uses its own 1,000 players and its own keys.
 */
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { encodeOperation, operationText } from '../../src/ledger/encode-operation.ts';

export interface Claim {
  readonly idempotencyKey: string;
  readonly type: string;
  readonly key: string;
  readonly playerId: string;
  readonly facts: { readonly rating_gap: number };
}

/** Returns the player of the nth claim. */
export type PlayerOf = (claimNumber: number) => string;

export const PLAYERS = 1_000;
export const SERVER_ID = 'bench-server';

/** The player of the nth request of a series. */
export const playerIn = (series: string, request: number) => `${series}-${request % PLAYERS}`;

/** Returns a function that makes a new claim on each call. The name of a series must be unique in its database. */
export function newClaims(
  series: string,
  playerOf: PlayerOf = (claimNumber) => playerIn(series, claimNumber),
): () => Claim {
  let made = 0;
  return () => {
    made += 1;
    return {
      idempotencyKey: `${series}-${made}-key-0123456789`,
      type: 'pvp_victory',
      key: `${series}-duel-${made}`,
      playerId: playerOf(made),
      facts: { rating_gap: 250 },
    };
  };
}

/** The operations that Onceward's own code decides for claims, as the kernel's parameter, for subjects that only commit them. */
export function kernelOperations(claims: readonly Claim[], rules: BalanceRules): string {
  return `[${claims.map((claim) => operationText(encodeOperation(operationOf(claim, rules)))).join(',')}]`;
}

function operationOf({ idempotencyKey, playerId, ...request }: Claim, rules: BalanceRules): Operation {
  const { operation, fault } = decideClaimReward(
    {
      actor: { kind: 'server', id: SERVER_ID },
      playerId,
      idempotencyKey,
      expectedVersion: null,
      correlationId: crypto.randomUUID(),
      clientCorrelationId: null,
      now: new Date(),
      rules,
      player: null,
      zones: null,
    },
    { ...request, ticket: null, terms: null },
  );
  if (fault) throw new Error(fault.message);
  return operation;
}

export type Changes = readonly { readonly resource: string; readonly delta: number }[];

/** Pays for a duel against a player rated 250 points higher. A level-up adds further changes. */
const PAY = { lumees: 125, auric_coins: 2, experience: 60 };

export function paysInFull(changes: Changes | undefined): boolean {
  return Object.entries(PAY).every(
    ([resource, pay]) => changes?.find((change) => change.resource === resource)?.delta === pay,
  );
}

/** The part of the kernel's answer that the benchmark verifies. */
export interface Answer {
  readonly outcomes: readonly {
    readonly kind: string;
    readonly replayed?: boolean;
    readonly changes?: Changes;
  }[];
}

/** Whether each of the operations was granted now and paid in full. */
export function areNewGrants(answer: Answer | undefined, operations = 1): boolean {
  return (
    answer?.outcomes.length === operations &&
    answer.outcomes.every(
      ({ kind, replayed, changes }) => kind === 'granted' && replayed === false && paysInFull(changes),
    )
  );
}
