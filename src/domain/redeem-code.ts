/**
 * redeemCode: gives a player what a code holds. What that is, and whether it is left, only the ledger knows; the request carries the
 * HMAC of the code alone.
 */
import { type Decision, decide, type Intent } from './decide.ts';
import type { OperationKind } from './operation.ts';

export const REDEEM_CODE = {
  name: 'redeemCode',
  claimType: 'code_redemption',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface RedeemCode {
  /** 64 hex digits. */
  readonly digest: string;
}

export function decideRedeemCode(intent: Intent, { digest }: RedeemCode): Decision {
  const code = `hmac:${digest}`;
  return decide({ intent, kind: REDEEM_CODE, input: { code } }, () => ({
    kind: 'commit',
    claimType: REDEEM_CODE.claimType,
    // The kernel names the claim after the batch and the code's place in it.
    claimKey: code,
    source: { kind: 'code', digest },
    milestones: true,
  }));
}
