// What a campaign gives, how, under which name, and why.
import { ReasonField } from '../actions/fields.tsx';
import { GivesFields, MomentField, Radios, TextAreaField, TextField } from '../records/fields.tsx';
import type { Draft } from './draft.ts';

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

const WAYS = [
  {
    value: 'grant',
    title: 'Give it at once',
    about: 'Balances change. Ceilings apply as the balance config says.',
  },
  {
    value: 'pending',
    title: 'Give it at once, and keep in the inbox what does not fit',
    about: 'Where a ceiling is in the way, the gift waits until there is room.',
  },
  {
    value: 'announce',
    title: 'Send it to the inbox',
    about: 'Each player finds a message and collects the reward.',
  },
] as const;

/** `saysGives`: the rows of the file say it. */
export function RewardFields({ draft, onChange, saysGives }: FieldsProps & { readonly saysGives: boolean }) {
  return (
    <>
      {saysGives ? (
        <p>
          <strong>What each player gets:</strong> the amounts of their row.
        </p>
      ) : (
        <GivesFields
          legend="What each player gets"
          value={draft.gives}
          onChange={(gives) => onChange({ gives })}
        />
      )}
      <Radios
        legend="How"
        name="how"
        value={draft.how}
        onChange={(how) => onChange({ how })}
        choices={WAYS}
      />
      {draft.how !== 'grant' && <Words draft={draft} onChange={onChange} />}
    </>
  );
}

function Words({ draft, onChange }: FieldsProps) {
  const isRequired = draft.how === 'announce';
  return (
    <>
      <TextField
        label={isRequired ? 'Title of the message' : 'Title of the message, if it waits (optional)'}
        required={isRequired}
        maxLength={100}
        value={draft.title}
        onChange={(title) => onChange({ title })}
      />
      <TextAreaField
        label="Text (optional)"
        maxLength={1_000}
        value={draft.text}
        onChange={(text) => onChange({ text })}
      />
      {isRequired && (
        <MomentField
          label="Expires (optional)"
          value={draft.expiresAt}
          onChange={(expiresAt) => onChange({ expiresAt })}
        />
      )}
    </>
  );
}

export function NameFields({ draft, onChange }: FieldsProps) {
  return (
    <>
      <TextField
        label="Name"
        hint="a–z, 0–9 and _. No other campaign or list has it; it is part of every claim key."
        required
        pattern="[a-z][a-z0-9_]{0,63}"
        maxLength={64}
        value={draft.name}
        onChange={(name) => onChange({ name })}
      />
      <ReasonField value={draft.reason} onChange={(reason) => onChange({ reason })} />
    </>
  );
}
