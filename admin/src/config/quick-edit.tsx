// The values of one subject as fields, for those who do not write JSON. A field writes into the text of the draft.
import { applyEdits, modify } from 'jsonc-parser';
import { useId, useState } from 'react';
import { helpAt } from './schema.ts';
import { type Steps, stepsOf, valueAt } from './words/text.ts';

type Value = string | number | boolean;

interface Leaf {
  readonly steps: Steps;
  readonly label: string;
  readonly value: Value;
}

const MAX_FIELDS = 60;
/** What nothing depends on comes last. */
const TEXTS = ['description', 'title', 'text', 'image', 'tags', 'sort'];

function leavesOf(value: unknown, steps: Steps, label: string): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return [{ steps, label, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    const name = typeof step === 'number' ? `${step + 1}.` : step;
    return leavesOf(field, [...steps, step], label === '' ? name : `${label} › ${name}`);
  });
}

interface QuickEditProps {
  /** Its path, such as `claimTypes.daily_quest`. */
  readonly subject: string;
  readonly document: unknown;
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

export function QuickEdit({ subject, document, text, isReadOnly, onChange }: QuickEditProps) {
  const steps = stepsOf(subject);
  const leaves = leavesOf(valueAt(document, steps), steps, '').slice(0, MAX_FIELDS);
  if (leaves.length === 0) return <p className="muted">It has no values of its own yet.</p>;
  const write = (at: Steps, value: Value) => {
    const edits = modify(text, [...at], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } });
    onChange(applyEdits(text, edits));
  };
  const isText = ({ steps: at }: Leaf) => at.some((step) => TEXTS.includes(String(step)));
  const field = (leaf: Leaf) => (
    <ValueField key={leaf.label} leaf={leaf} onChange={(value) => write(leaf.steps, value)} />
  );
  const texts = leaves.filter(isText);
  return (
    <fieldset className="values" disabled={isReadOnly} aria-label={`Values of ${subject}`}>
      {leaves.filter((leaf) => !isText(leaf)).map(field)}
      {texts.length > 0 && (
        <details>
          <summary>Texts and places in lists</summary>
          {texts.map(field)}
        </details>
      )}
    </fieldset>
  );
}

function ValueField({
  leaf: { steps, label, value },
  onChange,
}: {
  readonly leaf: Leaf;
  readonly onChange: (value: Value) => void;
}) {
  const id = useId();
  const { about, choices } = helpAt(steps);
  return (
    <div className="value">
      <label htmlFor={id} title={about ?? undefined}>
        {label}
      </label>
      {typeof value === 'boolean' ? (
        <input id={id} type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      ) : choices?.includes(String(value)) ? (
        <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <TextValue id={id} value={value} onChange={onChange} />
      )}
    </div>
  );
}

interface TextValueProps {
  readonly id: string;
  readonly value: string | number;
  readonly onChange: (value: Value) => void;
}

/** A whole number stays one; anything else is a text, such as a formula. What is typed is kept until it is one or the other. */
function TextValue({ id, value, onChange }: TextValueProps) {
  const [typed, setTyped] = useState(String(value));
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    if (parsed(typed, value) !== value) setTyped(String(value));
  }
  const change = (next: string) => {
    setTyped(next);
    const read = parsed(next, value);
    if (read !== null && read !== value) onChange(read);
  };
  const isNumber = typeof value === 'number';
  return (
    <input
      id={id}
      className={`input${isNumber ? ' value-number' : ''}`}
      value={typed}
      inputMode={isNumber ? 'numeric' : 'text'}
      onChange={(event) => change(event.target.value)}
      onBlur={() => setTyped(String(value))}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** Null: nothing that could be written yet. */
function parsed(typed: string, before: Value): string | number | null {
  if (typeof before === 'string') return typed === '' ? null : typed;
  const text = typed.trim();
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  return /^[-\d.,]*$/.test(text) ? null : typed;
}
