// One campaign: what it gives, its dry run, the approval, its progress and its report, with what can be done now.
import type { Campaign } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MessagePreview } from '../records/message-preview.tsx';
import { PageHead, Steps } from '../records/page-parts.tsx';
import { Progress } from '../records/progress.tsx';
import { ProposalCard, useIsWaiting } from '../records/proposal-card.tsx';
import { RecordActions } from '../records/record-actions.tsx';
import { Amounts, Counts, Figures } from '../records/tables.tsx';
import { wordsOf } from '../records/why.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { offersFor } from './offers.tsx';
import { campaignQuery, isMoving, isOfCampaign, refreshCampaign } from './queries.ts';
import { Refusals } from './refusals.tsx';
import { CampaignBadge } from './state.tsx';

export function CampaignPage({ campaignId }: { readonly campaignId: number }) {
  const query = useQuery(campaignQuery(campaignId));
  const { data, error, isPending, refetch } = query;
  return (
    <div className="page-body">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/campaigns">Campaigns</Link>
      </nav>
      {isPending && <Loading lines={14} label="Loading the campaign" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data === null && (
        <Empty title={`There is no campaign ${campaignId}.`}>
          <Link to="/campaigns" className="button">
            To the campaigns
          </Link>
        </Empty>
      )}
      {data && <Details campaign={data} readAt={query.dataUpdatedAt} />}
    </div>
  );
}

interface PartProps {
  readonly campaign: Campaign;
}

const STEPS = ['Dry run', 'Approval and start', 'Granting', 'Report'];

function stepOf({ state, startedAt }: Campaign): number {
  switch (state) {
    case 'CHECKING':
      return 0;
    case 'READY':
      return 1;
    case 'DONE':
      return STEPS.length;
    default:
      return startedAt === null ? 1 : 2;
  }
}

function Details({ campaign, readAt }: PartProps & { readonly readAt: number }) {
  const viewer = useViewer();
  const { id, name, state, reason, madeBy, madeAt, proposalId, rows, stopped } = campaign;
  const canManage = may(viewer, 'campaign:manage');
  const isWaiting = useIsWaiting(proposalId);
  const hasEnded = state === 'DONE' || state === 'CANCELLED';
  return (
    <>
      <PageHead
        title={
          <>
            {name} <CampaignBadge state={state} />
          </>
        }
        about={
          <>
            {reason} · by {madeBy}, <Moment at={madeAt} />
          </>
        }
      >
        {canManage && (
          <RecordActions
            offers={offersFor(campaign, isWaiting)}
            onDone={(receipt) => refreshCampaign('campaign' in receipt ? receipt.campaign : undefined)}
          />
        )}
        {hasEnded && may(viewer, 'undo:manage') && (
          <Link to="/undo/new" search={{ campaign: id }} className="button">
            Undo what it gave…
          </Link>
        )}
      </PageHead>
      <UnansweredActions isHere={isOfCampaign(campaign)} refresh={() => refreshCampaign()} />
      <Steps label="Steps of the campaign" steps={STEPS} current={stepOf(campaign)} />
      {stopped && (
        <p className="notice notice-bad" role="alert">
          <strong>It stopped by itself:</strong> {stopped}
        </p>
      )}
      <div className="record-grid">
        <div className="record-main">
          <ProgressCard campaign={campaign} readAt={readAt} />
          {proposalId !== null && (
            <ProposalCard
              proposalId={proposalId}
              what={`Run the campaign ${name}: ${whole(rows)} players`}
              refresh={() => refreshCampaign()}
            />
          )}
          {campaign.startedAt && <Report campaign={campaign} />}
          <Forecast campaign={campaign} />
          {campaign.startedAt && canManage && <Refusals campaign={campaign} />}
        </div>
        <Gives campaign={campaign} />
      </div>
    </>
  );
}

function ProgressCard({ campaign, readAt }: PartProps & { readonly readAt: number }) {
  const { state, line, lastLine, rows, report } = campaign;
  if (state === 'READY') return null;
  const isChecking = state === 'CHECKING';
  const settled = report.granted + report.already + report.rejected;
  return (
    <section className="card" aria-label="Progress">
      <Progress
        label={isChecking ? 'Dry run' : 'Granting'}
        unit="rows"
        done={isChecking ? line : settled}
        total={isChecking ? lastLine : rows}
        readAt={readAt}
        isMoving={isMoving(campaign)}
      />
    </section>
  );
}

function Forecast({ campaign }: PartProps) {
  const { forecast, rows, value, announces } = campaign;
  return (
    <section className="card" aria-labelledby="forecast">
      <h2 id="forecast">Dry run{campaign.startedAt && ', before it was started'}</h2>
      {forecast === null ? (
        <p className="muted">It goes through the rows. Nothing moves.</p>
      ) : (
        <>
          <Figures
            figures={[
              { title: 'in the list', value: rows },
              { title: 'would get it', value: forecast.players },
              ...(forecast.pending > 0 ? [{ title: 'of these, in the inbox', value: forecast.pending }] : []),
              { title: 'would get nothing', value: rows - forecast.players, isBad: true },
              ...(value === null ? [] : [{ title: 'value of all', value }]),
            ]}
          />
          <Amounts
            caption={announces ? 'What it would announce' : 'What it would give'}
            heads={['Asked for', announces ? 'Announced' : 'Fits']}
            rows={forecast.gives}
          />
          <Counts caption="What would be left out" head="Players" rows={countsOf(forecast.refused)} />
        </>
      )}
    </section>
  );
}

const countsOf = (refused: readonly { readonly why: string; readonly rows: number }[]) =>
  refused.map(({ why, rows }) => ({ why, words: wordsOf(why), count: rows }));

function Report({ campaign }: PartProps) {
  const { granted, already, rejected, pending, remaining, gives, differences } = campaign.report;
  return (
    <section className="card" aria-labelledby="report">
      <h2 id="report">Report</h2>
      <Figures
        figures={[
          { title: campaign.announces ? 'announced' : 'granted', value: granted },
          ...(pending > 0 ? [{ title: 'of these, in the inbox', value: pending }] : []),
          { title: 'had it already', value: already },
          { title: 'rejected', value: rejected, isBad: true },
          { title: 'remaining', value: remaining },
        ]}
      />
      <Amounts caption="What it gave" heads={['Asked for', 'Given']} rows={gives} />
      {campaign.state === 'DONE' &&
        (differences.length === 0 ? (
          <p className="notice notice-good">Nothing differs from the dry run.</p>
        ) : (
          <div className="notice notice-warn">
            <strong>It differs from the dry run:</strong>
            <ul className="bullets">
              {differences.map((difference) => (
                <li key={difference}>{difference}</li>
              ))}
            </ul>
          </div>
        ))}
    </section>
  );
}

function Gives({ campaign }: PartProps) {
  const { gives, announces, onFull, rows, listId, configVersion, startedAt, endedAt } = campaign;
  const amounts = (gives ?? []).map(({ resource, requested }) => ({ resource, amount: requested }));
  return (
    <aside className="record-aside">
      <section className="card" aria-labelledby="gives">
        <h2 id="gives">{announces ? 'What the player sees' : 'What each player gets'}</h2>
        {announces ? (
          <MessagePreview
            title={announces.title}
            text={announces.text}
            gives={amounts}
            expiresAt={announces.expiresAt}
          >
            {gives === null && <p className="sub muted">The amounts are those of each row.</p>}
          </MessagePreview>
        ) : gives === null ? (
          <p>What the rows of the list say.</p>
        ) : (
          <ul className="plain">
            {amounts.map(({ resource, amount }) => (
              <li key={resource}>
                <strong>{whole(amount)}</strong> {resource}
              </li>
            ))}
          </ul>
        )}
        {!announces && (
          <p className="sub muted">
            {onFull ? 'What does not fit waits in the inbox.' : 'Ceilings apply, as the balance config says.'}
          </p>
        )}
      </section>
      <section className="card" aria-labelledby="facts">
        <h2 id="facts">Facts</h2>
        <dl className="details">
          <dt>List</dt>
          <dd>
            {whole(listId)}, {whole(rows)} players
          </dd>
          {configVersion !== null && (
            <>
              <dt>Config</dt>
              <dd>version {whole(configVersion)}</dd>
            </>
          )}
          {startedAt && (
            <>
              <dt>Started</dt>
              <dd>
                <Moment at={startedAt} />
              </dd>
            </>
          )}
          {endedAt && (
            <>
              <dt>Ended</dt>
              <dd>
                <Moment at={endedAt} />
              </dd>
            </>
          )}
        </dl>
      </section>
    </aside>
  );
}
