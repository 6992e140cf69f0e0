/** Approvals through the API: who approves, what is answered, and what is listed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asStaff, faultOf, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { addStaffMember, auditEvents } from '../support/worker/ledger-state.ts';
import { newProposal } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(serveExample);

const member = (role: 'support' | 'economist' | 'auditor' | 'admin') =>
  addStaffMember(fresh('staff'), { role });
const reason = 'checked the dry run';

const stateOf = async (id: number) => {
  const auditor = asStaff(await member('auditor'));
  const page = resultOf(await auditor.proposals({ first: 100 }));
  return page.edges.find(({ node }) => node.id === id)?.node.state;
};

it('shows one proposal by its ID', async () => {
  const [id] = [await newProposal(), await newProposal()];
  const auditor = asStaff(await member('auditor'));
  const one = resultOf(await auditor.proposals({ id, waiting: true }));
  expect(one.edges.map(({ node }) => [node.id, node.state])).toEqual([[id, 'OPEN']]);
});

describe('approveProposal', () => {
  it('approves what another member proposed, once, and records who did', async () => {
    const proposalId = await newProposal();
    const [admin, key] = [await member('admin'), freshKey()];
    const first = resultAs(
      await asStaff(admin).approveProposal({ proposalId, reason }, { key }),
      'ProposalReceipt',
    );
    expect(first).toMatchObject({
      replayed: false,
      proposal: { id: proposalId, state: 'APPROVED', decidedBy: admin, kind: 'test' },
    });
    const again = await asStaff(admin).approveProposal({ proposalId, reason }, { key });
    expect(resultOf(again)).toEqual({ ...first, replayed: true });
    expect(await auditEvents(admin)).toMatchObject([
      { action: 'approveProposal', outcome: 'granted', reason, playerId: null },
    ]);
    const other = await asStaff(await member('admin')).approveProposal({ proposalId, reason });
    expect(rejectionOf(other, 'ProposalRefused')).toMatchObject({ why: 'APPROVED', proposalId });
  });

  it('is refused with another input under the key, which names the field', async () => {
    const [proposalId, otherId] = [await newProposal(), await newProposal()];
    const [admin, key] = [asStaff(await member('admin')), freshKey()];
    resultAs(await admin.approveProposal({ proposalId, reason }, { key }), 'ProposalReceipt');
    const reused = await admin.approveProposal({ proposalId: otherId, reason }, { key });
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['proposalId']);
    expect(await stateOf(otherId)).toBe('OPEN');
  });

  it('is refused to a role without the permission that the proposal names', async () => {
    const proposalId = await newProposal('staff:read');
    const refused = await asStaff(await member('support')).approveProposal({ proposalId, reason });
    expect(rejectionOf(refused, 'ProposalRefused')).toMatchObject({ why: 'ROLE', proposalId });
    expect(await stateOf(proposalId)).toBe('OPEN');
  });

  it('is FORBIDDEN to an auditor, and the proposal stays open', async () => {
    const proposalId = await newProposal();
    const answer = await asStaff(await member('auditor')).approveProposal({ proposalId, reason });
    expect(faultOf(answer)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stateOf(proposalId)).toBe('OPEN');
  });
});

describe('withdrawProposal', () => {
  it('ends a proposal, which can then not be approved', async () => {
    const proposalId = await newProposal();
    const admin = asStaff(await member('admin'));
    const withdrawn = resultAs(await admin.withdrawProposal({ proposalId, reason }), 'ProposalReceipt');
    expect(withdrawn.proposal.state).toBe('WITHDRAWN');
    const late = await admin.approveProposal({ proposalId, reason });
    expect(rejectionOf(late, 'ProposalRefused').why).toBe('WITHDRAWN');
  });

  it('of an unknown proposal is rejected with its ID', async () => {
    const unknown = await asStaff(await member('admin')).withdrawProposal({ proposalId: 2 ** 40, reason });
    expect(rejectionOf(unknown, 'UnknownRecord')).toMatchObject({ record: 'proposal', id: 2 ** 40 });
  });
});

describe('proposals', () => {
  it('lists the newest first, by pages, and only those that wait if asked', async () => {
    const [older, newer] = [await newProposal(), await newProposal()];
    const admin = asStaff(await member('admin'));
    resultAs(await admin.withdrawProposal({ proposalId: newer, reason }), 'ProposalReceipt');
    const first = resultOf(await admin.proposals({ first: 1 }));
    expect(first.edges.map(({ node }) => node.id)).toEqual([newer]);
    const second = resultOf(await admin.proposals({ first: 1, after: first.pageInfo.endCursor }));
    expect(second.edges.map(({ node }) => node.id)).toEqual([older]);
    const waiting = resultOf(await admin.proposals({ first: 1, waiting: true }));
    expect(waiting.edges.map(({ node }) => node.id)).toEqual([older]);
  });
});
