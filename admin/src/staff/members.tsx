// The list of members: searched by the beginning of the ID, narrowed to a role.
import type { StaffMember } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { MoreButton } from '../records/page-parts.tsx';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { membersQuery, rolesQuery, type WantedMembers } from './queries.ts';

export function Members({ wanted }: { readonly wanted: WantedMembers }) {
  const query = useInfiniteQuery(membersQuery(wanted));
  const roles = useQuery(rolesQuery);
  const members = query.data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? [];
  const isPending = query.isPending || roles.isPending;
  return (
    <section aria-label="Members">
      <Filters
        key={JSON.stringify(wanted)}
        wanted={wanted}
        roles={roles.data?.map(({ name }) => name) ?? []}
      />
      {isPending && <Loading lines={8} label="Loading the members" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {!isPending && query.data && members.length === 0 && (
        <Empty title="Nobody was found.">
          <p>An ID is the subject of a member’s token. Its beginning is enough.</p>
        </Empty>
      )}
      {!isPending && members.length > 0 && (
        <TableScroll label="Members" isCard>
          <Table members={members} />
        </TableScroll>
      )}
      <MoreButton query={query} title="Load more members" />
    </section>
  );
}

interface FiltersProps {
  readonly wanted: WantedMembers;
  readonly roles: readonly string[];
}

function Filters({ wanted, roles }: FiltersProps) {
  const navigate = useNavigate();
  const [q, setQ] = useState(wanted.q);
  const [role, setRole] = useState(wanted.role);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate({ to: '/staff', search: { tab: 'members', q: q.trim(), role } });
  };
  const options = role === '' || roles.includes(role) ? roles : [role, ...roles];
  return (
    <search>
      <form className="filters" onSubmit={submit}>
        <Field label="ID begins with">
          {({ id }) => (
            <input
              id={id}
              className="input"
              value={q}
              onChange={(event) => setQ(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={255}
            />
          )}
        </Field>
        <Field label="Role">
          {({ id }) => (
            <select id={id} className="input" value={role} onChange={(event) => setRole(event.target.value)}>
              <option value="">Any</option>
              {options.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="button button-primary">
          Show
        </button>
      </form>
    </search>
  );
}

/** What bounds awards, in value. */
const limit = (own: number | null) => (own === null ? <span className="muted">config</span> : whole(own));

function Table({ members }: { readonly members: readonly StaffMember[] }) {
  return (
    <table className="changes-table">
      <caption className="visually-hidden">Members, in the order in which they were registered</caption>
      <thead>
        <tr>
          <th scope="col">Member</th>
          <th scope="col">Role</th>
          <th scope="col" className="number">
            One award
          </th>
          <th scope="col" className="number">
            One day
          </th>
          <th scope="col">Last action</th>
        </tr>
      </thead>
      <tbody>
        {members.map(({ id, role, rewardLimit, dailyBudget, disabledAt, lastActionAt, proposalId }) => (
          <tr key={id}>
            <th scope="row">
              <Link to="/staff/$staffId" params={{ staffId: id }} search={{}}>
                {id}
              </Link>
            </th>
            <td>
              <span className="badges">
                {role} {disabledAt && <span className="badge badge-bad">disabled</span>}
                {proposalId !== null && <span className="badge badge-warn">change waits</span>}
              </span>
            </td>
            <td className="number">{limit(rewardLimit)}</td>
            <td className="number">{limit(dailyBudget)}</td>
            <td>{lastActionAt ? <Moment at={lastActionAt} /> : <span className="muted">never</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
