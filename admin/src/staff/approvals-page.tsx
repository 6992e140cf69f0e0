// Approvals: what members proposed, what it would do, and approving, withdrawing or executing it.
import type { Proposal } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ActionName } from '../actions/action.ts';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { objectOf } from '../players/explain.ts';
import { MoreButton } from '../records/page-parts.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { changeOf, linesOf, titleOf } from './proposal-text.ts';
import { isOfStaff, proposalsQuery, refreshStaff } from './queries.ts';

const route = getRouteApi('/approvals');

const SHOWN = [
  { show: 'waiting', title: 'Waiting' },
  { show: 'all', title: 'All' },
] as const;

export function ApprovalsPage() {
  const { show } = route.useSearch();
  const query = useInfiniteQuery(proposalsQuery(show === 'waiting'));
  const all = query.data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? [];
  return (
    <div className="page-body page-body-narrow">
      <div className="page-head">
        <h1>Approvals</h1>
        <p className="muted">What one member proposes, another one approves. Then it is executed once.</p>
      </div>
      <UnansweredActions isHere={isOfStaff} refresh={refreshStaff} />
      <nav className="tabs" aria-label="Approvals">
        {SHOWN.map((each) => (
          <Link
            key={each.show}
            to="/approvals"
            search={{ show: each.show }}
            className="tab"
            aria-current={show === each.show ? 'page' : undefined}
          >
            {each.title}
          </Link>
        ))}
      </nav>
      {query.isPending && <Loading lines={8} label="Loading the proposals" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && all.length === 0 && (
        <Empty title={show === 'waiting' ? 'Nothing waits.' : 'Nothing was ever proposed.'}>
          <p>Campaigns, undos and changes of staff that need a second member appear here.</p>
        </Empty>
      )}
      <ul className="proposals">
        {all.map((proposal) => (
          <li key={proposal.id} className="card">
            <Card proposal={proposal} />
          </li>
        ))}
      </ul>
      <MoreButton query={query} title="Load earlier proposals" />
    </div>
  );
}

const TONES: Readonly<Record<Proposal['state'], string>> = {
  OPEN: 'warn',
  APPROVED: 'good',
  EXECUTED: 'plain',
  WITHDRAWN: 'bad',
  EXPIRED: 'bad',
};

function Card({ proposal }: { readonly proposal: Proposal }) {
  const { id, state, proposedBy, proposedAt, expiresAt, decidedBy, decidedAt, summary } = proposal;
  const { reason } = objectOf(summary);
  return (
    <article aria-labelledby={`proposal-${id}`}>
      <div className="proposal-head">
        <h2 id={`proposal-${id}`}>{titleOf(proposal)}</h2>
        <span className={`badge badge-${TONES[state]}`}>{state.toLowerCase()}</span>
      </div>
      <p className="sub muted">
        Proposal {id} of {proposedBy}, <Moment at={proposedAt} />
        {typeof reason === 'string' && `: ${reason}`}
      </p>
      <dl className="pairs">
        {linesOf(proposal).map(({ name, value }) => [
          <dt key={name}>{name}</dt>,
          <dd key={`${name} value`}>{value}</dd>,
        ])}
      </dl>
      {proposal.kind === 'config.publish' && (
        <p>
          <Link to="/config" search={{ view: 'publish' }}>
            See what it changes
          </Link>
        </p>
      )}
      <p className="sub muted">
        {decidedBy && decidedAt ? (
          <>
            {state === 'WITHDRAWN' ? 'Withdrawn' : 'Approved'} by {decidedBy}, <Moment at={decidedAt} />
          </>
        ) : (
          <>
            Expires <Moment at={expiresAt} />. The approver’s role needs {proposal.permission}.
          </>
        )}
      </p>
      <Subject proposal={proposal} />
      <Decisions proposal={proposal} />
    </article>
  );
}

/** Where its dry run is, and where it is started. */
function Subject({ proposal: { kind, subject } }: { readonly proposal: Proposal }) {
  if (kind === 'campaign.run')
    return (
      <Link to="/campaigns/$campaignId" params={{ campaignId: subject }}>
        To the campaign
      </Link>
    );
  if (kind === 'undo.run')
    return (
      <Link to="/undo/$undoId" params={{ undoId: subject }}>
        To the undo
      </Link>
    );
  return null;
}

type Open = 'approve' | 'withdraw' | 'execute';

function Decisions({ proposal }: { readonly proposal: Proposal }) {
  const viewer = useViewer();
  const [open, setOpen] = useState<Open | null>(null);
  const { id, state, proposedBy, permission } = proposal;
  const isOwn = viewer.kind === 'staff' && viewer.member.id === proposedBy;
  const mayDecide = may(viewer, permission);
  const change = changeOf(proposal);
  if (state !== 'OPEN' && state !== 'APPROVED') return null;
  const close = () => setOpen(null);
  const title = titleOf(proposal);
  return (
    <div className="actions proposal-actions">
      {state === 'OPEN' && !isOwn && mayDecide && (
        <button type="button" className="button button-primary" onClick={() => setOpen('approve')}>
          Approve…
        </button>
      )}
      {state === 'OPEN' && isOwn && <p className="muted">You proposed it: somebody else approves it.</p>}
      {state === 'APPROVED' && change && may(viewer, permission) && (
        <button type="button" className="button button-primary" onClick={() => setOpen('execute')}>
          Execute…
        </button>
      )}
      {(isOwn || mayDecide) && (
        <button type="button" className="button" onClick={() => setOpen('withdraw')}>
          Withdraw…
        </button>
      )}
      {open === 'approve' && (
        <ChangeDialog
          title={`Approve: ${title}`}
          verb="Approve"
          name="approveProposal"
          input={{ proposalId: id }}
          onClose={close}
        >
          <Summary proposal={proposal} />
        </ChangeDialog>
      )}
      {open === 'withdraw' && (
        <ChangeDialog
          title={`Withdraw: ${title}`}
          verb="Withdraw"
          isDangerous
          name="withdrawProposal"
          input={{ proposalId: id }}
          onClose={close}
        />
      )}
      {open === 'execute' && change && (
        <ChangeDialog
          title={title}
          verb="Execute"
          name={change.name as ActionName}
          input={change.input}
          onClose={close}
        >
          <Summary proposal={proposal} />
        </ChangeDialog>
      )}
    </div>
  );
}

function Summary({ proposal }: { readonly proposal: Proposal }) {
  return (
    <dl className="pairs">
      {linesOf(proposal).map(({ name, value }) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} value`}>{value}</dd>,
      ])}
    </dl>
  );
}
