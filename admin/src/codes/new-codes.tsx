// Making codes: their terms, and how many. Each request has a seed of its own; sent again with it, a lost answer loses no codes.
import type { CodeBatch, CreateCodesInput } from '@onceward/client';
import { type FormEvent, useState } from 'react';
import { type ActionReceipt, type ActionResult, newAction, perform } from '../actions/action.ts';
import { ReasonField } from '../actions/fields.tsx';
import { Outcome } from '../actions/results.tsx';
import { CountField, GivesFields, MomentField, Radios, TextField } from '../records/fields.tsx';
import { type GivenText, grantsOf, momentOf, NOTHING } from '../records/values.ts';
import { whole } from '../ui/format.tsx';
import { announce } from '../ui/toasts.tsx';

interface NewCodesProps {
  readonly onMade: (batch: CodeBatch) => void;
  readonly onClose: () => void;
}

/** As createCodes takes them in a request; the command line makes more at once. */
const PER_REQUEST = 1_000;
const MOST = 20_000;

const KINDS = [
  {
    value: 'single',
    title: 'Single-use codes',
    about: 'Random, 80 bits: to print or to send, one for each player',
  },
  {
    value: 'shared',
    title: 'One shared code',
    about: 'A text of your own, read out on a stream. It can be guessed: give it few uses.',
  },
] as const;

interface Terms {
  readonly kind: 'single' | 'shared';
  readonly label: string;
  readonly count: string;
  readonly text: string;
  readonly uses: string;
  readonly perPlayer: string;
  readonly gives: readonly GivenText[];
  readonly opensAt: string;
  readonly closesAt: string;
  readonly reason: string;
}

const EMPTY: Terms = {
  kind: 'single',
  ...{
    label: '',
    count: '100',
    text: '',
    uses: '1000',
    perPlayer: '1',
    opensAt: '',
    closesAt: '',
    reason: '',
  },
  gives: [NOTHING],
};

function newSeed(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function inputOf(terms: Terms, count: number): Omit<CreateCodesInput, 'idempotencyKey'> {
  const { kind, label, text, uses, perPlayer, gives, opensAt, closesAt, reason } = terms;
  return {
    label,
    reason,
    gives: grantsOf(gives),
    opensAt: momentOf(opensAt),
    closesAt: momentOf(closesAt),
    seed: newSeed(),
    count,
    ...(kind === 'shared' && { text, uses: Number(uses), perPlayer: Number(perPlayer) }),
  };
}

/** Makes as many as wanted, in as many requests as that takes. */
function useMaking({ onMade, onClose }: NewCodesProps) {
  /** How many were made so far; null: nothing is being made. */
  const [done, setDone] = useState<number | null>(null);
  const [result, setResult] = useState<ActionResult<ActionReceipt<'createCodes'>> | null>(null);
  /** `onRest` gets how many are missing where it stopped. */
  const make = async (terms: Terms, onRest: (missing: number) => void) => {
    const wanted = wantedOf(terms);
    setResult(null);
    setDone(0);
    for (let made = 0; made < wanted; ) {
      const size = Math.min(PER_REQUEST, wanted - made);
      const title = `Make ${size === 1 ? 'a code' : `${whole(size)} codes`} for ${terms.label}`;
      const action = newAction('createCodes', title, inputOf(terms, size));
      const next = await perform(action);
      if (next.kind !== 'done') {
        // What was made is shown; what has no answer is offered again above.
        setResult(next);
        onRest(wanted - made - (next.kind === 'unknown' ? size : 0));
        return setDone(null);
      }
      onMade(next.receipt.batch);
      made += size;
      setDone(made);
    }
    announce(wanted === 1 ? 'The code is made' : `${whole(wanted)} codes are made`);
    onClose();
  };
  return { done, result, make };
}

const wantedOf = ({ kind, count }: Terms) => (kind === 'shared' ? 1 : Number(count));

export function NewCodes(props: NewCodesProps) {
  const [terms, setTerms] = useState<Terms>(EMPTY);
  const { done, result, make } = useMaking(props);
  const { kind, gives, reason } = terms;
  const change = (part: Partial<Terms>) => setTerms({ ...terms, ...part });
  const wanted = wantedOf(terms);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make(terms, (missing) => (missing > 0 ? change({ count: String(missing) }) : props.onClose()));
  };
  return (
    <form className="card new-codes" onSubmit={submit} aria-labelledby="new-codes">
      <h2 id="new-codes">New codes</h2>
      <fieldset className="fields" disabled={done !== null}>
        <Radios
          legend="Kind"
          name="kind"
          value={kind}
          onChange={(value) => change({ kind: value })}
          choices={KINDS}
        />
        <TermsFields terms={terms} onChange={change} />
        <GivesFields
          legend="What each code gives"
          value={gives}
          onChange={(value) => change({ gives: value })}
        />
        <Sum terms={terms} />
        <ReasonField value={reason} onChange={(value) => change({ reason: value })} />
      </fieldset>
      <div aria-live="polite">
        {done !== null && (
          <div className="progress">
            <progress className="progress-bar" max={wanted} value={done} aria-label="Making codes" />
            <p className="sub muted">
              {whole(done)} of {whole(wanted)} codes
            </p>
          </div>
        )}
        {result && result.kind !== 'done' && <Outcome result={result} />}
      </div>
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={done !== null}>
          {done === null ? 'Make them' : 'Making…'}
        </button>
        <button type="button" className="button" onClick={props.onClose} disabled={done !== null}>
          Cancel
        </button>
      </div>
    </form>
  );
}

interface TermsFieldsProps {
  readonly terms: Terms;
  readonly onChange: (part: Partial<Terms>) => void;
}

function TermsFields({ terms, onChange }: TermsFieldsProps) {
  const { kind, label, count, opensAt, closesAt } = terms;
  return (
    <div className="field-grid">
      <TextField
        label="For"
        hint="Such as spring-stream: letters, digits and signs without spaces. Several batches may share it."
        required
        pattern="[!-~]{1,64}"
        maxLength={64}
        value={label}
        onChange={(value) => onChange({ label: value })}
      />
      {kind === 'single' ? (
        <CountField
          label="How many"
          required
          max={MOST}
          value={count}
          onChange={(value) => onChange({ count: value })}
        />
      ) : (
        <SharedFields terms={terms} onChange={onChange} />
      )}
      <MomentField
        label="Opens (optional)"
        value={opensAt}
        onChange={(value) => onChange({ opensAt: value })}
      />
      <MomentField
        label="Closes (optional)"
        value={closesAt}
        onChange={(value) => onChange({ closesAt: value })}
      />
    </div>
  );
}

function SharedFields({ terms: { text, uses, perPlayer }, onChange }: TermsFieldsProps) {
  return (
    <>
      <TextField
        label="Text of the code"
        hint="6 to 24 characters of 0–9 A–Z without U, such as STREAM26. A check character is added."
        required
        pattern="[0-9A-TV-Za-tv-z\-]{6,29}"
        value={text}
        onChange={(value) => onChange({ text: value })}
      />
      <CountField label="Uses in all" required value={uses} onChange={(value) => onChange({ uses: value })} />
      <CountField
        label="Uses of one player"
        required
        max={100}
        value={perPlayer}
        onChange={(value) => onChange({ perPlayer: value })}
      />
    </>
  );
}

/** What all of them together can give. */
function Sum({ terms }: { readonly terms: Terms }) {
  const uses = terms.kind === 'shared' ? Number(terms.uses) : wantedOf(terms);
  const sums = grantsOf(terms.gives).filter(({ resource, amount }) => resource && amount > 0);
  return (
    <p className="sub muted">
      The amounts are fixed now: a later balance config does not change them.
      {sums.length > 0 &&
        uses > 1 &&
        ` If all are redeemed: ${sums.map(({ resource, amount }) => `${whole(amount * uses)} ${resource}`).join(', ')}.`}
    </p>
  );
}
