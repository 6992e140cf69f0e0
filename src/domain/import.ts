/**
 * Turns historic transactions of another system into operations. The keys of a row follow from its contents, so importing the
 * same file again, also after a crash, moves nothing twice. A row that occurs twice in the file moved the balance twice: both
 * are kept, and the second is marked as a duplicate.
 */
import type { Operator } from './actor.ts';
import { canonicalJson, derivedKey, sha256, withoutAbsent } from './canonical.ts';
import { NO_EFFECTS, type Operation } from './operation.ts';
import { touchedResources } from './resources.ts';
import type { BalanceRules } from './rules.ts';
import { PATTERNS, RESERVED_KEYS } from './values.ts';

/** Reserved: no claim type or exchange of a config may have this name. */
export const IMPORT = 'import';

export interface HistoricRow {
  readonly playerId: string;
  readonly resource: string;
  /** Negative: spent. Never 0. */
  readonly amount: number;
  /** When it happened (ISO 8601, UTC). */
  readonly time: string;
  /** Where it comes from: the table, the service. */
  readonly source: string;
  /** The key that the other system gave the row; null: none. */
  readonly key: string | null;
  /** The claim type of the row; nobody can then claim this type and key again. Null: none. */
  readonly type: string | null;
}

/** Identifies a row among the rows of its player: by its key, or by all of its contents. */
export function identityOf({ resource, amount, time, source, key, type }: HistoricRow): string {
  if (key === null) return canonicalJson([resource, amount, time, source]);
  // A list or an object: a source may have the same name as a claim type.
  return canonicalJson(type === null ? [source, key] : { type, key });
}

export interface Import {
  readonly operator: Operator;
  /** A UUID: that of the run, or of a batch of it. */
  readonly correlationId: string;
  /** The current rules: a resource that regenerates does so before a row moves it. */
  readonly rules: BalanceRules;
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
  // History is imported as it was: the current floors and ceilings do not apply.
  const postings = [{ resource, delta: amount, floor: null, ceiling: null, atLimit: 'reject' }] as const;
  return {
    ...NO_EFFECTS,
    name: IMPORT,
    mode: 'commit',
    playerId,
    createsPlayer: true,
    actor: by.operator,
    permission: IMPORT,
    staff: null,
    ...claimOf(row, occurrence, digest),
    idempotencyKey: `${RESERVED_KEYS}import:${digest}`,
    fingerprint: sha256(`import\n${canonicalJson(input)}`),
    input,
    correlationId: by.correlationId,
    clientCorrelationId: null,
    configVersion: by.rules.version,
    configSha256: by.rules.sha256,
    postings,
    resources: touchedResources({ ...NO_EFFECTS, postings }, by.rules),
    occurredAt: time,
  };
}

/** The claim key is a digest of the row for duplicates, and for sources and keys with characters that a claim key lacks. */
function claimOf(
  { source, key, type }: HistoricRow,
  occurrence: number,
  digest: string,
): Pick<Operation, 'claimType' | 'claimKey'> {
  if (occurrence === 1 && key !== null) {
    if (type !== null) return { claimType: type, claimKey: key };
    const claimKey = derivedKey(source, key);
    if (PATTERNS.claimKey.expression.test(claimKey)) return { claimType: IMPORT, claimKey };
  }
  return { claimType: IMPORT, claimKey: `row:${digest.slice(0, 32)}` };
}
