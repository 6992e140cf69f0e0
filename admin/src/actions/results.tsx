// What a preview found, and what an action came to.
import type { ActionPreview, Rejection } from '@onceward/client';
import { Link } from '@tanstack/react-router';
import { ChangesTable } from '../players/changes-table.tsx';
import type { ActionResult } from './action.ts';

interface PreviewResultProps {
  readonly preview: ActionPreview | Rejection;
  readonly caption?: string;
}

export function PreviewResult({ preview, caption = 'What it would do' }: PreviewResultProps) {
  if (preview.__typename !== 'ActionPreview')
    return (
      <div className="notice notice-bad">
        <strong>It would be rejected.</strong> {preview.message}
      </div>
    );
  const { changes, becamePending, levelBefore, levelAfter, tierBefore, tierAfter } = preview;
  return (
    <div className="preview">
      {changes.length === 0 ? (
        <p className="notice">No balance would move.</p>
      ) : (
        <ChangesTable changes={changes} caption={caption} />
      )}
      {becamePending && (
        <p className="notice notice-warn">
          It would become a pending reward: it does not fit, or the player is frozen.
        </p>
      )}
      {levelBefore !== levelAfter && (
        <p>
          Level {levelBefore} → <strong>{levelAfter}</strong>
        </p>
      )}
      {tierBefore !== tierAfter && (
        <p>
          Tier {tierBefore ?? 'none'} → <strong>{tierAfter ?? 'none'}</strong>
        </p>
      )}
    </div>
  );
}

export function Outcome({ result }: { readonly result: ActionResult<unknown> }) {
  switch (result.kind) {
    case 'done':
      return <p className="notice">Done.</p>;
    case 'rejected':
      return (
        <div className="notice notice-bad">
          <strong>Rejected; nothing moved.</strong> {result.rejection.message}{' '}
          <Link to="/trace" search={{ id: result.rejection.correlationId }}>
            Trace
          </Link>
        </div>
      );
    case 'refused':
      return (
        <div className="notice notice-bad">
          <strong>Refused; nothing moved.</strong> {result.message}
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
