// The fields that actions have in common.
import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
}

export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: hint ? hintId : undefined })}
      {hint && (
        <p id={hintId} className="sub muted">
          {hint}
        </p>
      )}
    </div>
  );
}

interface ValueProps<T> {
  readonly value: T;
  readonly onChange: (value: T) => void;
}

interface ReasonProps extends ValueProps<string> {
  /** What it is kept with, and who reads it. */
  readonly kept?: string;
}

export function ReasonField({
  value,
  onChange,
  kept = 'Kept with the claim; players do not see it.',
}: ReasonProps) {
  return (
    <Field label="Reason" hint={`3 to 500 characters. ${kept}`}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          className="input"
          rows={2}
          required
          minLength={3}
          maxLength={500}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
        />
      )}
    </Field>
  );
}

export function AmountField({ value, onChange }: ValueProps<string>) {
  return (
    <Field label="Amount">
      {({ id }) => (
        <input
          id={id}
          className="input"
          type="number"
          inputMode="numeric"
          required
          min={1}
          step={1}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface ResourceFieldProps extends ValueProps<string> {
  readonly resources: readonly string[];
}

export function ResourceField({ value, onChange, resources }: ResourceFieldProps) {
  return (
    <Field label="Resource">
      {({ id }) => (
        <select
          id={id}
          className="input"
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="" disabled>
            Choose…
          </option>
          {resources.map((resource) => (
            <option key={resource}>{resource}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface ChoiceFieldProps<T extends string> extends ValueProps<T> {
  readonly label: string;
  readonly choices: readonly { readonly value: T; readonly title: string }[];
}

export function ChoiceField<T extends string>({ label, value, onChange, choices }: ChoiceFieldProps<T>) {
  return (
    <Field label={label}>
      {({ id }) => (
        <select
          id={id}
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
