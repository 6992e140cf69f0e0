// What pages of records have in common: the head, the way back, and the button for more.
import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';

interface PageHeadProps {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  /** Buttons. */
  readonly children?: ReactNode;
}

export function PageHead({ title, about, children }: PageHeadProps) {
  return (
    <div className="page-head player-head">
      <div>
        <h1>{title}</h1>
        {about && <div className="muted">{about}</div>}
      </div>
      {children && <div className="actions">{children}</div>}
    </div>
  );
}

interface MoreButtonProps {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
  readonly title: string;
}

export function MoreButton({
  query: { hasNextPage, isFetchingNextPage, fetchNextPage },
  title,
}: MoreButtonProps) {
  if (!hasNextPage) return null;
  return (
    <button
      type="button"
      className="button audit-more"
      onClick={() => fetchNextPage()}
      disabled={isFetchingNextPage}
    >
      {isFetchingNextPage ? 'Loading…' : title}
    </button>
  );
}

interface StepsProps {
  readonly label: string;
  readonly steps: readonly string[];
  /** The place of the step that is next; all are done where it is behind the last. */
  readonly current: number;
}

/** Where a record is on its way. */
export function Steps({ label, steps, current }: StepsProps) {
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, place) => (
        <li
          key={step}
          className={place < current ? 'step-done' : ''}
          aria-current={place === current ? 'step' : undefined}
        >
          <span className="step-mark">{place < current ? <Icon name="granted" size={12} /> : place + 1}</span>
          {step}
          {place < current && <span className="visually-hidden">, done</span>}
        </li>
      ))}
    </ol>
  );
}
