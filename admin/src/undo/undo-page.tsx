// One undo, step by step: what it selects, what the dry run found, the approval, the run and the report.
import type { Undo, UndoCounts } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { PageHead, Steps } from '../records/page-parts.tsx';
import { Progress } from '../records/progress.tsx';
import { ProposalCard, useIsWaiting } from '../records/proposal-card.tsx';
import { RecordActions } from '../records/record-actions.tsx';
import { Amounts, Counts, Figures } from '../records/tables.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { offersFor } from './offers.tsx';
import { Players } from './players.tsx';
import { isMoving, isOfUndo, refreshUndo, undoQuery } from './queries.ts';
import { claimWords, filterParts, UndoBadge } from './words.tsx';

export function UndoPage({ undoId }: { readonly undoId: number }) {
  const query = useQuery(undoQuery(undoId));
  const { data, error, isPending, refetch } = query;
  return (
    <div className="page-body">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/undo">Undo</Link>
      </nav>
      {isPending && <Loading lines={14} label="Loading the undo" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data === null && (
        <Empty title={`There is no undo ${undoId}.`}>
          <Link to="/undo" className="button">
            To the undos
          </Link>
        </Empty>
      )}
      {data && <Details undo={data} readAt={query.dataUpdatedAt} />}
    </div>
  );
}

const STEPS = ['Selection', 'Dry run', 'Approval and start', 'Reversing', 'Report'];

function stepOf({ state, startedAt }: Undo): number {
  switch (state) {
    case 'selecting':
      return 0;
    case 'checking':
      return 1;
    case 'ready':
      return 2;
    case 'done':
      return STEPS.length;
    default:
      return startedAt === null ? 2 : 3;
  }
}

interface PartProps {
  readonly undo: Undo;
}

function Details({ undo, readAt }: PartProps & { readonly readAt: number }) {
  const viewer = useViewer();
  const { id, state, reason, madeBy, madeAt, proposalId, claims, players, stopped, forecast, result } = undo;
  const isWaiting = useIsWaiting(proposalId);
  return (
    <>
      <PageHead
        title={
          <>
            Undo {whole(id)} <UndoBadge state={state} />
          </>
        }
        about={
          <>
            {reason} · by {madeBy}, <Moment at={madeAt} />
          </>
        }
      >
        {may(viewer, 'undo:manage') && (
          <RecordActions
            offers={offersFor(undo, isWaiting)}
            onDone={(receipt) => refreshUndo('undo' in receipt ? receipt.undo : undefined)}
          />
        )}
      </PageHead>
      <UnansweredActions isHere={isOfUndo(undo)} refresh={() => refreshUndo()} />
      <Steps label="Steps of the undo" steps={STEPS} current={stepOf(undo)} />
      {stopped && (
        <p className="notice notice-bad" role="alert">
          <strong>It stopped by itself:</strong> {stopped}
        </p>
      )}
      {state === 'ready' && claims === 0 && (
        <Empty title="No claim is like that.">
          <p>Nothing can be undone. Make another undo with other conditions.</p>
        </Empty>
      )}
      <div className="record-grid">
        <div className="record-main">
          <ProgressCard undo={undo} readAt={readAt} />
          {proposalId !== null && (
            <ProposalCard
              proposalId={proposalId}
              what={`Reverse ${whole(claims)} claims of ${whole(players)} players`}
              refresh={() => refreshUndo()}
            />
          )}
          {result && (
            <Result title="Report" id="report" counts={result} claims={claims} forecast={forecast} />
          )}
          {forecast && (
            <Result title="Dry run" id="forecast" counts={forecast} claims={claims} forecast={null} />
          )}
          {forecast && <Players undo={undo} />}
        </div>
        <Selection undo={undo} />
      </div>
    </>
  );
}

function ProgressCard({ undo, readAt }: PartProps & { readonly readAt: number }) {
  const { state, claims, checked, result } = undo;
  if (state === 'ready' || (state === 'cancelled' && result === null)) return null;
  const refused = (result?.refused ?? []).reduce((sum, each) => sum + each.claims, 0);
  const isRun = result !== null;
  return (
    <section className="card" aria-label="Progress">
      {state === 'selecting' ? (
        <>
          <p>
            Selecting: <strong>{whole(claims)}</strong> claims so far
          </p>
          <progress className="progress-bar" aria-label="Selecting" />
        </>
      ) : (
        <Progress
          label={isRun ? 'Reversing' : 'Dry run'}
          unit="claims"
          done={isRun ? result.reversed + refused : checked}
          total={claims}
          readAt={readAt}
          isMoving={isMoving(undo)}
        />
      )}
    </section>
  );
}

interface ResultProps {
  readonly title: string;
  readonly id: string;
  readonly counts: UndoCounts;
  readonly claims: number;
  /** Of a report: what it is compared with. */
  readonly forecast: UndoCounts | null;
}

function Result({ title, id, counts, claims, forecast }: ResultProps) {
  const { reversed, moved, refused, debts, differ } = counts;
  const would = id === 'forecast' ? 'would be ' : '';
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Figures
        figures={[
          { title: 'claims selected', value: claims },
          { title: `${would}reversed`, value: reversed },
          { title: 'players in debt', value: debts, isBad: true },
          { title: 'players who may differ', value: differ, isBad: true },
        ]}
      />
      <Amounts
        caption={id === 'forecast' ? 'What would move' : 'What moved'}
        heads={['Asked for', id === 'forecast' ? 'Would move' : 'Moved']}
        rows={moved.map(({ resource, requested, moved: given }) => ({ resource, requested, given }))}
      />
      <Counts
        caption={id === 'forecast' ? 'Claims that would not be reversed' : 'Claims that were not reversed'}
        head="Claims"
        rows={refused.map(({ why, claims: count }) => ({ why, words: claimWords(why), count }))}
      />
      {forecast && reversed + countOf(refused) >= claims && (
        <p
          className={
            JSON.stringify(forecast) === JSON.stringify(counts) ? 'notice notice-good' : 'notice notice-warn'
          }
        >
          {JSON.stringify(forecast) === JSON.stringify(counts)
            ? 'Nothing differs from the dry run.'
            : 'It differs from the dry run: players went on playing meanwhile.'}
        </p>
      )}
    </section>
  );
}

const countOf = (refused: UndoCounts['refused']) => refused.reduce((sum, { claims }) => sum + claims, 0);

function Selection({ undo }: PartProps) {
  const { claims, players, ifInsufficient } = undo;
  return (
    <aside className="record-aside">
      <section className="card" aria-labelledby="selection">
        <h2 id="selection">Selection</h2>
        <dl className="details">
          {filterParts(undo).map(([name, value]) => (
            <div key={name} className="details-row">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div className="details-row">
            <dt>Claims</dt>
            <dd>
              {whole(claims)} of {whole(players)} players
            </dd>
          </div>
          <div className="details-row">
            <dt>If there is less</dt>
            <dd>{ifInsufficient === 'DEBT' ? 'leave a debt' : 'do not reverse that claim'}</dd>
          </div>
        </dl>
      </section>
    </aside>
  );
}
