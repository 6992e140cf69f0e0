// What a player finds in the inbox.
import type { ReactNode } from 'react';
import { Moment, whole } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';

interface MessagePreviewProps {
  readonly title: string;
  readonly text: string | null;
  readonly gives: readonly { readonly resource: string; readonly amount: number }[];
  /** ISO 8601; null: it does not expire. */
  readonly expiresAt: string | null;
  readonly isRead?: boolean;
  readonly children?: ReactNode;
}

export function MessagePreview({
  title,
  text,
  gives,
  expiresAt,
  isRead = false,
  children,
}: MessagePreviewProps) {
  return (
    <article className={`message${isRead ? ' message-read' : ''}`}>
      <span className="message-icon">
        <Icon name={gives.length > 0 ? 'gift' : 'messages'} size={18} />
      </span>
      <div className="message-body">
        <h3 className="message-title">{title || 'No title'}</h3>
        {text && <p className="message-text">{text}</p>}
        <p className="message-gives">
          {gives.map(({ resource, amount }) => (
            <span key={resource} className="badge badge-strong">
              {whole(amount)} {resource}
            </span>
          ))}
        </p>
        <p className="sub muted">
          {expiresAt ? (
            <>
              until <Moment at={expiresAt} />
            </>
          ) : (
            'It does not expire'
          )}
        </p>
        {children}
      </div>
    </article>
  );
}
