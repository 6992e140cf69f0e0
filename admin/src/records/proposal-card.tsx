// The approval that a record waits for: who proposed it, who may approve it, and the buttons of those who may.
import { type Proposal, proposals } from '@onceward/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { client } from '../session/api.ts';
import { may, useViewer, type Viewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { type Offer, offer, RecordActions } from './record-actions.tsx';

const POLL_MS = 3_000;

const proposalQuery = (id: number) =>
  queryOptions({
    queryKey: ['proposal', id],
    queryFn: async (): Promise<Proposal | null> =>
      (await client.query(proposals, { id, first: 1 })).edges[0]?.node ?? null,
    // Somebody else approves it.
    refetchInterval: ({ state: { data } }) => (data?.state === 'OPEN' ? POLL_MS : false),
  });

/** Whether somebody else has to approve it first. */
export function useIsWaiting(proposalId: number | null): boolean {
  const { data } = useQuery({ ...proposalQuery(proposalId ?? 0), enabled: proposalId !== null });
  return data?.state === 'OPEN';
}

interface ProposalCardProps {
  readonly proposalId: number;
  /** What an approver confirms: "Run campaign winners: 2 players". */
  readonly what: string;
  /** Reads again what an approval changes. */
  readonly refresh: () => unknown;
}

export function ProposalCard({ proposalId, what, refresh }: ProposalCardProps) {
  const viewer = useViewer();
  const { data, error, isPending, refetch } = useQuery(proposalQuery(proposalId));
  const reread = async () => {
    await refetch();
    await refresh();
  };
  return (
    <section className="card" aria-labelledby="approval">
      <div className="card-head">
        <h2 id="approval">Approval</h2>
        {data && <span className={`badge badge-${TONES[data.state]}`}>{TITLES[data.state]}</span>}
      </div>
      {isPending && <Loading lines={3} />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data && (
        <>
          <p>
            Proposed by <strong>{data.proposedBy}</strong>, <Moment at={data.proposedAt} />.{' '}
            {data.decidedBy && data.decidedAt && (
              <>
                {data.state === 'WITHDRAWN' ? 'Withdrawn' : 'Approved'} by <strong>{data.decidedBy}</strong>,{' '}
                <Moment at={data.decidedAt} />.
              </>
            )}
          </p>
          <p className="muted">{adviceOf(data, viewer)}</p>
          <RecordActions offers={offersOf(data, viewer, what)} onDone={reread} />
        </>
      )}
    </section>
  );
}

const TONES: Readonly<Record<Proposal['state'], string>> = {
  OPEN: 'warn',
  APPROVED: 'good',
  EXECUTED: 'plain',
  WITHDRAWN: 'bad',
  EXPIRED: 'bad',
};

const TITLES: Readonly<Record<Proposal['state'], string>> = {
  OPEN: 'waits for an approval',
  APPROVED: 'approved',
  EXECUTED: 'approved and started',
  WITHDRAWN: 'withdrawn',
  EXPIRED: 'expired',
};

const isOwn = ({ proposedBy }: Proposal, viewer: Viewer) =>
  viewer.kind === 'staff' && viewer.member.id === proposedBy;

const mayApprove = (proposal: Proposal, viewer: Viewer) =>
  !isOwn(proposal, viewer) && may(viewer, 'proposal:decide') && may(viewer, proposal.permission);

function adviceOf(proposal: Proposal, viewer: Viewer) {
  const { state, permission, expiresAt } = proposal;
  if (state === 'APPROVED') return 'It can be started now, once, by those who may start it.';
  if (state !== 'OPEN') return null;
  const until = (
    <>
      {' '}
      until <Moment at={expiresAt} />
    </>
  );
  if (isOwn(proposal, viewer))
    return (
      <>
        Somebody else whose role has <code>{permission}</code> can approve it{until}: send them the address of
        this page.
      </>
    );
  if (mayApprove(proposal, viewer)) return <>Check what it would do. You can approve it{until}.</>;
  return (
    <>
      Your role cannot approve it. One that has <code>{permission}</code> can{until}.
    </>
  );
}

function offersOf(proposal: Proposal, viewer: Viewer, what: string): Offer[] {
  const { id: proposalId, state } = proposal;
  const isWaiting = state === 'OPEN' || state === 'APPROVED';
  const canDecide =
    may(viewer, 'proposal:decide') && (isOwn(proposal, viewer) || mayApprove(proposal, viewer));
  return [
    ...(state === 'OPEN' && mayApprove(proposal, viewer)
      ? [
          offer({
            name: 'approveProposal',
            title: `Approve proposal ${whole(proposalId)}`,
            verb: 'Approve',
            look: 'primary',
            about: <p>{what}. Approving does not start it: somebody starts it afterwards, once.</p>,
            asksReason: true,
            inputOf: (reason) => ({ proposalId, reason }),
          }),
        ]
      : []),
    ...(isWaiting && canDecide
      ? [
          offer({
            name: 'withdrawProposal',
            title: `Withdraw proposal ${whole(proposalId)}`,
            verb: 'Withdraw',
            isDangerous: true,
            about: <p>It can then no longer be approved or started. It can be proposed again.</p>,
            asksReason: true,
            inputOf: (reason) => ({ proposalId, reason }),
          }),
        ]
      : []),
  ];
}
