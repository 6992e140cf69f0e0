// The line under the results: outcome, HTTP status, duration, and the correlation ID with a way to follow it. On a
// replay it also offers the ID of the attempt that did the work.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import { useCell } from './cell.ts';
import { CorrelationId } from './correlation-id.tsx';
import { printVariables } from './opening-tabs.ts';
import { activeTabId, type LastReply, replies } from './replies.ts';
import { trace } from './tabs/trace.ts';

export function ReplyStatus() {
  const { tabId, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabId: state.tabs[state.activeTabIndex]?.id ?? '',
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  const { addTab } = useGraphiQLActions();
  useEffect(() => activeTabId.set(tabId), [tabId]);
  const last = useCell(replies).get(tabId);

  const follow = (correlationId: string) => {
    addTab();
    queryEditor?.setValue(trace.document);
    variableEditor?.setValue(printVariables({ correlationId }));
    queryEditor?.focus();
  };
  const workId = last?.kind === 'answered' ? last.outcome.workCorrelationId : null;
  return (
    <div className="reply">
      <p role="status">
        <Summary last={last} />
      </p>
      {last?.kind === 'answered' && (
        <CorrelationId label="This request" id={last.reply.correlationId} onFollow={follow} />
      )}
      {last?.kind === 'answered' && workId !== null && workId !== last.reply.correlationId && (
        <CorrelationId label="Work done by" id={workId} onFollow={follow} />
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
