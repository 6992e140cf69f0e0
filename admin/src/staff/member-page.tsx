// One member: role and limits, what they may do, and what they did.
import type { StaffMember } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { Actions } from '../audit/audit-page.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Id, Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { AssignRole, Disable, Enable, SetLimits } from './member-dialogs.tsx';
import { isOfStaff, memberQuery, refreshStaff } from './queries.ts';

const route = getRouteApi('/staff/$staffId');

export function MemberPage() {
  const { staffId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(memberQuery(staffId));
  return (
    <div className="page-body">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/staff" search={{ tab: 'members', q: '', role: '' }}>
          Staff
        </Link>
      </nav>
      <div className="page-head player-head">
        <div>
          <h1 className="mono">
            <Id value={staffId} label="staff ID" />
          </h1>
          {data && <Facts member={data} />}
        </div>
        {data && <Changes member={data} />}
      </div>
      <UnansweredActions isHere={isOfStaff} refresh={refreshStaff} />
      {isPending && <Loading lines={12} label="Loading the member" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data === null && (
        <Empty title="Nobody with this ID is staff.">
          <p>Check the ID. A member who is to be added is listed once somebody has approved it.</p>
        </Empty>
      )}
      {data && <Details member={data} />}
    </div>
  );
}

function Facts({ member: { role, disabledAt, addedAt, proposalId } }: { readonly member: StaffMember }) {
  return (
    <ul className="facts">
      <li>
        <span className="badge badge-strong">{role}</span>
      </li>
      {disabledAt && (
        <li>
          <span className="badge badge-bad">disabled</span> <Moment at={disabledAt} />
        </li>
      )}
      {addedAt && (
        <li className="muted">
          Added <Moment at={addedAt} show="date" />
        </li>
      )}
      {proposalId !== null && (
        <li>
          <Link to="/approvals" search={{ show: 'waiting' }}>
            Proposal {proposalId} waits
          </Link>
        </li>
      )}
    </ul>
  );
}

type Kind = 'role' | 'limits' | 'disable' | 'enable';

function Changes({ member }: { readonly member: StaffMember }) {
  const viewer = useViewer();
  const [open, setOpen] = useState<Kind | null>(null);
  if (!may(viewer, 'staff:manage')) return null;
  const isOwn = viewer.kind === 'staff' && viewer.member.id === member.id;
  const close = () => setOpen(null);
  const button = (kind: Kind, title: string) => (
    <button type="button" className="button" onClick={() => setOpen(kind)}>
      {title}
    </button>
  );
  return (
    <div className="actions">
      {isOwn && <p className="muted">Nobody changes their own role and limits.</p>}
      {!isOwn && button('role', 'Role…')}
      {!isOwn && button('limits', 'Limits…')}
      {member.disabledAt === null ? button('disable', 'Disable…') : button('enable', 'Enable…')}
      {open === 'role' && <AssignRole member={member} onClose={close} />}
      {open === 'limits' && <SetLimits member={member} onClose={close} />}
      {open === 'disable' && <Disable member={member} onClose={close} />}
      {open === 'enable' && <Enable member={member} onClose={close} />}
    </div>
  );
}

function Details({ member }: { readonly member: StaffMember }) {
  return (
    <div className="player-grid">
      <div className="player-aside">
        <section className="card" aria-labelledby="limits">
          <h2 id="limits">Limits</h2>
          <Limits member={member} />
        </section>
        <section className="card" aria-labelledby="permits">
          <h2 id="permits">The role permits</h2>
          {member.permissions.length === 0 && <p className="muted">Nothing.</p>}
          <ul className="chips">
            {member.permissions.map((permission) => (
              <li key={permission} className="badge">
                {permission}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <section className="timeline" aria-labelledby="actions">
        <div className="timeline-head">
          <h2 id="actions">What they did</h2>
          <Link to="/audit" search={{ staff: member.id, from: '', until: '', permission: '', outcome: '' }}>
            Filter in Audit
          </Link>
        </div>
        <Actions wanted={{ staff: member.id, from: '', until: '', permission: '', outcome: '' }} />
      </section>
    </div>
  );
}

const shown = (own: number | null) =>
  own === null ? <span className="muted">as in the config</span> : whole(own);

function Limits({ member: { rewardLimit, dailyBudget, resourceLimits } }: { readonly member: StaffMember }) {
  return (
    <dl className="pairs">
      <dt>One award, in value</dt>
      <dd>{shown(rewardLimit)}</dd>
      <dt>One day, in value</dt>
      <dd>{shown(dailyBudget)}</dd>
      {resourceLimits.map(({ resource, takes, perCall, perDay }) => {
        const what = `${takes ? 'Take' : 'Give'} ${resource}`;
        return [
          <dt key={`${what} call`}>{what}, at once</dt>,
          <dd key={`${what} call value`}>{shown(perCall)}</dd>,
          <dt key={`${what} day`}>{what}, a day</dt>,
          <dd key={`${what} day value`}>{shown(perDay)}</dd>,
        ];
      })}
    </dl>
  );
}
