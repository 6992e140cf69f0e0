// What a part of a page shows instead of data: that it loads, that there is none and what to do, or that it failed.
import { OncewardError } from '@onceward/client';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** As many lines as the data will probably take, so that nothing below moves much. */
export function Loading({
  lines = 4,
  label = 'Loading',
}: {
  readonly lines?: number;
  readonly label?: string;
}) {
  return (
    <div className="loading" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike
        <div key={line} className="loading-line" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
}

export function Empty({ title, children }: EmptyProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <div className="empty-advice">{children}</div>}
    </div>
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  FORBIDDEN: 'Your role does not allow this. Ask an administrator.',
  UNAUTHENTICATED: 'Your token is not accepted any more. Sign in again.',
  RATE_LIMITED: 'You asked very often. Wait a minute, then try again.',
  NO_ANSWER: 'Check your connection, then try again.',
  UNAVAILABLE: 'The service is busy or restarting. Try again in a moment.',
};

export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const code = error instanceof OncewardError ? error.code : 'ERROR';
  const correlationId = error instanceof OncewardError ? error.correlationId : null;
  return (
    <div className="failure" role="alert">
      <p>
        <strong>{error.message}</strong>
      </p>
      <p className="muted">
        {ADVICE[code] ?? 'If it happens again, report the correlation ID.'}{' '}
        {correlationId && (
          <Link to="/trace" search={{ id: correlationId }} className="mono">
            {correlationId}
          </Link>
        )}
      </p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
