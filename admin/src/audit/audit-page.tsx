// Audit: what one staff member did or tried in a time, and an export of it.
import type { AuditEvent } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { MoreButton } from '../records/page-parts.tsx';
import { PERMISSIONS } from '../staff/permissions.ts';
import { saveCsv } from '../ui/csv.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { announce } from '../ui/toasts.tsx';
import { csvOfEvents } from './csv.ts';
import { actionsQuery, readAllActions, type Wanted } from './queries.ts';

const route = getRouteApi('/audit');

const OUTCOMES = ['granted', 'rejected', 'forbidden', 'listed'];

export function AuditPage() {
  const wanted = route.useSearch();
  return (
    <div className="page-body">
      <div className="page-head">
        <h1>Audit</h1>
        <p className="muted">What a staff member did or tried, with every attempt that was refused.</p>
      </div>
      <Form key={JSON.stringify(wanted)} wanted={wanted} />
      {wanted.staff === '' ? (
        <Empty title="Whose actions?">
          <p>Enter the ID of a staff member: the subject of their token.</p>
        </Empty>
      ) : (
        <Actions wanted={wanted} />
      )}
    </div>
  );
}

function Form({ wanted }: { readonly wanted: Wanted }) {
  const navigate = useNavigate();
  const [staff, setStaff] = useState(wanted.staff);
  const [from, setFrom] = useState(wanted.from);
  const [until, setUntil] = useState(wanted.until);
  const [permission, setPermission] = useState(wanted.permission);
  const [outcome, setOutcome] = useState(wanted.outcome);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate({ to: '/audit', search: { staff: staff.trim(), from, until, permission, outcome } });
  };
  const day = (label: string, value: string, onChange: (value: string) => void) => (
    <Field label={label}>
      {({ id }) => (
        <input
          id={id}
          className="input"
          type="date"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <search>
      <form className="filters" onSubmit={submit}>
        <Field label="Staff member">
          {({ id }) => (
            <input
              id={id}
              className="input"
              value={staff}
              onChange={(event) => setStaff(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              required
              maxLength={255}
            />
          )}
        </Field>
        {day('From', from, setFrom)}
        {day('Until, not included', until, setUntil)}
        <OptionField label="Permission" value={permission} onChange={setPermission} options={PERMISSIONS} />
        <OptionField label="Outcome" value={outcome} onChange={setOutcome} options={OUTCOMES} />
        <button type="submit" className="button button-primary">
          Show
        </button>
      </form>
    </search>
  );
}

interface OptionFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly string[];
}

function OptionField({ label, value, onChange, options }: OptionFieldProps) {
  return (
    <Field label={label}>
      {({ id }) => (
        <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">Any</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Actions({ wanted }: { readonly wanted: Wanted }) {
  const query = useInfiniteQuery(actionsQuery(wanted));
  if (query.isPending) return <Loading lines={10} label="Loading the actions" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const { staff: _, ...narrowing } = wanted;
  const isNarrow = Object.values(narrowing).some((each) => each !== '');
  const events = query.data.pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  if (events.length === 0)
    return (
      <Empty title={`Nothing is recorded of “${wanted.staff}”${isNarrow ? ' that fits' : ''}.`}>
        <p>
          {isNarrow
            ? 'Check the ID, and what you look for.'
            : 'They have done nothing so far, or the ID is another.'}
        </p>
      </Empty>
    );
  return (
    <section aria-label="Actions">
      <div className="audit-head">
        <p className="muted" role="status">
          {query.hasNextPage ? `The newest ${whole(events.length)} actions` : countOf(events.length)}
        </p>
        <Export wanted={wanted} />
      </div>
      <TableScroll label="Actions, newest first" isCard>
        <Table events={events} />
      </TableScroll>
      <MoreButton query={query} title="Load earlier actions" />
    </section>
  );
}

function Export({ wanted }: { readonly wanted: Wanted }) {
  const [isReading, setReading] = useState(false);
  const save = async () => {
    setReading(true);
    try {
      const { events, isWhole } = await readAllActions(wanted);
      saveCsv(`audit-${wanted.staff}.csv`, csvOfEvents(events));
      announce(
        `${whole(events.length)} actions exported`,
        isWhole ? undefined : 'There are more: choose fewer days.',
      );
    } catch (error) {
      announce('The export failed', error instanceof Error ? error.message : undefined);
    } finally {
      setReading(false);
    }
  };
  return (
    <button type="button" className="button" onClick={save} disabled={isReading}>
      {isReading ? 'Exporting…' : 'Export CSV'}
    </button>
  );
}

const countOf = (count: number) => (count === 1 ? '1 action' : `${whole(count)} actions`);

const TONES: Readonly<Record<string, string>> = { granted: 'good', rejected: 'bad', forbidden: 'bad' };

function Table({ events }: { readonly events: readonly AuditEvent[] }) {
  return (
    <table className="changes-table">
      <caption className="visually-hidden">Actions, newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Action</th>
          <th scope="col">Outcome</th>
          <th scope="col">Player</th>
          <th scope="col" className="number">
            Value
          </th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.id}>
            <td>
              <Moment at={event.recordedAt} />
            </td>
            <th scope="row">{event.action}</th>
            <td>
              <span className={`badge badge-${TONES[event.outcome] ?? 'plain'}`}>{event.outcome}</span>
            </td>
            <td>
              {event.playerId && (
                <Link to="/players/$playerId" params={{ playerId: event.playerId }}>
                  {event.playerId}
                </Link>
              )}
            </td>
            <td className="number">{event.amount === null ? '' : whole(event.amount)}</td>
            <td className="muted">{event.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
