// One entry of a timeline: a line, and behind it why.
import type { BalanceChange, TimelineEntry } from '@onceward/client';
import { useId, useState } from 'react';
import { Moment, signed } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { aboutOf, actorOf, lookOf } from './entry-kind.ts';
import { EventDetails } from './event-details.tsx';
import { Why } from './why.tsx';

interface EntryProps {
  readonly entry: TimelineEntry;
  readonly playerId: string;
}

export function Entry({ entry, playerId }: EntryProps) {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const { attempt, event, reversal, at } = entry;
  const { icon, tone, word } = lookOf(entry);
  const by = attempt ? actorOf(attempt) : event && `staff ${event.actorId}`;
  return (
    <li className={`entry tone-${tone}`}>
      <button
        type="button"
        className="entry-line"
        aria-expanded={isOpen}
        aria-controls={detailsId}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="entry-icon">
          <Icon name={icon} size={14} />
        </span>
        <span className="entry-main">
          <span className="entry-title">
            {attempt?.claim.type ?? event?.action}
            {attempt?.granted && attempt.claim.type !== 'reversal' ? (
              <span className="visually-hidden">{word}</span>
            ) : (
              <span className={`badge badge-${tone}`}>{word}</span>
            )}
            {reversal && (
              <span className="badge badge-warn">
                {reversal.reopened ? 'taken back, open again' : 'taken back'}
              </span>
            )}
          </span>
          <span className="entry-sub muted">
            {attempt ? aboutOf(attempt, playerId) : event?.reason}
            {by && <> · {by}</>}
          </span>
        </span>
        <Changes changes={attempt?.changes ?? []} />
        <span className="entry-time muted">
          <Moment at={at} show="time" />
        </span>
        <span className="entry-chevron">
          <Icon name="chevron" size={14} />
        </span>
      </button>
      <div id={detailsId} className="entry-details" hidden={!isOpen}>
        {isOpen &&
          (attempt ? <Why attempt={attempt} reversal={reversal} /> : event && <EventDetails event={event} />)}
      </div>
    </li>
  );
}

const SHOWN = 4;

/** Sums by resource: a level-up is part of what a claim gave. */
export function Changes({ changes }: { readonly changes: readonly BalanceChange[] }) {
  const sums = new Map<string, number>();
  for (const { resource, delta } of changes) sums.set(resource, (sums.get(resource) ?? 0) + delta);
  const moved = [...sums].filter(([, delta]) => delta !== 0);
  return (
    <span className="changes">
      {moved.slice(0, SHOWN).map(([resource, delta]) => (
        <span key={resource} className={`change ${delta < 0 ? 'change-down' : 'change-up'}`}>
          {signed(delta)} {resource}
        </span>
      ))}
      {moved.length > SHOWN && <span className="change muted">and {moved.length - SHOWN} more</span>}
    </span>
  );
}
