// A new campaign: who, what, how, and why. Its list is uploaded or filled first; then the campaign is made, which starts the dry run.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Outcome } from '../actions/results.tsx';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MessagePreview } from '../records/message-preview.tsx';
import { PageHead } from '../records/page-parts.tsx';
import { grantsOf, momentOf } from '../records/values.ts';
import { may, useViewer } from '../session/staff.ts';
import { whole } from '../ui/format.tsx';
import { Empty } from '../ui/states.tsx';
import { NameFields, RewardFields } from './campaign-fields.tsx';
import { type Draft, EMPTY, nameOfFile, storeDraft, storedDraft } from './draft.ts';
import { FileField } from './file-field.tsx';
import type { ReadFile } from './file-rows.ts';
import { ListField, QueryFields, SourceField } from './players-fields.tsx';
import { closedListsQuery, isOfCampaigns, refreshCampaign } from './queries.ts';
import { useCreation } from './use-creation.ts';

const route = getRouteApi('/campaigns/new');

export function NewCampaignPage() {
  const viewer = useViewer();
  const { announce } = route.useSearch();
  const canCreate = may(viewer, 'campaign:manage') && may(viewer, 'list:manage');
  return (
    <div className="page-body">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/campaigns">Campaigns</Link>
      </nav>
      <PageHead
        title={announce ? 'New message to many players' : 'New campaign'}
        about="The first step is a dry run. Nothing is given before you start it."
      />
      {canCreate ? (
        <>
          <UnansweredActions isHere={isOfCampaigns} refresh={() => refreshCampaign()} />
          <Form announces={announce} />
        </>
      ) : (
        <Empty title="Your role cannot create campaigns.">
          <p>Economists and administrators can. You can follow the ones that exist.</p>
        </Empty>
      )}
    </div>
  );
}

/** What is filled in, and the file, which stays in memory. */
function useDraft(announces: boolean) {
  const [draft, setDraft] = useState<Draft>(() => {
    const stored = storedDraft();
    return announces ? { ...stored, how: 'announce' } : stored;
  });
  const [file, setFile] = useState<ReadFile | null>(null);
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    storeDraft(next);
  };
  const read = (found: ReadFile | null) => {
    setFile(found);
    if (found && draft.name === '') change({ name: nameOfFile(found.name) });
  };
  const clear = () => {
    change(EMPTY);
    setFile(null);
  };
  return { draft, file, change, read, clear };
}

function Form({ announces }: { readonly announces: boolean }) {
  const navigate = useNavigate();
  const { draft, file, change, read, clear } = useDraft(announces);
  const { data: lists = [] } = useQuery({ ...closedListsQuery, enabled: draft.players === 'list' });
  const creation = useCreation((id) => {
    storeDraft(null);
    navigate({ to: '/campaigns/$campaignId', params: { campaignId: String(id) } });
  });
  const saysGives = draft.players === 'file' && (file?.givenRows ?? 0) > 0;
  const isFileWrong = draft.players === 'file' && (file === null || file.problemCount > 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isFileWrong) creation.start(draft, file, saysGives);
  };
  const { kind } = creation.step;
  const isFixed = kind === 'uploading' || kind === 'stopped';
  return (
    <form className="record-grid" onSubmit={submit}>
      <div className="record-main">
        <fieldset className="card fields" disabled={isFixed}>
          <SourceField draft={draft} onChange={change} />
          {draft.players === 'file' && <FileField file={file} onRead={read} />}
          {draft.players === 'query' && <QueryFields draft={draft} onChange={change} />}
          {draft.players === 'list' && <ListField draft={draft} onChange={change} />}
        </fieldset>
        <fieldset className="card fields" disabled={isFixed}>
          <RewardFields draft={draft} onChange={change} saysGives={saysGives} />
        </fieldset>
        <fieldset className="card fields" disabled={isFixed}>
          <NameFields draft={draft} onChange={change} />
        </fieldset>
        <Status creation={creation} />
        <Buttons creation={creation} isFileWrong={isFileWrong} onClear={clear} />
      </div>
      <aside className="record-aside">
        <Overview draft={draft} file={file} saysGives={saysGives} lists={lists} />
      </aside>
    </form>
  );
}

interface ButtonsProps {
  readonly creation: ReturnType<typeof useCreation>;
  readonly isFileWrong: boolean;
  readonly onClear: () => void;
}

function Buttons({ creation: { step, stop }, isFileWrong, onClear }: ButtonsProps) {
  if (step.kind === 'uploading' || step.kind === 'stopped')
    return (
      <div className="actions">
        {step.kind === 'stopped' && (
          <button type="submit" className="button button-primary">
            Go on
          </button>
        )}
        <button type="button" className="button" onClick={stop}>
          {step.kind === 'stopped' ? 'Change it' : 'Stop'}
        </button>
      </div>
    );
  return (
    <div className="actions">
      <button type="submit" className="button button-primary" disabled={isFileWrong}>
        Upload, and start the dry run
      </button>
      <button type="button" className="button-link" onClick={onClear}>
        Clear the form
      </button>
      {isFileWrong && <span className="sub muted">Choose a file without problems first.</span>}
    </div>
  );
}

function Status({ creation: { step } }: { readonly creation: ReturnType<typeof useCreation> }) {
  return (
    <div aria-live="polite">
      {step.kind === 'uploading' && (
        <div className="card progress">
          <progress
            className="progress-bar"
            aria-label="Uploading"
            max={step.progress.total ?? 1}
            {...(step.progress.total !== null && { value: step.progress.done })}
          />
          <p className="sub muted">
            {step.progress.total === null
              ? `${whole(step.progress.done)} players found so far`
              : `${whole(step.progress.done)} of ${whole(step.progress.total)} players uploaded`}
          </p>
        </div>
      )}
      {step.kind === 'stopped' && (
        <div className="notice notice-bad" role="alert">
          <strong>It stopped.</strong> {step.why} What was uploaded is kept: going on sends the rest.
        </div>
      )}
      {step.kind === 'refused' && (
        <div className="notice notice-bad" role="alert">
          <strong>Refused.</strong> {step.why}
        </div>
      )}
      {step.kind === 'answered' && <Outcome result={step.result} />}
    </div>
  );
}

interface OverviewProps {
  readonly draft: Draft;
  readonly file: ReadFile | null;
  readonly saysGives: boolean;
  readonly lists: readonly { readonly id: number; readonly rows: number }[];
}

function Overview({ draft, file, saysGives, lists }: OverviewProps) {
  const gives = saysGives
    ? []
    : grantsOf(draft.gives).filter(({ resource, amount }) => resource && amount > 0);
  const rows =
    draft.players === 'file'
      ? file?.rows.length
      : draft.players === 'list'
        ? lists.find(({ id }) => String(id) === draft.listId)?.rows
        : undefined;
  return (
    <section className="card" aria-labelledby="overview">
      <h2 id="overview">{draft.how === 'grant' ? 'What each player gets' : 'What the player sees'}</h2>
      {draft.how === 'grant' ? (
        <ul className="plain">
          {gives.map(({ resource, amount }) => (
            <li key={resource}>
              <strong>{whole(amount)}</strong> {resource}
            </li>
          ))}
          {gives.length === 0 && (
            <li className="muted">{saysGives ? 'The amounts of their row.' : 'Nothing yet.'}</li>
          )}
        </ul>
      ) : (
        <MessagePreview
          title={draft.title}
          text={draft.text || null}
          gives={gives}
          expiresAt={draft.how === 'announce' ? momentOf(draft.expiresAt) : null}
        />
      )}
      {rows !== undefined && gives.length > 0 && (
        <p className="sub muted">
          {whole(rows)} players, all together{' '}
          {gives.map(({ resource, amount }) => `${whole(amount * rows)} ${resource}`).join(', ')}
        </p>
      )}
    </section>
  );
}
