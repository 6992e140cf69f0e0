/** Parses HTTP answers. Anything that is not a complete, well-formed GraphQL response counts as no answer: `lost`. */

import type { ReadSlot } from '../schedule/schedule.ts';
import { OUTCOME } from './document.ts';
import type { Answer, BalanceChange, Read, Receipt, RewardClaim } from './journal.ts';

interface Body<Data> {
  readonly data?: { readonly [OUTCOME]?: Data | null } | null;
  readonly errors?: readonly {
    readonly message?: string;
    readonly extensions?: { readonly code?: string; readonly retryable?: boolean };
  }[];
}

interface Result {
  readonly __typename: string;
  readonly correlationId: string;
  readonly original?: RewardClaim | null;
  readonly changes?: readonly BalanceChange[];
  readonly [field: string]: unknown;
}

export function parseAnswer(status: number, text: string): Answer {
  const body = parse<Result>(text);
  if (body === null) return { kind: 'lost', why: `no JSON (${status})` };
  const error = body.errors?.[0];
  if (error) {
    const { code = 'none', retryable = false } = error.extensions ?? {};
    return { kind: 'fault', code, retryable, nothingDone: /nothing was done/.test(error.message ?? '') };
  }
  const result = body.data?.[OUTCOME];
  if (!result) return { kind: 'lost', why: `neither data nor errors (${status})` };
  const { items, replayed } = result as unknown as Call;
  if (!items) return outcomeIn(result);
  return {
    kind: 'call',
    replayed,
    items: items.map(({ id, result: outcome }) => ({ id, answer: outcomeIn(outcome) })),
  };
}

interface Call {
  readonly items?: readonly { readonly id: string; readonly result: Result }[];
  readonly replayed: boolean;
}

function outcomeIn(result: Result): Answer {
  if (result.__typename === 'Receipt') return { kind: 'receipt', receipt: result as unknown as Receipt };
  if (result.__typename !== 'ItemFailed') return rejectionIn(result);
  const { errorCode, retryable } = result;
  return { kind: 'fault', code: String(errorCode), retryable: retryable === true, nothingDone: false };
}

/** The details that the model computes: all fields of the rejection's type except the time at which a limit renews. */
function rejectionIn({
  __typename: kind,
  code: _code,
  message: _message,
  correlationId,
  renewsAt: _renewsAt,
  original,
  changes = [],
  ...fields
}: Result): Answer {
  // Of limits: null where the limit is of no period, of no season, or not shared.
  const { period, season, sharedLimit, ...others } = fields;
  const about = Object.entries({ period, season, sharedLimit }).filter(([, value]) => value != null);
  const details = { ...others, ...Object.fromEntries(about) };
  return {
    kind: 'rejected',
    rejection: { kind, details: original ? { ...details, claimId: original.id } : details },
    correlationId,
    original: original ? { claim: original, changes } : null,
  };
}

interface PlayerData {
  readonly version: number;
  readonly balances: readonly { readonly resource: string; readonly amount: number }[];
}

interface ScreenData {
  readonly playerVersion: number;
  readonly configVersion: number;
}

interface LedgerData {
  readonly edges: readonly {
    readonly node: BalanceChange & {
      readonly playerVersion: number;
      readonly claim: { readonly id: string };
    };
  }[];
}

/** Undefined: the read failed. A failed read promises nothing, so nothing is checked. */
export function parseRead(what: ReadSlot['what'], text: string): Read['seen'] | undefined {
  const { errors, data } = parse<PlayerData & LedgerData & ScreenData>(text) ?? {};
  if (errors || !data) return undefined;
  const result = data[OUTCOME];
  if (what === 'ledger') {
    const entries = (result?.edges ?? []).map(({ node: { claim, ...entry } }) => ({
      ...entry,
      claimId: claim.id,
    }));
    return { kind: 'ledger', entries };
  }
  if (!result) return { kind: 'missing' };
  if (what === 'offers' || what === 'claimables')
    return { kind: 'screen', version: result.playerVersion, configVersion: result.configVersion };
  const { version, balances } = result;
  return {
    kind: 'player',
    version,
    balances: Object.fromEntries(balances.map(({ resource, amount }) => [resource, amount])),
  };
}

function parse<Data>(text: string): Body<Data> | null {
  try {
    return JSON.parse(text) as Body<Data>;
  } catch {
    return null;
  }
}
