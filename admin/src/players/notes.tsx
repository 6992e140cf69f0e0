// What staff wrote about a player, newest first, and a field for another note.
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { type Action, newAction, perform } from '../actions/action.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { announce } from '../ui/toasts.tsx';
import { notesQuery, refreshPlayer } from './queries.ts';

export function Notes({ playerId }: { readonly playerId: string }) {
  const query = useInfiniteQuery(notesQuery(playerId));
  const viewer = useViewer();
  const notes = query.data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? [];
  return (
    <section className="card" aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      {may(viewer, 'note:write') && <Write playerId={playerId} />}
      {query.isPending && <Loading lines={2} />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && notes.length === 0 && (
        <p className="muted">None so far. Players never see what staff write here.</p>
      )}
      <ul className="notes">
        {notes.map(({ id, text, author, writtenAt }) => (
          <li key={id}>
            <p className="note-text">{text}</p>
            <p className="sub muted">
              {author}, <Moment at={writtenAt} />
            </p>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="button-link" onClick={() => query.fetchNextPage()}>
          Show earlier notes
        </button>
      )}
    </section>
  );
}

function Write({ playerId }: { readonly playerId: string }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [isSending, setSending] = useState(false);
  // A text that was sent without an answer is sent again with its key.
  const sent = useRef<Action | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    const action = sent.current ?? newAction('writeNote', 'Write a note', { playerId, text: text.trim() });
    sent.current = action;
    const result = await perform(action);
    setSending(false);
    if (result.kind === 'unknown') return setProblem(`${result.message} Send it again: it is written once.`);
    sent.current = null;
    if (result.kind === 'rejected') return setProblem(result.rejection.message);
    if (result.kind === 'refused') return setProblem(result.message);
    setProblem('');
    setText('');
    announce('Note written');
    await refreshPlayer(playerId);
  };
  const change = (next: string) => {
    sent.current = null;
    setText(next);
  };
  return (
    <form onSubmit={submit} className="note-form">
      <textarea
        className="input"
        rows={2}
        maxLength={2000}
        required
        aria-label="A note on this player, for other staff"
        placeholder="For other staff. It cannot be changed."
        value={text}
        onChange={(event) => change(event.target.value)}
        disabled={isSending}
      />
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {text.trim() !== '' && (
        <button type="submit" className="button" disabled={isSending}>
          {isSending ? 'Writing…' : 'Write the note'}
        </button>
      )}
    </form>
  );
}
