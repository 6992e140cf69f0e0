/** trace: from a correlation ID to the whole story, in one query. */
import { readTrace, type TraceRow } from '../ledger/read-trace.ts';
import type { RequestContext } from './context.ts';
import { readAndLog } from './read.ts';

export type Trace = TraceRow & { readonly correlationId: string };

export function trace(correlationId: string, context: RequestContext): Promise<Trace> {
  return readAndLog(context, 'trace', async (read, actor) => {
    const [row] = await read((database) => readTrace(database, actor, correlationId));
    return { correlationId, claims: row?.claims ?? [], audit: row?.audit ?? [] };
  });
}
