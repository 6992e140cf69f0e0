/** Approvals: the list of proposals, and approving and withdrawing one. */
import {
  APPROVE_PROPOSAL,
  decideApproveProposal,
  decideWithdrawProposal,
  WITHDRAW_PROPOSAL,
} from '../domain/proposals.ts';
import { isRecordCursor, readRecords, recordCursor } from '../ledger/read-records.ts';
import type { InputFields } from '../schema/inputs.ts';
import { Proposal, type ProposalShape } from '../schema/proposal.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';

const ProposalReceipt = defineReceipt('ProposalReceipt', 'proposal', Proposal);

const fields = (t: InputFields) => ({
  proposalId: t.field({ type: 'PositiveInt', required: true }),
  reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' }),
});

export const approveProposal = defineAction({
  ...APPROVE_PROPOSAL,
  description:
    'Staff: approves what another staff member proposed. The approver’s role must hold the permission that the proposal names. It does not execute it: the one who proposed it then does.',
  input: fields,
  receipt: ProposalReceipt,
  rejections: ['unknown_record', 'proposal_refused'],
  decide: decideApproveProposal,
  example: { proposalId: 1, reason: 'checked the dry run' },
});

export const withdrawProposal = defineAction({
  ...WITHDRAW_PROPOSAL,
  description:
    'Staff: withdraws a proposal that was not executed. The one who proposed it may, and those who could approve it.',
  input: fields,
  receipt: ProposalReceipt,
  rejections: ['unknown_record', 'proposal_refused'],
  decide: decideWithdrawProposal,
  example: { proposalId: 1, reason: 'the amounts are wrong' },
});

export const proposals = defineConnection({
  name: 'proposals',
  description: `What staff proposed for others to approve, newest first; changes of staff for those with \`staff:read\`; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: Proposal,
  actors: ['staff'],
  args: (t) => ({
    id: t({ type: 'PositiveInt', description: 'Only this one.' }),
    waiting: t.boolean({ description: 'Only those that can still be approved or executed.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('proposal'), isValid: isRecordCursor('proposal') }),
  resolve: ({ id, waiting }, page, { actor, read }) =>
    read((database) => {
      const request = { kind: 'proposal', waiting: waiting === true, page, ...(id && { id }) } as const;
      return readRecords<ProposalShape>(database, actor, request);
    }),
  example: { waiting: true, first: 20 },
});
