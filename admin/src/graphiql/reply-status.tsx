// The line under a result: outcome, HTTP status, duration, and the correlation ID with buttons to copy and to trace it. A replay
// also shows the ID of the first attempt.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useCell } from '../ui/cell.ts';
import { traceDocument } from './opening-tabs.ts';
import { type LastReply, replies } from './page-state.ts';
import { printVariables } from './tab-variables.ts';

export function ReplyStatus() {
  const { tabId, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabId: state.tabs[state.activeTabIndex]?.id ?? '',
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  const { addTab } = useGraphiQLActions();
  const last = useCell(replies).get(tabId);

  const follow = (correlationId: string) => {
    addTab();
    queryEditor?.setValue(traceDocument());
    variableEditor?.setValue(printVariables({ correlationId }));
    queryEditor?.focus();
  };
  const firstId = last?.kind === 'answered' ? last.outcome.firstCorrelationId : null;
  return (
    <div className="reply">
      <p role="status">
        <Summary last={last} />
      </p>
      {last?.kind === 'answered' && (
        <CorrelationId label="This request" id={last.reply.correlationId} onFollow={follow} />
      )}
      {last?.kind === 'answered' && firstId !== null && firstId !== last.reply.correlationId && (
        <CorrelationId label="First attempt" id={firstId} onFollow={follow} />
      )}
    </div>
  );
}

function Summary({ last }: { readonly last: LastReply | undefined }) {
  if (last === undefined) return <span className="note">Nothing sent from this tab yet.</span>;
  switch (last.kind) {
    case 'waiting':
      return <span className="note">Waiting for the answer…</span>;
    case 'unanswered':
      return <span className="warning">{last.reason}.</span>;
    case 'answered':
      return (
        <>
          <span className={`outcome outcome-${last.outcome.tone}`}>{last.outcome.label}</span>
          <span>HTTP {last.reply.status}</span>
          <span>{last.reply.durationMs} ms</span>
        </>
      );
  }
}

// A correlation ID with a button to copy it and one to open its trace.
interface CorrelationIdProps {
  readonly label: string;
  readonly id: string;
  readonly onFollow: (id: string) => void;
}

function CorrelationId({ label, id, onFollow }: CorrelationIdProps) {
  return (
    <p>
      <span className="note">{label}</span>
      <code title={id}>{id}</code>
      <button
        type="button"
        onClick={() => navigator.clipboard.writeText(id)}
        aria-label={`Copy correlation ID ${id}`}
      >
        Copy
      </button>
      <button type="button" onClick={() => onFollow(id)} aria-label={`Follow correlation ID ${id}`}>
        Follow
      </button>
    </p>
  );
}
