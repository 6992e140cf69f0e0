// What publishes a document, or an earlier version again: when, why, what is confirmed, with the server's preview above the button.
import {
  type BalanceConfig,
  type BalanceConfigPreview,
  type ConfigPublication,
  publishBalanceConfig,
  rollBackBalanceConfig,
} from '@onceward/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ReasonField } from '../actions/fields.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { Warnings } from './changes-view.tsx';
import type { Confirmed } from './confirmed.ts';
import { AT_ONCE, describeQuery, previewQuery, sentencesOf, type Terms } from './queries.ts';
import { refreshConfigs, type SendResult, send } from './send.ts';
import { SendOutcome } from './send-outcome.tsx';
import { Changes, countsText } from './sentences.tsx';
import { When } from './when.tsx';

/** Of a reason. */
export const KEPT_WITH_VERSION = 'Kept with the version, for all staff to read.';

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

/** Sends it once. What has no answer is kept with its key. */
function usePublication(what: FormProps['what'], onDone: FormProps['onDone']) {
  const [sent, setSent] = useState<Sent | null>(null);
  const [result, setResult] = useState<Result | null>(null);
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
  const edit = () => {
    if (result?.kind !== 'unknown') setResult(null);
  };
  return { sent, result, perform, edit };
}

export function PublicationForm({ what, current, verb, confirmed, proposed = [], onDone }: FormProps) {
  const [terms, setTerms] = useState<Terms>(AT_ONCE);
  const [reason, setReason] = useState('');
  const { sent, result, perform, edit } = usePublication(what, onDone);
  // The form stays while its terms are looked at again.
  const preview = useQuery({ ...previewQuery(what, terms), placeholderData: keepPreviousData });
  const { data } = preview;
  if (preview.error) return <Failure error={preview.error} onRetry={preview.refetch} />;
  if (data === undefined) return <Loading lines={8} label="Looking at what it changes" />;
  if (data !== null && proposed.includes(data.sha256))
    return <p className="muted">It is proposed, and waits: see above.</p>;
  if (data === null) return <Failure error={new Error('This version does not exist.')} />;
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
    <form className="publication" onSubmit={submit} onChange={edit}>
      <Preview preview={data} current={current} confirmed={confirmed} />
      <fieldset className="fields" disabled={sent !== null}>
        <When terms={terms} onChange={setTerms} preview={data} />
        <ReasonField value={reason} onChange={setReason} kept={KEPT_WITH_VERSION} />
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

/** The API names fields of its input; this page has a choice for them. */
function obstacleText({ obstacle, scheduledVersion }: BalanceConfigPreview): string | null {
  const isScheduled = obstacle?.startsWith(`Version ${scheduledVersion} is scheduled.`);
  return isScheduled
    ? `Version ${scheduledVersion} is scheduled. Choose below what becomes of it.`
    : obstacle;
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
      {preview.obstacle !== null && <p className="notice notice-warn">{obstacleText(preview)}</p>}
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
