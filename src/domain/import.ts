/**
 * Historic transactions of another system, as operations of their own. Each row gets its keys from what it says, so that
 * the same file imported again, or after a crash, moves nothing twice. A row that stands there twice is kept twice, since
 * both moved the balance once; the later one is named a duplicate.
 */
import type { Operator } from './actor.ts';
import { canonicalJson, sha256, withoutAbsent } from './canonical.ts';
import type { Operation } from './operation.ts';
import { PATTERNS } from './patterns.ts';

export const IMPORT = 'import';

export interface HistoricRow {
  readonly playerId: string;
  readonly resource: string;
  /** Below 0: spent. Never 0. */
  readonly amount: number;
  /** When it happened (ISO 8601, UTC). */
  readonly time: string;
  /** Where it comes from: the table, the service. */
  readonly source: string;
  /** The key that the other system gave it; null: none. */
  readonly key: string | null;
  /** The claim type that this was; then nobody claims this type and key again. Null: none. */
  readonly type: string | null;
}

/** What makes a row the row that it is, among those of its player: its key, or all that it says. */
export function identityOf({ resource, amount, time, source, key, type }: HistoricRow): string {
  if (key === null) return canonicalJson([resource, amount, time, source]);
  // A list here and an object there: a source may be called like a claim type.
  return canonicalJson(type === null ? [source, key] : { type, key });
}

export interface Import {
  readonly operator: Operator;
  readonly correlationId: string;
  readonly configVersion: number;
}

/** `occurrence`: 1 for the first row of its identity, 2 for the second, which is a duplicate. */
export function importOperation(row: HistoricRow, occurrence: number, by: Import): Operation {
  const { playerId, resource, amount, time, source, key, type } = row;
  const input = withoutAbsent({
    resource,
    amount,
    time,
    source,
    key,
    type,
    ...(occurrence > 1 && { occurrence }),
  });
  const digest = sha256(canonicalJson([playerId, identityOf(row), occurrence]));
  return {
    name: 'import',
    mode: 'commit',
    playerId,
    createPlayer: true,
    actor: by.operator,
    staffCheck: null,
    ...claimOf(row, occurrence, digest),
    furtherKeys: [],
    idempotencyKey: `import:${digest}`,
    fingerprint: sha256(`import\n${canonicalJson(input)}`),
    input,
    correlationId: by.correlationId,
    configVersion: by.configVersion,
    reason: null,
    expectedVersion: null,
    // History is taken as it was: no floor or ceiling of today's rules stands against it.
    postings: [{ resource, delta: amount, floor: null, ceiling: null, atLimit: 'reject' }],
    choices: [],
    milestones: [],
    counterparty: null,
    quotas: [],
    reverses: null,
    owes: null,
    paysOwed: false,
    accruals: null,
    occurredAt: time,
    rejection: null,
  };
}

/**
 * A duplicate, and a row whose key does not fit a claim's, are named after what they say; and so is a row whose source has a
 * colon, which could be taken for that of another source and key.
 */
function claimOf(
  { source, key, type }: HistoricRow,
  occurrence: number,
  digest: string,
): Pick<Operation, 'claimType' | 'claimKey'> {
  if (occurrence === 1 && key !== null) {
    if (type !== null) return { claimType: type, claimKey: key };
    const claimKey = `${source}:${key}`;
    if (!source.includes(':') && PATTERNS.claimKey.expression.test(claimKey))
      return { claimType: IMPORT, claimKey };
  }
  return { claimType: IMPORT, claimKey: `row:${digest.slice(0, 32)}` };
}
