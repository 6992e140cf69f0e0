// The facts that a claim type takes: one field for each, with its bounds.
import { Field } from '../actions/fields.tsx';
import { TextField } from '../records/fields.tsx';
import { whole } from '../ui/format.tsx';
import type { FactField } from './claim-types.ts';

interface FactFieldsProps {
  readonly fields: readonly FactField[];
  /** As it is typed, by name. */
  readonly value: Readonly<Record<string, string>>;
  readonly onChange: (value: Readonly<Record<string, string>>) => void;
}

export function FactFields({ fields, value, onChange }: FactFieldsProps) {
  return fields.map((field) => (
    <FactInput
      key={field.name}
      field={field}
      value={value[field.name] ?? ''}
      onChange={(text) => onChange({ ...value, [field.name]: text })}
    />
  ));
}

interface FactInputProps {
  readonly field: FactField;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function FactInput({ field, value, onChange }: FactInputProps) {
  const { name, kind, description, min, max, values } = field;
  const bounds = min !== null && max !== null ? `${whole(min)} to ${whole(max)}.` : null;
  const hint = [description, bounds].filter((part) => part !== null).join(' ');
  const common = { label: name, ...(hint && { hint }) };
  if (kind === 'string' || kind === 'bool')
    return (
      <Field {...common}>
        {({ id, describedBy }) => (
          <select
            id={id}
            className="input"
            required
            value={value}
            onChange={(event) => onChange(event.target.value)}
            aria-describedby={describedBy}
          >
            <option value="" disabled>
              Choose…
            </option>
            {(kind === 'bool' ? ['true', 'false'] : values).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
      </Field>
    );
  return (
    <TextField
      {...common}
      required
      value={value}
      onChange={onChange}
      {...(kind === 'int' && {
        type: 'number',
        step: 1,
        ...(min !== null && { min }),
        ...(max !== null && { max }),
      })}
      {...(kind === 'id' && { maxLength: 255 })}
    />
  );
}
