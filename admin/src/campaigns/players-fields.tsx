// Who gets something: the players of a file, of a query, or of a list that exists.
import { useQuery } from '@tanstack/react-query';
import { Field } from '../actions/fields.tsx';
import { objectOf } from '../players/explain.ts';
import { configQuery } from '../players/queries.ts';
import { CountField, MomentField, Radios, TextField } from '../records/fields.tsx';
import { whole } from '../ui/format.tsx';
import type { BalanceText, Draft, QueryText } from './draft.ts';
import { closedListsQuery } from './queries.ts';

const SOURCES = [
  {
    value: 'file',
    title: 'From a file',
    about: 'A CSV file with the column player, and an amount for each resource if they differ',
  },
  {
    value: 'query',
    title: 'By a query',
    about: 'Players by level, tier, balance, or when they joined or played',
  },
  { value: 'list', title: 'A list that exists', about: 'The same players as in an earlier campaign' },
] as const;

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

export function SourceField({ draft, onChange }: FieldsProps) {
  return (
    <Radios
      legend="Which players"
      name="players"
      value={draft.players}
      onChange={(players) => onChange({ players })}
      choices={SOURCES}
    />
  );
}

export function QueryFields({ draft, onChange }: FieldsProps) {
  const { data } = useQuery(configQuery(null));
  const { resources, tiers } = objectOf(data?.document);
  // A balance that changes by itself cannot be asked for.
  const names = Object.entries(objectOf(resources)).flatMap(([name, rule]) =>
    objectOf(rule).regenerates ? [] : [name],
  );
  const list = objectOf(tiers).list;
  const tierNames = Array.isArray(list) ? list.map((tier) => String(objectOf(tier).name)) : [];
  const { query } = draft;
  const change = (part: Partial<QueryText>) => onChange({ query: { ...query, ...part } });
  const moment = (name: 'createdFrom' | 'createdUntil' | 'activeFrom' | 'activeUntil', label: string) => (
    <MomentField label={label} value={query[name]} onChange={(value) => change({ [name]: value })} />
  );
  return (
    <div className="field-grid">
      <CountField
        label="Level at least"
        value={query.levelAtLeast}
        onChange={(levelAtLeast) => change({ levelAtLeast })}
      />
      <CountField
        label="Level at most"
        value={query.levelAtMost}
        onChange={(levelAtMost) => change({ levelAtMost })}
      />
      {tierNames.length > 0 && (
        <Field label="Tier">
          {({ id }) => (
            <select
              id={id}
              className="input"
              value={query.tier}
              onChange={(event) => change({ tier: event.target.value })}
            >
              <option value="">Any</option>
              {tierNames.map((tier) => (
                <option key={tier}>{tier}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      <BalanceFields names={names} value={query.balance} onChange={(balance) => change({ balance })} />
      {moment('createdFrom', 'Joined from')}
      {moment('createdUntil', 'Joined before')}
      {moment('activeFrom', 'Got something since')}
      {moment('activeUntil', 'Got nothing since')}
    </div>
  );
}

interface BalanceFieldsProps {
  readonly names: readonly string[];
  readonly value: BalanceText;
  readonly onChange: (value: BalanceText) => void;
}

function BalanceFields({ names, value, onChange }: BalanceFieldsProps) {
  const isAny = value.resource === '';
  const bound = (label: string, name: 'atLeast' | 'atMost') => (
    <TextField
      label={label}
      type="number"
      disabled={isAny}
      value={value[name]}
      onChange={(text) => onChange({ ...value, [name]: text })}
    />
  );
  return (
    <>
      <Field label="Balance of">
        {({ id }) => (
          <select
            id={id}
            className="input"
            value={value.resource}
            onChange={(event) => onChange({ ...value, resource: event.target.value })}
          >
            <option value="">Any</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      {bound('Balance at least', 'atLeast')}
      {bound('Balance at most', 'atMost')}
    </>
  );
}

export function ListField({ draft, onChange }: FieldsProps) {
  const { data = [], isPending } = useQuery(closedListsQuery);
  return (
    <Field
      label="List"
      hint={
        data.length === 0 && !isPending
          ? 'There is no closed list yet.'
          : 'The newest hundred that are closed.'
      }
    >
      {({ id, describedBy }) => (
        <select
          id={id}
          className="input"
          required
          value={draft.listId}
          onChange={(event) => onChange({ listId: event.target.value })}
          aria-describedby={describedBy}
        >
          <option value="" disabled>
            Choose…
          </option>
          {data.map((list) => (
            <option key={list.id} value={list.id}>
              {list.name}: {whole(list.rows)} players
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
