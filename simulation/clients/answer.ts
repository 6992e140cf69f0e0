/** Reads what came back over HTTP. Whatever is not an answer of ours, whole and well-formed, is no answer: `lost`. */
import type { Answer, ChangeSeen, ClaimSeen, ReceiptSeen } from './journal.ts';

interface Outcome {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly correlationId: string;
  readonly renewsAt?: string | null;
  readonly claim?: ClaimSeen;
  readonly changes?: readonly ChangeSeen[];
  readonly [detail: string]: unknown;
}

interface Body {
  readonly data?: { readonly outcome?: Outcome | null } | null;
  readonly errors?: readonly {
    readonly extensions?: { readonly code?: string; readonly retryable?: boolean };
  }[];
}

export function readAnswer(status: number, text: string): Answer {
  const body = parse(text);
  if (body === null) return { kind: 'lost', why: `no JSON (${status})` };
  const error = body.errors?.[0];
  if (error) {
    const { code = 'none', retryable = false } = error.extensions ?? {};
    return { kind: 'fault', code, retryable };
  }
  const outcome = body.data?.outcome;
  if (!outcome) return { kind: 'lost', why: `neither data nor errors (${status})` };
  return readOutcome(outcome);
}

function readOutcome(outcome: Outcome): Answer {
  if (outcome.__typename === 'Receipt')
    return { kind: 'receipt', receipt: outcome as unknown as ReceiptSeen };
  const {
    __typename,
    code: _code,
    message: _message,
    correlationId,
    renewsAt: _renews,
    claim,
    changes,
    ...details
  } = outcome;
  return {
    kind: 'rejected',
    rejection: { kind: __typename, details: claim ? { ...details, claimId: claim.id } : details },
    correlationId,
    original: claim ? { claim, changes: changes ?? [] } : null,
  };
}

function parse(text: string): Body | null {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}
