// Staff: members and roles. The tab is in the address.
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { may, useViewer } from '../session/staff.ts';
import { AddMember } from './member-dialogs.tsx';
import { Members } from './members.tsx';
import { isOfStaff, refreshStaff } from './queries.ts';
import { Roles } from './roles.tsx';

const route = getRouteApi('/staff');

const TABS = [
  { tab: 'members', title: 'Members' },
  { tab: 'roles', title: 'Roles' },
] as const;

export function StaffPage() {
  const { tab, ...wanted } = route.useSearch();
  const viewer = useViewer();
  const navigate = useNavigate();
  const [isAdding, setAdding] = useState(false);
  return (
    <div className="page-body">
      <div className="page-head player-head">
        <div>
          <h1>Staff</h1>
          <p className="muted">Who may do what, and within which limits.</p>
        </div>
        {may(viewer, 'staff:manage') && (
          <button type="button" className="button button-primary" onClick={() => setAdding(true)}>
            Add a member
          </button>
        )}
      </div>
      <UnansweredActions isHere={isOfStaff} refresh={refreshStaff} />
      <nav className="tabs" aria-label="Staff">
        {TABS.map((each) => (
          <Link
            key={each.tab}
            to="/staff"
            search={{ q: '', role: '', tab: each.tab }}
            className="tab"
            aria-current={tab === each.tab ? 'page' : undefined}
          >
            {each.title}
          </Link>
        ))}
      </nav>
      {tab === 'roles' ? <Roles /> : <Members wanted={wanted} />}
      {isAdding && (
        <AddMember
          onClose={() => setAdding(false)}
          onDone={(staffId) => navigate({ to: '/staff/$staffId', params: { staffId }, search: {} })}
        />
      )}
    </div>
  );
}
