// Campaigns: what was or will be given to many players, newest first, with how far each is.
import type { Campaign } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { campaignsQuery, isMoving, isOfCampaigns, POLL_MS, refreshCampaign } from './queries.ts';
import { CampaignBadge } from './state.tsx';

export function CampaignsPage() {
  const viewer = useViewer();
  const canCreate = may(viewer, 'campaign:manage') && may(viewer, 'list:manage');
  return (
    <div className="page-body">
      <PageHead
        title="Campaigns"
        about="Give something to many players, each once: an apology, prizes, a gift."
      >
        {canCreate && (
          <Link to="/campaigns/new" search={{ announce: false }} className="button button-primary">
            New campaign
          </Link>
        )}
      </PageHead>
      <UnansweredActions isHere={isOfCampaigns} refresh={() => refreshCampaign()} />
      <List canCreate={canCreate} />
    </div>
  );
}

function List({ canCreate }: { readonly canCreate: boolean }) {
  const query = useInfiniteQuery({
    ...campaignsQuery,
    refetchInterval: ({ state: { data } }) => (rowsOf(data?.pages).some(isMoving) ? 3 * POLL_MS : false),
  });
  if (query.isPending) return <Loading lines={10} label="Loading the campaigns" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const campaigns = rowsOf(query.data.pages);
  if (campaigns.length === 0)
    return (
      <Empty title="There is no campaign yet.">
        <p>
          {canCreate
            ? 'Take a list of players from a file or by a query, say what they get, look at the dry run, and start it.'
            : 'Economists and administrators create campaigns. You will see them here.'}
        </p>
      </Empty>
    );
  return (
    <>
      <TableScroll label="Campaigns, newest first" isCard>
        <table className="changes-table records-table">
          <caption className="visually-hidden">Campaigns, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Campaign</th>
              <th scope="col">State</th>
              <th scope="col">Progress</th>
              <th scope="col" className="number">
                Players
              </th>
              <th scope="col">Made</th>
            </tr>
          </thead>
          <tbody>
            {campaigns.map((campaign) => (
              <Row key={campaign.id} campaign={campaign} />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load earlier campaigns" />
    </>
  );
}

function Row({ campaign }: { readonly campaign: Campaign }) {
  const { id, name, state, rows, line, lastLine, report, reason, madeBy, madeAt } = campaign;
  const settled = report.granted + report.already + report.rejected;
  const [done, total] = state === 'CHECKING' ? [line, lastLine] : [settled, rows];
  return (
    <tr>
      <th scope="row">
        <Link to="/campaigns/$campaignId" params={{ campaignId: String(id) }}>
          {name}
        </Link>
        <span className="sub muted clip">{reason}</span>
      </th>
      <td>
        <CampaignBadge state={state} />
        {campaign.stopped && <span className="sub bad">stopped</span>}
      </td>
      <td>
        <progress
          className="progress-bar"
          max={Math.max(total, 1)}
          value={done}
          aria-label={`${name}, progress`}
        />
        <span className="sub muted">
          {state === 'CHECKING' ? `${whole(done)} checked` : `${whole(report.granted)} granted`}
        </span>
      </td>
      <td className="number">{whole(rows)}</td>
      <td>
        <Moment at={madeAt} show="date" />
        <span className="sub muted">{madeBy}</span>
      </td>
    </tr>
  );
}
