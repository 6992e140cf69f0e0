// What came of sending something that was not done.
import { Link } from '@tanstack/react-router';
import type { SendResult } from './send.ts';

type Undone = Exclude<SendResult<unknown>, { readonly kind: 'done' }>;

export function SendOutcome({ result }: { readonly result: Undone }) {
  switch (result.kind) {
    case 'rejected':
      return (
        <div className="notice notice-bad">
          <strong>Rejected; nothing was done.</strong> {result.rejection.message}{' '}
          <Link to="/trace" search={{ id: result.rejection.correlationId }}>
            Trace
          </Link>
        </div>
      );
    case 'refused':
      return (
        <div className="notice notice-bad">
          <strong>Refused; nothing was done.</strong> {result.message}
        </div>
      );
    case 'unknown':
      return (
        <div className="notice notice-warn">
          <strong>It may have been done.</strong> {result.message} Trying again with the same key cannot do it
          twice.
        </div>
      );
  }
}
