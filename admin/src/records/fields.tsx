// Fields of records: texts, whole numbers, moments of the viewer's zone, and amounts by resource.
import { useQuery } from '@tanstack/react-query';
import type { InputHTMLAttributes } from 'react';
import { Field } from '../actions/fields.tsx';
import { objectOf } from '../players/explain.ts';
import { configQuery } from '../players/queries.ts';
import { Icon } from '../ui/icon.tsx';
import { type GivenText, NOTHING } from './values.ts';

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'id'>;

interface TextFieldProps extends InputProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, hint, value, onChange, ...others }: TextFieldProps) {
  return (
    <Field label={label} {...(hint !== undefined && { hint })}>
      {({ id, describedBy }) => (
        <input
          id={id}
          className="input"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          {...others}
        />
      )}
    </Field>
  );
}

export function CountField(props: TextFieldProps) {
  return <TextField type="number" inputMode="numeric" min={1} step={1} {...props} />;
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `value`: as the browser's field has it, in the viewer's zone; empty: none. */
export function MomentField({ hint, ...props }: TextFieldProps) {
  return (
    <TextField type="datetime-local" step={1} hint={`${hint ? `${hint} ` : ''}Time of ${ZONE}.`} {...props} />
  );
}

interface TextAreaProps extends Omit<TextFieldProps, 'type'> {
  readonly rows?: number;
}

export function TextAreaField({
  label,
  hint,
  value,
  onChange,
  rows = 3,
  maxLength,
  required,
  placeholder,
}: TextAreaProps) {
  return (
    <Field label={label} {...(hint !== undefined && { hint })}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          className="input"
          rows={rows}
          value={value}
          maxLength={maxLength}
          required={required}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
        />
      )}
    </Field>
  );
}

/** The resources of the current config that staff can give; undefined: not read yet. */
export function useGiveable(): readonly string[] | undefined {
  const { data } = useQuery(configQuery(null));
  if (!data) return undefined;
  const resources = Object.entries(objectOf(objectOf(data.document).resources));
  return resources.flatMap(([name, rule]) => (objectOf(rule).manual ? [name] : [])).toSorted();
}

const MOST = 10;

interface GivesFieldsProps {
  readonly legend: string;
  readonly value: readonly GivenText[];
  readonly onChange: (value: readonly GivenText[]) => void;
}

export function GivesFields({ legend, value, onChange }: GivesFieldsProps) {
  const resources = useGiveable() ?? [];
  const change = (index: number, part: Partial<GivenText>) =>
    onChange(value.map((each, place) => (place === index ? { ...each, ...part } : each)));
  return (
    <fieldset className="gives">
      <legend>{legend}</legend>
      {value.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div key={index} className="gives-row">
          <select
            className="input"
            aria-label={`Resource ${index + 1}`}
            required
            value={row.resource}
            onChange={(event) => change(index, { resource: event.target.value })}
          >
            <option value="" disabled>
              Resource…
            </option>
            {resources.map((resource) => (
              <option
                key={resource}
                disabled={value.some((each, place) => place !== index && each.resource === resource)}
              >
                {resource}
              </option>
            ))}
          </select>
          <input
            className="input"
            aria-label={`Amount ${index + 1}`}
            type="number"
            inputMode="numeric"
            min={1}
            step={1}
            required
            placeholder="Amount"
            value={row.amount}
            onChange={(event) => change(index, { amount: event.target.value })}
          />
          <button
            type="button"
            className="button-icon"
            aria-label={`Remove resource ${index + 1}`}
            disabled={value.length === 1}
            onClick={() => onChange(value.filter((_, place) => place !== index))}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
      {value.length < MOST && (
        <button type="button" className="button-link" onClick={() => onChange([...value, NOTHING])}>
          Add a resource
        </button>
      )}
    </fieldset>
  );
}

interface RadiosProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly choices: readonly { readonly value: T; readonly title: string; readonly about: string }[];
}

export function Radios<T extends string>({ legend, name, value, onChange, choices }: RadiosProps<T>) {
  return (
    <fieldset className="radios">
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className="radio">
          <input
            type="radio"
            name={name}
            checked={value === choice.value}
            onChange={() => onChange(choice.value)}
          />
          <span>
            {choice.title}
            <span className="sub muted">{choice.about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
