/** approveProposal and withdrawProposal: what one staff member proposed, another approves. */
import type { Intent } from './decide.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { Reason } from './values.ts';

export const APPROVE_PROPOSAL = {
  name: 'approveProposal',
  claimType: 'proposal_approval',
  permission: 'proposal:decide',
} as const satisfies ActionKind;

export const WITHDRAW_PROPOSAL = {
  name: 'withdrawProposal',
  claimType: 'proposal_withdrawal',
  permission: 'proposal:decide',
} as const satisfies ActionKind;

export interface ProposalDecision {
  readonly proposalId: number;
  readonly reason: Reason;
}

export function decideApproveProposal(
  intent: Intent,
  { proposalId, reason }: ProposalDecision,
): DecidedAction {
  const input = { proposalId, reason };
  const effect = { kind: 'proposal.approve', proposalId };
  return decideAction({ intent, kind: APPROVE_PROPOSAL, input, reason, effect });
}

export function decideWithdrawProposal(
  intent: Intent,
  { proposalId, reason }: ProposalDecision,
): DecidedAction {
  const input = { proposalId, reason };
  const effect = { kind: 'proposal.withdraw', proposalId };
  return decideAction({ intent, kind: WITHDRAW_PROPOSAL, input, reason, effect });
}
