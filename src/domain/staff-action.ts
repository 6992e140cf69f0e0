/**
 * Actions of staff that are about no player: on proposals, lists, campaigns and configs. Each is an operation that belongs to the staff
 * member, with an effect that the kernel executes in the same transaction (drizzle/kernel/40_actions.sql).
 */
import type { Json } from './canonical.ts';
import { type Decision, decide, type Intent, lookup, reject } from './decide.ts';
import type { Fault } from './fault.ts';
import type { OperationKind } from './operation.ts';
import type { Rejection } from './rejections.ts';
import type { BalanceRules } from './rules.ts';

export interface ActionKind extends OperationKind {
  readonly claimType: string;
}

/** What the kernel does, such as `proposal.approve`, and with what. */
export interface Effect {
  readonly kind: string;
  readonly [argument: string]: Json;
}

export interface DecidedAction {
  readonly decision: Decision;
  readonly effect: Effect;
}

interface ActionRequest {
  readonly intent: Intent;
  readonly kind: ActionKind;
  /** What the client sent, without its key. It is kept with the claim: of what is large, a digest. */
  readonly input: { readonly [name: string]: Json | undefined };
  readonly reason?: string | null;
  readonly effect: Effect;
  /** Set where it was judged before, and is recorded as rejected. */
  readonly rejection?: Rejection | null;
}

/** `check` may read the rules. A fault records nothing. The claim key is the idempotency key: an action can be repeated with another. */
export function decideAction(
  { intent, kind, input, reason = null, effect, rejection = null }: ActionRequest,
  check: (rules: BalanceRules) => Fault | null = () => null,
): DecidedAction {
  const decision = decide({ intent, kind, input }, (rules) => {
    const fault = check(rules);
    if (fault) return lookup(fault);
    const claim = { claimType: kind.claimType, claimKey: intent.idempotencyKey };
    return rejection ? reject(claim, rejection) : { kind: 'commit', ...claim, reason };
  });
  return { decision, effect };
}
