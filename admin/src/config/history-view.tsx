// History: the versions with who published them, when and why, and what each changed in words. A scheduled one can be cancelled, an earlier
// one published again.
import type { BalanceConfig, BalanceConfigVersion } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { configQuery } from '../players/queries.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { describeQuery, versionsQuery } from './queries.ts';
import { RollBackDialog } from './roll-back-dialog.tsx';
import { Changes, countsText } from './sentences.tsx';

export function HistoryView({ config }: { readonly config: BalanceConfig }) {
  const query = useInfiniteQuery(versionsQuery);
  if (query.isPending) return <Loading lines={10} label="Loading the versions" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const versions = query.data.pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  return (
    <section aria-label="Versions, newest first" className="changes-page">
      <ol className="versions">
        {versions.map((version, place) => (
          <Version
            key={version.version}
            version={version}
            before={beforeOf(versions, place)}
            isLast={place === versions.length - 1}
            current={config}
          />
        ))}
      </ol>
      {query.hasNextPage && (
        <button
          type="button"
          className="button"
          onClick={() => query.fetchNextPage()}
          disabled={query.isFetchingNextPage}
        >
          {query.isFetchingNextPage ? 'Loading…' : 'Load earlier versions'}
        </button>
      )}
    </section>
  );
}

/** The version before that was current, or will be. Null: it is not loaded, or there is none. */
function beforeOf(versions: readonly BalanceConfigVersion[], place: number): number | null {
  return versions.slice(place + 1).find(({ state }) => state !== 'CANCELLED')?.version ?? null;
}

const STATES = {
  CURRENT: { title: 'current', tone: 'good' },
  SCHEDULED: { title: 'scheduled', tone: 'warn' },
  CANCELLED: { title: 'cancelled', tone: 'plain' },
} as const;

interface VersionProps {
  readonly version: BalanceConfigVersion;
  readonly before: number | null;
  readonly isLast: boolean;
  readonly current: BalanceConfig;
}

function Version({ version: { version, state, ...rest }, before, isLast, current }: VersionProps) {
  const { publishedAt, publishedBy, isByOperator, effectiveFrom, reason } = rest;
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  const [dialog, setDialog] = useState<'roll back' | 'cancel' | null>(null);
  const isLater = effectiveFrom !== null && effectiveFrom !== publishedAt;
  const mayPublish = may(viewer, 'config:publish');
  return (
    <li className="version">
      <div className="version-head">
        <h2>
          <button
            type="button"
            className="version-open"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="chevron" size={16} />
            Version {version}
          </button>
        </h2>
        {state !== 'FORMER' && (
          <span className={`badge badge-${STATES[state].tone}`}>{STATES[state].title}</span>
        )}
        <span className="version-by muted">
          <Moment at={publishedAt} /> by {publishedBy}
          {isByOperator && ' (operator)'}
          {isLater && (
            <>
              , for <Moment at={effectiveFrom} />
            </>
          )}
        </span>
        {mayPublish && state === 'SCHEDULED' && (
          <button type="button" className="button" onClick={() => setDialog('cancel')}>
            Cancel…
          </button>
        )}
        {mayPublish && (state === 'FORMER' || state === 'CANCELLED') && (
          <button type="button" className="button" onClick={() => setDialog('roll back')}>
            Roll back…
          </button>
        )}
      </div>
      {reason !== null && <p className="version-reason">{reason}</p>}
      {isOpen && <WhatChanged version={version} before={before} isFirst={before === null && isLast} />}
      {dialog === 'roll back' && (
        <RollBackDialog version={version} current={current} onClose={() => setDialog(null)} />
      )}
      {dialog === 'cancel' && <CancelDialog version={version} onClose={() => setDialog(null)} />}
    </li>
  );
}

interface WhatChangedProps {
  readonly version: number;
  readonly before: number | null;
  readonly isFirst: boolean;
}

function WhatChanged({ version, before, isFirst }: WhatChangedProps) {
  const next = useQuery(configQuery(version));
  const previous = useQuery({ ...configQuery(before), enabled: before !== null });
  const documents =
    next.data && previous.data && before !== null
      ? { current: previous.data.document, next: next.data.document }
      : null;
  const sentences = useQuery(describeQuery(documents)).data;
  const error = next.error ?? previous.error;
  if (before === null)
    return <Empty title={isFirst ? 'The first version.' : 'Load earlier versions to compare it.'} />;
  if (error) return <Failure error={error} />;
  if (sentences === undefined || documents === null)
    return <Loading lines={4} label="Comparing the versions" />;
  return (
    <div className="version-changes">
      <p className="muted">
        {countsText(sentences)} against version {before}
      </p>
      <Changes sentences={sentences} documents={[documents.next, documents.current]} level={3} />
    </div>
  );
}
