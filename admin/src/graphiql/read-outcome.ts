// Summarises a response body for the status line: the member of the result union, whether it is a replay, and the first attempt.
// It does not know the schema: it looks at the first object under `data`.

export interface Outcome {
  readonly label: string;
  readonly tone: 'granted' | 'rejected' | 'fault' | 'plain';
  /** Of the attempt that was granted or rejected first; on a replay it differs from this request's own. */
  readonly firstCorrelationId: string | null;
}

export function readOutcome(body: Record<string, unknown> | null): Outcome {
  if (body === null) return { label: 'not a GraphQL answer', tone: 'fault', firstCorrelationId: null };
  const fault = asObject(Array.isArray(body.errors) ? body.errors[0] : undefined);
  if (fault) {
    const extensions = asObject(fault.extensions);
    const retryable = extensions?.retryable === true ? ', retryable with the same key' : '';
    return {
      label: `${text(extensions?.code) ?? 'error'}${retryable}`,
      tone: 'fault',
      firstCorrelationId: null,
    };
  }
  const result = Object.values(asObject(body.data) ?? {})
    .map(asObject)
    .find((value) => value !== null);
  const typename = text(result?.__typename);
  if (!result || typename === null) return { label: 'data', tone: 'plain', firstCorrelationId: null };
  const firstCorrelationId = text(result.correlationId);
  if (typename.endsWith('Preview')) return { label: 'Preview', tone: 'plain', firstCorrelationId: null };
  if (Array.isArray(result.items)) return ofItems(result);
  if (typename !== 'Receipt') return { label: typename, tone: 'rejected', firstCorrelationId };
  return {
    label: result.replayed === true ? 'Receipt, replayed' : 'Receipt',
    tone: 'granted',
    firstCorrelationId,
  };
}

/** Of a call with several items: how many of them are granted, rejected and without an outcome. */
function ofItems({ granted, rejected, failed, replayed }: Record<string, unknown>): Outcome {
  const counts = Object.entries({ granted, rejected, failed }).filter(([, count]) => Number(count) > 0);
  const label = [
    ...counts.map(([name, count]) => `${count} ${name}`),
    ...(replayed === true ? ['replayed'] : []),
  ];
  const tone = Number(rejected) + Number(failed) === 0 ? 'granted' : 'rejected';
  return { label: label.join(', '), tone, firstCorrelationId: null };
}

function asObject(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
