// Publications that wait: for the approval of another staff member, or for those who proposed them.
import {
  approveProposal,
  type BalanceConfig,
  type Proposal,
  publishBalanceConfig,
  withdrawProposal,
} from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ReasonField } from '../actions/fields.tsx';
import { objectOf } from '../players/explain.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { announce } from '../ui/toasts.tsx';
import { announcePublication } from './announce-publication.ts';
import { KEPT_WITH_VERSION, Preview } from './publication-form.tsx';
import { previewQuery, type Terms, waitingQuery } from './queries.ts';
import { refreshConfigs, type SendResult, send } from './send.ts';
import { SendOutcome } from './send-outcome.tsx';

export function Proposals({ config }: { readonly config: BalanceConfig }) {
  const { data, error, refetch } = useQuery(waitingQuery);
  if (error) return <Failure error={error} onRetry={refetch} />;
  return (data ?? []).map((proposal) => <Waiting key={proposal.id} proposal={proposal} config={config} />);
}

interface Wanted extends Terms {
  readonly base: number;
  readonly reason: string;
  readonly reopens: string[];
}

/** As the kernel recorded them (drizzle/kernel/50_configs.sql). */
function wantedOf({ summary }: Proposal): Wanted {
  const { base, at, cancels, keeps, reason, reopens } = objectOf(summary);
  return {
    base: Number(base),
    publishAt: (at ?? null) as string | null,
    cancels: (cancels ?? null) as number | null,
    keeps: (keeps ?? null) as number | null,
    // What was confirmed is added to it again.
    reason: String(reason ?? '').split('; reopens ')[0] ?? '',
    reopens: (reopens ?? []) as string[],
  };
}

interface WaitingProps {
  readonly proposal: Proposal;
  readonly config: BalanceConfig;
}

function Waiting({ proposal, config }: WaitingProps) {
  const { id, proposedBy, proposedAt, expiresAt, state, decidedBy } = proposal;
  const viewer = useViewer();
  const wanted = wantedOf(proposal);
  const { publishAt, cancels, keeps } = wanted;
  const preview = useQuery(previewQuery({ proposalId: id }, { publishAt, cancels, keeps }));
  const isOwn = viewer.kind === 'staff' && viewer.member.id === proposedBy;
  return (
    <section className="card publish-card" aria-label={`Proposal ${id}`}>
      <h2>
        {isOwn ? 'You propose' : `${proposedBy} proposes`} to publish a version
        {publishAt !== null && (
          <>
            {' '}
            at <Moment at={publishAt} />
          </>
        )}
      </h2>
      <p className="muted">
        Proposal {id}, <Moment at={proposedAt} />: {wanted.reason}. It expires <Moment at={expiresAt} />.
      </p>
      {preview.error && <Failure error={preview.error} onRetry={preview.refetch} />}
      {preview.isPending && <Loading lines={6} label="Looking at what it changes" />}
      {preview.data && <Preview preview={preview.data} current={config} />}
      {state === 'APPROVED' && (
        <p className="notice">
          {decidedBy} approved it. {isOwn ? 'You can publish it now.' : `${proposedBy} can publish it now.`}
        </p>
      )}
      {wanted.base !== config.version ? (
        <p className="notice notice-warn">
          It changes version {wanted.base}, which is no longer current. {isOwn ? 'Propose it again.' : ''}
        </p>
      ) : (
        <Decision proposal={proposal} wanted={wanted} document={preview.data?.document} isOwn={isOwn} />
      )}
    </section>
  );
}

interface DecisionProps {
  readonly proposal: Proposal;
  readonly wanted: Wanted;
  /** Undefined: not read yet. */
  readonly document: unknown;
  readonly isOwn: boolean;
}

type Result = SendResult<unknown>;

function useSending() {
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [result, setResult] = useState<Result | null>(null);
  const [isSending, setSending] = useState(false);
  const perform = async <T,>(
    sending: (idempotencyKey: string) => Promise<SendResult<T>>,
  ): Promise<T | null> => {
    setSending(true);
    const next = await sending(key);
    setResult(next);
    setSending(false);
    if (next.kind !== 'unknown') setKey(crypto.randomUUID());
    if (next.kind !== 'done') return null;
    await refreshConfigs();
    return next.receipt;
  };
  return { perform, result, isSending };
}

function Decision({ proposal, wanted, document, isOwn }: DecisionProps) {
  const viewer = useViewer();
  const navigate = useNavigate();
  const { perform, result, isSending } = useSending();
  const [reason, setReason] = useState('');
  const { id, state, permission, proposedBy } = proposal;
  const publish = async () => {
    const { base: baseVersion, ...terms } = wanted;
    const input = { document: JSON.stringify(document), baseVersion, ...terms };
    const receipt = await perform((idempotencyKey) =>
      send(publishBalanceConfig, { idempotencyKey, ...input }, 'ConfigPublicationReceipt'),
    );
    if (!receipt) return;
    announcePublication(receipt.publication);
    if (receipt.publication.config) navigate({ to: '/config', search: { view: 'history' } });
  };
  const approve = async (event: FormEvent) => {
    event.preventDefault();
    const receipt = await perform((idempotencyKey) =>
      send(approveProposal, { idempotencyKey, proposalId: id, reason }, 'ProposalReceipt'),
    );
    if (receipt) announce('Approved', `${proposedBy} can publish it now.`);
  };
  const withdraw = async () => {
    const receipt = await perform((idempotencyKey) =>
      send(
        withdrawProposal,
        { idempotencyKey, proposalId: id, reason: 'withdrawn in the console' },
        'ProposalReceipt',
      ),
    );
    if (receipt) announce('Withdrawn');
  };
  const isOff = isSending || document === undefined;
  const canApprove = !isOwn && state === 'OPEN' && may(viewer, permission);
  return (
    <>
      {result && result.kind !== 'done' && <SendOutcome result={result} />}
      {canApprove && (
        <form onSubmit={approve} className="publication">
          <ReasonField value={reason} onChange={setReason} kept={KEPT_WITH_VERSION} />
          <div className="publication-foot">
            <Primary label="Approve" isOff={isOff} />
          </div>
        </form>
      )}
      {isOwn && (
        <div className="publication-foot">
          {state === 'OPEN' && <p className="muted">It waits for the approval of another staff member.</p>}
          <button type="button" className="button" onClick={withdraw} disabled={isSending}>
            Withdraw
          </button>
          {state === 'APPROVED' && (
            <Primary
              label={wanted.publishAt === null ? 'Publish now' : 'Schedule'}
              onClick={publish}
              isOff={isOff}
            />
          )}
        </div>
      )}
    </>
  );
}

interface PrimaryProps {
  readonly label: string;
  readonly isOff: boolean;
  /** Absent: it submits the form. */
  readonly onClick?: () => void;
}

function Primary({ label, isOff, onClick }: PrimaryProps) {
  return (
    <button
      type={onClick ? 'button' : 'submit'}
      className="button button-primary"
      onClick={onClick}
      disabled={isOff}
    >
      {label}
    </button>
  );
}
