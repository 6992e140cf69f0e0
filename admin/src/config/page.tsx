// Config: the balance config as a draft in this browser, what it changes in words, and its publication. In a chunk of its own.
import type { BalanceConfig } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, type RefObject, useMemo, useRef, useState } from 'react';
import { configQuery } from '../players/queries.ts';
import { ReplayPanel } from '../replay/replay-panel.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { arrange } from './arrange.ts';
import { ChangesView } from './changes-view.tsx';
import { type Confirmed, useConfirmed } from './confirmed.ts';
import { type Draft, useDraft } from './draft.ts';
import { EditView } from './edit-view.tsx';
import type { EditorControl } from './editor.tsx';
import { HistoryView } from './history-view.tsx';
import { OutdatedDraft } from './outdated-draft.tsx';
import { placeIn } from './outline.ts';
import { PublishView } from './publish-view.tsx';
import { describeQuery, previewQuery, sentencesOf } from './queries.ts';
import { SCHEMA } from './schema.ts';
import { type JudgedDraft, useJudged } from './use-judged.ts';
import './config.css';
import './changes.css';

const route = getRouteApi('/config');

export function ConfigPage() {
  const { data, error, isPending, refetch } = useQuery(configQuery(null));
  return (
    <div className="page-body config-page">
      {data ? (
        <Workspace key={data.version} config={data} />
      ) : (
        <>
          <div className="page-head">
            <h1>Config</h1>
          </div>
          {isPending && <Loading lines={16} label="Loading the balance config" />}
          {error && <Failure error={error} onRetry={refetch} />}
          {data === null && (
            <Empty title="No balance config is published yet.">
              <p>
                Publish the first with <code>npm run config:publish</code>.
              </p>
            </Empty>
          )}
        </>
      )}
    </div>
  );
}

function Workspace({ config }: { readonly config: BalanceConfig }) {
  const { view } = route.useSearch();
  const { version, document: base } = config;
  const published = useMemo(() => arrange(base, SCHEMA), [base]);
  const draft = useDraft(version, published);
  const judged = useJudged(draft.text, base);
  const confirmed = useConfirmed();
  const control = useRef<EditorControl>(null);
  const show = useShow(draft, control);
  const isOpened = useOpened(view);
  const parts = { config, draft, judged, confirmed };
  return (
    <>
      <Head config={config} draft={draft} />
      <OutdatedDraft config={config} draft={draft} />
      <Steps view={view} judged={judged} />
      {/* Hidden, not gone: an editor keeps what can be undone, and a replay goes on. */}
      {isOpened('edit') && (
        <div hidden={view !== 'edit'}>
          <EditView draft={draft} base={base} judged={judged} isReadOnly={false} control={control} />
        </div>
      )}
      {view === 'changes' && <ChangedDraft {...parts} published={published} onShow={show} />}
      {isOpened('replay') && (
        <div hidden={view !== 'replay'}>
          <Checked judged={judged}>
            <Replay text={draft.text} />
          </Checked>
        </div>
      )}
      {view === 'publish' && <PublishView {...parts} />}
      {view === 'history' && <HistoryView config={config} />}
    </>
  );
}

function Replay({ text }: { readonly text: string }) {
  const viewer = useViewer();
  if (may(viewer, 'config:replay')) return <ReplayPanel document={text} />;
  return (
    <Empty title="Your role does not include replays.">
      <p>A replay reads the claims of all players. Somebody who may publish can run it.</p>
    </Empty>
  );
}

/** Which views were opened: none is loaded before. */
function useOpened(view: string): (view: string) => boolean {
  const opened = useRef(new Set<string>());
  opened.current.add(view);
  return (each) => opened.current.has(each);
}

const LOADING_TRIES = 100;
const TRY_MS = 50;

/** Opens the editor where something is, once it is there. */
function useShow(draft: Draft, control: RefObject<EditorControl | null>): (path: string) => void {
  const navigate = useNavigate();
  return (path) => {
    navigate({ to: '/config', search: { view: 'edit' } });
    const offset = placeIn(draft.text, path);
    const attempt = (left: number) => {
      if (left > 0 && !control.current?.goTo(offset)) setTimeout(attempt, TRY_MS, left - 1);
    };
    requestAnimationFrame(() => attempt(LOADING_TRIES));
  };
}

function Head({ config, draft }: { readonly config: BalanceConfig; readonly draft: Draft }) {
  const { version, publishedAt, publishedBy, reason } = config;
  return (
    <div className="page-head config-head">
      <div>
        <h1>Config</h1>
        <p className="muted">
          Version {version}, published <Moment at={publishedAt} /> by {publishedBy}
          {reason !== null && `: ${reason}`}
        </p>
      </div>
      <DraftState draft={draft} />
    </div>
  );
}

function DraftState({ draft: { isChanged, savedAt, isRestored, discard } }: { readonly draft: Draft }) {
  const [isAsking, setAsking] = useState(false);
  if (!isChanged) return <p className="draft-state muted">No draft</p>;
  return (
    <div className="draft-state">
      {savedAt === null ? (
        <span className="bad">This browser has no room for the draft.</span>
      ) : (
        <span className="muted">
          {isRestored ? 'Your draft was restored. Kept ' : 'Draft kept '}
          <Moment at={savedAt} show="time" />
        </span>
      )}
      {isAsking ? (
        <>
          <button
            type="button"
            className="button button-danger"
            onClick={() => {
              discard();
              setAsking(false);
            }}
          >
            Discard the draft
          </button>
          <button type="button" className="button" onClick={() => setAsking(false)}>
            Keep it
          </button>
        </>
      ) : (
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Discard…
        </button>
      )}
    </div>
  );
}

const STEPS = [
  { view: 'edit', title: 'Edit' },
  { view: 'changes', title: 'Changes' },
  { view: 'replay', title: 'Replay' },
  { view: 'publish', title: 'Publish' },
  { view: 'history', title: 'History' },
] as const;

function Steps({ view, judged: { judged } }: { readonly view: string; readonly judged: JudgedDraft }) {
  const count = judged?.changes.length ?? 0;
  return (
    <nav className="steps" aria-label="Steps">
      {STEPS.map((step) => (
        <Link
          key={step.view}
          to="/config"
          search={{ view: step.view }}
          className={`step${step.view === 'history' ? ' step-last' : ''}`}
          aria-current={step.view === view ? 'step' : undefined}
        >
          {step.title}
          {step.view === 'changes' && count > 0 && <span className="badge badge-strong">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}

/** Shows its children once the draft is valid. */
function Checked({ judged, children }: { readonly judged: JudgedDraft; readonly children: ReactNode }) {
  const { judged: result, error } = judged;
  if (error) return <Failure error={error} />;
  if (result === null) return <Loading lines={8} label="Checking the draft" />;
  if (result.problems.length === 0) return children;
  const { length } = result.problems;
  return (
    <Empty title={`The draft has ${length === 1 ? 'a problem' : `${length} problems`}.`}>
      <p>What it does can be said when it has none.</p>
      <Link to="/config" search={{ view: 'edit' }} className="button">
        To the editor
      </Link>
    </Empty>
  );
}

interface ChangedDraftProps {
  readonly config: BalanceConfig;
  readonly draft: Draft;
  readonly published: string;
  readonly judged: JudgedDraft;
  readonly confirmed: Confirmed;
  readonly onShow: (path: string) => void;
}

function ChangedDraft({ config, draft, published, judged, confirmed, onShow }: ChangedDraftProps) {
  const { judged: result, isStale } = judged;
  const isReady = result?.kind === 'valid' && !isStale && !result.isSame;
  const preview = useQuery(previewQuery(isReady ? { document: draft.text } : null)).data;
  // The server also knows earlier versions, and what players hold.
  const found = preview && preview.problems.length === 0 ? sentencesOf(preview.changes) : null;
  const documents = found && result ? { current: config.document, next: result.document } : null;
  const counted = useQuery(describeQuery(documents, found)).data;
  return (
    <Checked judged={judged}>
      <ChangesView
        sentences={counted ?? result?.changes ?? []}
        documents={[result?.document, config.document]}
        texts={{ before: published, after: draft.isChanged ? arrange(result?.document, SCHEMA) : published }}
        version={config.version}
        onShow={onShow}
        confirmed={confirmed}
      />
    </Checked>
  );
}
