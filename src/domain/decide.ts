/**
 * Turns a request into an Operation. An intent is who wants what, for whom, when and under which rules. A decision is an
 * Operation. If it is a lookup, the decision also has the fault to report for an unknown key.
 */
import { type Actor, STAFF_PERMISSIONS, type StaffPermission } from './actor.ts';
import { dayOf, nextDayBegins } from './calendar.ts';
import { canonicalJson, type Json, sha256, withoutAbsent } from './canonical.ts';
import type { Fault } from './fault.ts';
import { NO_EFFECTS, type Operation, type OperationKind, type StaffCheck } from './operation.ts';
import { milestonesOf } from './postings.ts';
import type { Rejection } from './rejections.ts';
import type { BalanceRules } from './rules.ts';

export interface Intent {
  readonly actor: Actor;
  readonly playerId: string;
  readonly idempotencyKey: string;
  readonly expectedVersion: number | null;
  readonly correlationId: string;
  readonly now: Date;
  /** The current rules; null where none can be loaded. A known key is answered without them. */
  readonly rules: BalanceRules | null;
}

export interface Decision {
  readonly operation: Operation;
  /** Set where the operation is a lookup: what to report if the key is new. */
  readonly fault: Fault | null;
}

type Claim = Pick<Operation, 'claimType' | 'claimKey'>;

/** What the rules make of a request: postings to commit, a rejection to record, or a fault that records nothing. */
export type Plan =
  | ({ readonly kind: 'commit' } & Claim &
      Partial<
        Pick<
          Operation,
          | 'postings'
          | 'choices'
          | 'milestones'
          | 'furtherKeys'
          | 'quotas'
          | 'counterparty'
          | 'reverses'
          | 'owes'
          | 'paysOwed'
          | 'accruals'
          | 'reason'
        >
      >)
  | ({ readonly kind: 'reject'; readonly rejection: Rejection } & Claim)
  | { readonly kind: 'lookup'; readonly fault: Fault };

/** Records the rejection under the key. */
export function reject(claim: Claim, rejection: Rejection): Plan {
  return { kind: 'reject', ...claim, rejection };
}

/** The request cannot be decided. A known key is still answered; for a new key the fault is reported and nothing is recorded. */
export function lookup(fault: Fault): Plan {
  return { kind: 'lookup', fault };
}

export const NO_CONFIG: Fault = {
  code: 'CONFIG_UNAVAILABLE',
  field: null,
  message: 'No valid balance config can be loaded. Send the same key again in a moment.',
};

interface DecisionRequest {
  readonly intent: Intent;
  readonly kind: OperationKind;
  /**
   * What the client sent, without its idempotency key. Values that the server derives must not be in it: they would change the
   * fingerprint.
   */
  readonly input: { readonly [name: string]: Json | undefined };
  /** A fault that does not depend on the rules. */
  readonly fault?: Fault | null;
}

/** Faults in this order: that of the request, no config, that of the plan. */
export function decide(request: DecisionRequest, plan: (rules: BalanceRules) => Plan): Decision {
  const lookupOnly = lookupOperation(request);
  const { rules } = request.intent;
  if (request.fault) return { operation: lookupOnly, fault: request.fault };
  if (!rules) return { operation: lookupOnly, fault: NO_CONFIG };
  const planned = plan(rules);
  // The kind of a plan is the mode of its operation.
  switch (planned.kind) {
    case 'lookup':
      return { operation: lookupOnly, fault: planned.fault };
    case 'reject': {
      const { kind: mode, ...rejected } = planned;
      return { operation: { ...lookupOnly, ...rejected, mode }, fault: null };
    }
    case 'commit': {
      const { kind: mode, ...committed } = planned;
      const operation: Operation = { ...lookupOnly, ...committed, mode };
      // By default the level-ups that the postings can cause; reversals and recoveries pass their own.
      const milestones = planned.milestones ?? milestonesOf(operation, rules);
      return { operation: { ...operation, milestones }, fault: null };
    }
  }
}

/** The operation before it is decided: it looks the key up and does nothing else. */
function lookupOperation({ intent, kind: { name, permission }, input }: DecisionRequest): Operation {
  const sent = withoutAbsent({ ...input, expectedVersion: intent.expectedVersion });
  const byStaff = intent.actor.kind === 'staff';
  return {
    ...NO_EFFECTS,
    name,
    mode: 'lookup',
    playerId: intent.playerId,
    // Staff may mistype an ID.
    createPlayer: !byStaff,
    actor: intent.actor,
    staffCheck: byStaff ? staffCheck(intent, permission) : null,
    claimType: '',
    claimKey: '',
    idempotencyKey: intent.idempotencyKey,
    fingerprint: sha256(`${name}\n${canonicalJson(sent)}`),
    input: sent,
    correlationId: intent.correlationId,
    configVersion: intent.rules?.version ?? 0,
    expectedVersion: intent.expectedVersion,
  };
}

/** Without rules the operation is a lookup, which checks no limit. */
function staffCheck({ now, rules }: Intent, permission: StaffPermission): StaffCheck {
  return {
    roles: STAFF_PERMISSIONS[permission],
    day: rules ? dayOf(now, rules.timeZone) : '',
    renewsAt: rules ? nextDayBegins(now, rules.timeZone).toISOString() : '',
    defaultLimit: rules?.manualRewards.limitPerReward ?? 0,
    defaultBudget: rules?.manualRewards.budgetPerDay ?? 0,
    awardsPerDay: rules?.manualRewards.awardsPerDay ?? null,
  };
}
