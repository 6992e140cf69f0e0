// Economy: what players gained and lost of a resource per day, from where, how balances are distributed, and whether draws are fair.
// The range and the resource are in the address.
import type { Economy } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { Moment } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { Distribution } from './distribution.tsx';
import { Flows } from './flows.tsx';
import { Odds } from './odds.tsx';
import { economyQuery, resourcesOf } from './queries.ts';
import { lastDays, PRESETS, problemOf, type Range } from './range.ts';
import { Ranks } from './ranks.tsx';
import { ClaimCounts } from './sources.tsx';

const route = getRouteApi('/economy');

export function EconomyPage() {
  const { from, to, resource } = route.useSearch();
  const range: Range = from === '' || to === '' ? lastDays(30) : { from, to };
  const query = useQuery({ ...economyQuery(range), enabled: problemOf(range) === null });
  return (
    <div className="page-body">
      <div className="page-head">
        <h1>Economy</h1>
        <p className="muted">What players gain and lose, by days of UTC.</p>
        <p className="economy-watermark muted" role="status">
          {query.data && <Watermark {...query.data} />}
        </p>
      </div>
      <RangeForm key={`${range.from} ${range.to}`} range={range} resource={resource} />
      {query.isPending && problemOf(range) === null && <Loading lines={14} label="Loading the economy" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && <Shown economy={query.data} range={range} wanted={resource} />}
    </div>
  );
}

function Watermark({ completeUntil }: Pick<Economy, 'completeUntil'>) {
  if (completeUntil === null) return 'Nothing was rolled up yet.';
  return (
    <>
      Complete until <Moment at={completeUntil} />.
    </>
  );
}

function RangeForm({ range, resource }: { readonly range: Range; readonly resource: string }) {
  const navigate = useNavigate();
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const show = (next: Range) => navigate({ to: '/economy', search: { ...next, resource } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    show({ from, to });
  };
  const isPreset = (days: number) => {
    const preset = lastDays(days);
    return preset.from === range.from && preset.to === range.to;
  };
  const problem = problemOf({ from, to });
  return (
    <form className="filters economy-range" onSubmit={submit}>
      <div className="presets">
        {PRESETS.map((days) => (
          <button
            key={days}
            type="button"
            className="button"
            aria-pressed={isPreset(days)}
            onClick={() => show(lastDays(days))}
          >
            {days} days
          </button>
        ))}
      </div>
      <Day label="From" value={from} onChange={setFrom} />
      <Day label="To" value={to} onChange={setTo} />
      <button type="submit" className="button button-primary" disabled={problem !== null}>
        Show
      </button>
      {problem && <p className="problem">{problem}</p>}
    </form>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <Field label={label}>
      {({ id }) => (
        <input
          id={id}
          className="input"
          type="date"
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface ShownProps {
  readonly economy: Economy;
  readonly range: Range;
  readonly wanted: string;
}

function Shown({ economy, range, wanted }: ShownProps) {
  const resources = resourcesOf(economy.flows);
  const [most] = resources;
  if (most === undefined)
    return (
      <Empty title="Nothing moved in these days.">
        <p>
          {economy.completeUntil === null
            ? 'The Worker’s schedule rolls claims up each minute. Check that it runs.'
            : 'Choose other days. Claims appear here a minute after they are made.'}
        </p>
      </Empty>
    );
  const resource = resources.includes(wanted) ? wanted : most;
  return (
    <div className="economy">
      <Flows economy={economy} resource={resource} range={range}>
        <ResourceChoice resources={resources} resource={resource} range={range} />
      </Flows>
      <Distribution resource={resource} />
      <Ranks key={resource} resource={resource} />
      <h2 className="economy-part">All resources</h2>
      <ClaimCounts claims={economy.claims} range={range} />
      <Odds range={range} />
    </div>
  );
}

interface ResourceChoiceProps {
  readonly resources: readonly string[];
  readonly resource: string;
  readonly range: Range;
}

function ResourceChoice({ resources, resource, range }: ResourceChoiceProps) {
  const navigate = useNavigate();
  return (
    <div className="economy-resource">
      <Field label="Resource">
        {({ id }) => (
          <select
            id={id}
            className="input"
            value={resource}
            onChange={(event) =>
              navigate({
                to: '/economy',
                search: { ...range, resource: event.target.value },
                resetScroll: false,
              })
            }
          >
            {resources.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
