/** Proposal: what one staff member proposed and another approves. */
import { builder } from './builder.ts';

/** As drizzle/kernel/41_proposals.sql makes it. */
export interface ProposalShape {
  readonly id: number;
  readonly kind: string;
  readonly subject: string;
  readonly digest: string;
  readonly summary: unknown;
  readonly permission: string;
  readonly state: ProposalState;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly expiresAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly executedAt: string | null;
}

export type ProposalState = 'open' | 'approved' | 'withdrawn' | 'expired' | 'executed';

const State = builder.enumType('ProposalState', {
  description: 'What has become of a proposal.',
  values: {
    OPEN: { value: 'open', description: 'It waits for somebody who approves it.' },
    APPROVED: { value: 'approved', description: 'It can be executed, once.' },
    WITHDRAWN: { value: 'withdrawn', description: 'It was withdrawn, or another one replaced it.' },
    EXPIRED: { value: 'expired', description: 'Its time is over.' },
    EXECUTED: { value: 'executed', description: 'What was approved has been done.' },
  } satisfies Record<string, { value: ProposalState; description: string }>,
});

export const Proposal = builder.objectRef<ProposalShape>('Proposal').implement({
  description:
    'Something that one staff member may do only if another approves it. The approver sees `summary`; what is done must have the same `digest`.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    kind: t.exposeString('kind', { description: 'What is proposed, such as `campaign.run`.' }),
    subject: t.exposeString('subject', { description: 'Of what: the ID of a campaign.' }),
    digest: t.exposeString('digest', { description: 'Of everything that is approved.' }),
    summary: t.expose('summary', { type: 'JSON', description: 'What is approved, for people.' }),
    permission: t.exposeString('permission', { description: 'What the approver’s role must hold.' }),
    state: t.expose('state', { type: State }),
    proposedBy: t.exposeString('proposedBy', { description: 'A staff ID.' }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it can no longer be approved or executed.',
    }),
    decidedBy: t.exposeString('decidedBy', {
      nullable: true,
      description: 'Who approved or withdrew it.',
    }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true }),
    executedAt: t.expose('executedAt', { type: 'DateTime', nullable: true }),
  }),
});
