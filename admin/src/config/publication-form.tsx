// What publishes a document, or an earlier version again: when, why, what is confirmed, with the server's preview above the button.
import {
  type BalanceConfig,
  type BalanceConfigPreview,
  type ConfigPublication,
  publishBalanceConfig,
  rollBackBalanceConfig,
} from '@onceward/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { Moment } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { Warnings } from './changes-view.tsx';
import type { Confirmed } from './confirmed.ts';
import { AT_ONCE, describeQuery, previewQuery, sentencesOf, type Terms } from './queries.ts';
import { refreshConfigs, type SendResult, send } from './send.ts';
import { SendOutcome } from './send-outcome.tsx';
import { Changes, countsText } from './sentences.tsx';

interface FormProps {
  readonly what: { readonly document: string } | { readonly version: number };
  readonly current: BalanceConfig;
  readonly verb: string;
  readonly confirmed: Confirmed;
  /** Digests of documents that are proposed and wait. */
  readonly proposed?: readonly unknown[];
  readonly onDone: (publication: ConfigPublication) => void;
}

/** What both mutations take, besides what is published. */
interface Sent extends Terms {
  readonly idempotencyKey: string;
  readonly baseVersion: number;
  readonly reopens: string[];
  readonly reason: string;
}
type Result = SendResult<{ readonly publication: ConfigPublication }>;

export function PublicationForm({ what, current, verb, confirmed, proposed = [], onDone }: FormProps) {
  const [terms, setTerms] = useState<Terms>(AT_ONCE);
  const [reason, setReason] = useState('');
  const [sent, setSent] = useState<Sent | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  // The form stays while its terms are looked at again.
  const preview = useQuery({ ...previewQuery(what, terms), placeholderData: keepPreviousData });
  const { data } = preview;
  if (preview.error) return <Failure error={preview.error} onRetry={preview.refetch} />;
  if (data === undefined) return <Loading lines={8} label="Looking at what it changes" />;
  if (data !== null && proposed.includes(data.sha256))
    return <p className="muted">It is proposed, and waits: see above.</p>;
  if (data === null) return <Failure error={new Error('This version does not exist.')} />;
  const perform = async (input: Sent) => {
    setSent(input);
    setResult(null);
    const next =
      'document' in what
        ? await send(publishBalanceConfig, { ...input, ...what }, 'ConfigPublicationReceipt')
        : await send(rollBackBalanceConfig, { ...input, ...what }, 'ConfigPublicationReceipt');
    setResult(next);
    // Of what is unknown the key stays, so that it cannot be done twice.
    if (next.kind !== 'unknown') setSent(null);
    if (next.kind !== 'done') return;
    // First: the page of the new version asks whether there is a draft of the one before.
    onDone(next.receipt.publication);
    await refreshConfigs();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const reopens = data.reopens.filter((path) => confirmed.paths.has(path));
    perform(
      sent ?? {
        idempotencyKey: crypto.randomUUID(),
        baseVersion: current.version,
        reopens,
        reason,
        ...terms,
      },
    );
  };
  const isConfirmed = data.reopens.every((path) => confirmed.paths.has(path));
  const isSending = sent !== null && result === null;
  const canSend = data.isPublishable && isConfirmed && !preview.isFetching && !isSending;
  return (
    <form
      className="publication"
      onSubmit={submit}
      onChange={() => result?.kind === 'unknown' || setResult(null)}
    >
      <Preview preview={data} current={current} confirmed={confirmed} />
      <fieldset className="fields" disabled={sent !== null}>
        <When terms={terms} onChange={setTerms} preview={data} />
        <ReasonField value={reason} onChange={setReason} />
      </fieldset>
      {data.needsApproval && (
        <p className="notice">Another staff member has to approve it first. They see the same changes.</p>
      )}
      <div aria-live="polite">{result && result.kind !== 'done' && <SendOutcome result={result} />}</div>
      <div className="publication-foot">
        {!isConfirmed && <p className="muted">Confirm above what players can be paid again.</p>}
        <button
          type="submit"
          className="button button-primary"
          disabled={!canSend && result?.kind !== 'unknown'}
        >
          {isSending
            ? 'Sending…'
            : result?.kind === 'unknown'
              ? 'Try again with the same key'
              : labelOf(verb, data, terms)}
        </button>
      </div>
    </form>
  );
}

function labelOf(verb: string, { needsApproval }: BalanceConfigPreview, { publishAt }: Terms): string {
  if (needsApproval) return 'Propose';
  return publishAt === null ? `${verb} now` : 'Schedule';
}

interface PreviewProps {
  readonly preview: BalanceConfigPreview;
  readonly current: BalanceConfig;
  readonly confirmed?: Confirmed;
}

/** What the server says of it, in the words of this page. Also for who approves it. */
export function Preview({ preview, current, confirmed }: PreviewProps) {
  const documents = { current: current.document, next: preview.document };
  const sentences = useQuery(describeQuery(documents, sentencesOf(preview.changes))).data;
  if (preview.problems.length > 0)
    return (
      <section className="notice notice-bad" aria-label="Problems">
        <h3>It is not valid</h3>
        <ul className="warned">
          {preview.problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <>
      {preview.obstacle !== null && <p className="notice notice-warn">{preview.obstacle}</p>}
      {sentences === undefined ? (
        <Loading lines={6} label="Comparing" />
      ) : (
        <>
          <Warnings sentences={sentences} {...(confirmed && { confirmed })} />
          <p className="strong">
            {countsText(sentences)} against version {preview.baseVersion}
          </p>
          <Changes sentences={sentences} documents={[preview.document, current.document]} level={3} />
        </>
      )}
    </>
  );
}

interface WhenProps {
  readonly terms: Terms;
  readonly onChange: (terms: Terms) => void;
  readonly preview: BalanceConfigPreview;
}

function When({ terms, onChange, preview: { scheduledVersion, scheduledFor } }: WhenProps) {
  const name = useId();
  const [time, setTime] = useState('');
  const isLater = terms.publishAt !== null;
  const cancels = terms.cancels ?? terms.keeps;
  // One version can be scheduled at a time.
  const choose = (publishAt: string | null) =>
    onChange(publishAt === null ? { ...terms, publishAt } : { publishAt, keeps: null, cancels });
  const pick = (value: string) => {
    setTime(value);
    const moment = new Date(value);
    if (!Number.isNaN(moment.getTime())) choose(moment.toISOString());
  };
  return (
    <>
      <fieldset className="choices">
        <legend className="strong">When</legend>
        <label>
          <input type="radio" name={name} checked={!isLater} onChange={() => choose(null)} /> Now
        </label>
        <label>
          <input
            type="radio"
            name={name}
            checked={isLater}
            onChange={() => pick(time === '' ? inAnHour() : time)}
          />{' '}
          At a time
        </label>
        {isLater && (
          <Field label="Time" hint={`In your zone. ${utcText(terms.publishAt)}`}>
            {({ id, describedBy }) => (
              <input
                id={id}
                className="input"
                type="datetime-local"
                required
                value={time}
                onChange={(event) => pick(event.target.value)}
                aria-describedby={describedBy}
              />
            )}
          </Field>
        )}
      </fieldset>
      {scheduledVersion !== null && (
        <fieldset className="choices">
          <legend className="strong">
            Version {scheduledVersion} is scheduled
            {scheduledFor !== null && (
              <>
                {' '}
                for <Moment at={scheduledFor} />
              </>
            )}
          </legend>
          {!isLater && (
            <label>
              <input
                type="radio"
                name={`${name}-scheduled`}
                checked={terms.keeps === scheduledVersion}
                onChange={() => onChange({ ...terms, keeps: scheduledVersion, cancels: null })}
              />{' '}
              Keep it, under a new number
            </label>
          )}
          <label>
            <input
              type="radio"
              name={`${name}-scheduled`}
              checked={terms.cancels === scheduledVersion}
              onChange={() => onChange({ ...terms, cancels: scheduledVersion, keeps: null })}
            />{' '}
            Replace it
          </label>
        </fieldset>
      )}
    </>
  );
}

const HOUR_MS = 3_600_000;

/** As the field wants it, in the viewer's zone. */
function inAnHour(): string {
  const moment = new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const utcText = (iso: string | null) => (iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC.`);

export function ReasonField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label="Reason" hint="3 to 500 characters. Kept with the version, for all staff to read.">
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
