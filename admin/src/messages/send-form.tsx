// Sending a message to one player: the reward of a claim type, the words, and what the player will see. The amounts are those of the
// balance config, for the facts that are filled in.
import { type AnnounceRewardInput, type ClaimPreview, previewClaim, type Rejection } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Action, type ActionReceipt, type ActionResult, newAction, perform } from '../actions/action.ts';
import { Field, ReasonField } from '../actions/fields.tsx';
import { Outcome } from '../actions/results.tsx';
import { configQuery, refreshPlayer } from '../players/queries.ts';
import { MomentField, TextAreaField, TextField } from '../records/fields.tsx';
import { MessagePreview } from '../records/message-preview.tsx';
import { momentOf } from '../records/values.ts';
import { client } from '../session/api.ts';
import { Failure, Loading } from '../ui/states.tsx';
import { announce } from '../ui/toasts.tsx';
import { type Announceable, announceable, factOf, messagesOf, type NamedMessage } from './claim-types.ts';
import { FactFields } from './fact-fields.tsx';

export function SendForm({ playerId }: { readonly playerId: string }) {
  const { data, error, isPending, refetch } = useQuery(configQuery(null));
  return (
    <section className="card" aria-labelledby="send">
      <h2 id="send">Send a message</h2>
      {isPending && <Loading lines={6} label="Loading the balance config" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data && (
        <Form playerId={playerId} types={announceable(data.document)} messages={messagesOf(data.document)} />
      )}
    </section>
  );
}

interface FormProps {
  readonly playerId: string;
  readonly types: readonly Announceable[];
  readonly messages: readonly NamedMessage[];
}

interface Filled {
  readonly type: string;
  readonly facts: Readonly<Record<string, string>>;
  /** A message of the config; empty: the words below, or those of the claim type. */
  readonly message: string;
  readonly title: string;
  readonly text: string;
  readonly expiresAt: string;
  readonly reason: string;
}

const EMPTY: Filled = { type: '', facts: {}, message: '', title: '', text: '', expiresAt: '', reason: '' };

type Step =
  | { readonly kind: 'editing' }
  | { readonly kind: 'previewing' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'previewed';
      readonly action: Action<'announceReward'>;
      readonly preview: ClaimPreview | Rejection;
    }
  | { readonly kind: 'sending'; readonly action: Action<'announceReward'> }
  | {
      readonly kind: 'ended';
      readonly action: Action<'announceReward'>;
      readonly result: ActionResult<ActionReceipt<'announceReward'>>;
    };

function inputOf(
  filled: Filled,
  chosen: Announceable,
  playerId: string,
): Omit<AnnounceRewardInput, 'idempotencyKey'> {
  const { type, message, title, text, expiresAt, reason } = filled;
  const facts = Object.fromEntries(
    chosen.facts.map((field) => [field.name, factOf(field, filled.facts[field.name] ?? '')]),
  );
  const words = message ? { message } : title ? { title, text: text || null } : {};
  // The key of the claim: no other message has it.
  const key = `message-${crypto.randomUUID()}`;
  return { playerId, type, key, facts, ...words, expiresAt: momentOf(expiresAt), reason };
}

function useSending(playerId: string, onSent: () => void) {
  const [step, setStep] = useState<Step>({ kind: 'editing' });
  const look = async (filled: Filled, chosen: Announceable) => {
    const input = inputOf(filled, chosen, playerId);
    const action = newAction('announceReward', `Send ${filled.title || filled.type}`, input);
    setStep({ kind: 'previewing' });
    try {
      const { type, key, facts } = input;
      const preview = await client.query(previewClaim, { playerId, type, key, facts: facts ?? null });
      setStep({ kind: 'previewed', action, preview });
    } catch (error) {
      setStep({ kind: 'failed', message: (error as Error).message });
    }
  };
  const send = async (action: Action<'announceReward'>) => {
    setStep({ kind: 'sending', action });
    const result = await perform(action);
    if (result.kind !== 'done') return setStep({ kind: 'ended', action, result });
    await refreshPlayer(playerId);
    announce('The message is sent');
    setStep({ kind: 'editing' });
    onSent();
  };
  return { step, look, send, edit: () => setStep({ kind: 'editing' }) };
}

function Form({ playerId, types, messages }: FormProps) {
  const [filled, setFilled] = useState<Filled>(EMPTY);
  const { step, look, send, edit } = useSending(playerId, () => setFilled(EMPTY));
  const chosen = types.find(({ type }) => type === filled.type);
  const change = (part: Partial<Filled>) => {
    setFilled({ ...filled, ...part });
    edit();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return;
    if (step.kind === 'previewed' || (step.kind === 'ended' && step.result.kind === 'unknown'))
      send(step.action);
    else look(filled, chosen);
  };
  const isSending = step.kind === 'sending' || step.kind === 'previewing';
  const isUnknown = step.kind === 'ended' && step.result.kind === 'unknown';
  return (
    <form className="fields" onSubmit={submit}>
      <fieldset className="fields" disabled={isSending || isUnknown}>
        <TypeField types={types} value={filled.type} onChange={(type) => change({ type, facts: {} })} />
        {chosen && (
          <FactFields fields={chosen.facts} value={filled.facts} onChange={(facts) => change({ facts })} />
        )}
        <WordsFields filled={filled} messages={messages} onChange={change} />
        <MomentField
          label="Expires (optional)"
          value={filled.expiresAt}
          onChange={(expiresAt) => change({ expiresAt })}
        />
        <ReasonField value={filled.reason} onChange={(reason) => change({ reason })} />
      </fieldset>
      <div aria-live="polite" className="fields">
        {chosen && <Seen filled={filled} chosen={chosen} messages={messages} step={step} />}
        {step.kind === 'failed' && <p className="problem">{step.message}</p>}
        {step.kind === 'ended' && <Outcome result={step.result} />}
      </div>
      <div className="actions">
        <SubmitButton step={step} />
      </div>
    </form>
  );
}

function SubmitButton({ step }: { readonly step: Step }) {
  const canSend = step.kind === 'previewed' && step.preview.__typename === 'ClaimPreview';
  const isUnknown = step.kind === 'ended' && step.result.kind === 'unknown';
  const isBusy = step.kind === 'sending' || step.kind === 'previewing';
  const title = isUnknown
    ? 'Try again with the same key'
    : step.kind === 'sending'
      ? 'Sending…'
      : step.kind === 'previewing'
        ? 'Looking…'
        : canSend
          ? 'Send'
          : 'Preview';
  return (
    <button
      type="submit"
      className="button button-primary"
      disabled={isBusy || (step.kind === 'previewed' && !canSend)}
    >
      {title}
    </button>
  );
}

interface TypeFieldProps {
  readonly types: readonly Announceable[];
  readonly value: string;
  readonly onChange: (type: string) => void;
}

function TypeField({ types, value, onChange }: TypeFieldProps) {
  const alone = types.filter(({ gives }) => gives.length === 0);
  const rewarding = types.filter(({ gives }) => gives.length > 0);
  const hint =
    types.find(({ type }) => type === value)?.description ??
    (alone.length === 0
      ? 'For a message without a reward, the balance config needs a claim type without rewards.'
      : undefined);
  const option = ({ type, title }: Announceable) => (
    <option key={type} value={type}>
      {title ? `${title} (${type})` : type}
    </option>
  );
  return (
    <Field label="Reward" {...(hint !== undefined && { hint })}>
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
          {alone.length > 0 && <optgroup label="A message alone">{alone.map(option)}</optgroup>}
          <optgroup label="With a reward">{rewarding.map(option)}</optgroup>
        </select>
      )}
    </Field>
  );
}

interface WordsProps {
  readonly filled: Filled;
  readonly messages: readonly NamedMessage[];
  readonly onChange: (part: Partial<Filled>) => void;
}

function WordsFields({ filled, messages, onChange }: WordsProps) {
  return (
    <>
      {messages.length > 0 && (
        <Field label="Words" hint="Those of the balance config are translated.">
          {({ id, describedBy }) => (
            <select
              id={id}
              className="input"
              value={filled.message}
              onChange={(event) => onChange({ message: event.target.value })}
              aria-describedby={describedBy}
            >
              <option value="">Your own, or those of the reward</option>
              {messages.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title} ({name})
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {filled.message === '' && (
        <>
          <TextField
            label="Title (optional)"
            maxLength={100}
            required={filled.text !== ''}
            value={filled.title}
            onChange={(title) => onChange({ title })}
          />
          <TextAreaField
            label="Text (optional)"
            maxLength={1_000}
            value={filled.text}
            onChange={(text) => onChange({ text })}
          />
        </>
      )}
    </>
  );
}

interface SeenProps {
  readonly filled: Filled;
  readonly chosen: Announceable;
  readonly messages: readonly NamedMessage[];
  readonly step: Step;
}

/** What the player will see; the amounts after a preview. */
function Seen({ filled, chosen, messages, step }: SeenProps) {
  const named = messages.find(({ name }) => name === filled.message);
  const preview = step.kind === 'previewed' ? step.preview : null;
  const changes = preview?.__typename === 'ClaimPreview' ? preview.changes : [];
  const gives = changes.flatMap(({ resource, requested, cause }) =>
    cause === 'OPERATION' && requested > 0 ? [{ resource, amount: requested }] : [],
  );
  return (
    <div>
      <h3>What the player sees</h3>
      <MessagePreview
        title={named?.title ?? (filled.title || chosen.title || chosen.type)}
        text={named ? named.text : filled.title ? filled.text || null : chosen.text}
        gives={gives}
        expiresAt={momentOf(filled.expiresAt)}
      >
        {preview === null && chosen.gives.length > 0 && (
          <p className="sub muted">It gives {chosen.gives.join(', ')}. The preview shows how much.</p>
        )}
      </MessagePreview>
      {preview && preview.__typename !== 'ClaimPreview' && (
        <div className="notice notice-bad">
          <strong>It would be rejected.</strong> {preview.message}
        </div>
      )}
    </div>
  );
}
