/**
 * Decides whether a document may be published: its problems, what it changes against the current version, what is scheduled, and
 * what the publisher confirmed. It writes nothing. Commands and the API use it.
 */
import { type ConfigChange, type Former, NO_FORMER } from './changes.ts';
import { compareConfigs } from './compare.ts';
import { compileForPublishing } from './compile.ts';
import { type AskFormer, type Compared, formerOf, formerQuestions } from './former.ts';
import { canonicalJson, sha256Hex } from './json.ts';
import type { Problem } from './problem.ts';
import { type KernelRules, kernelRulesOf } from './publication.ts';
import type { PublishedConfig } from './published.ts';

export interface JudgeRequest {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
  /** The paths of the changes that pay something again and shall be published. */
  readonly reopens?: readonly string[];
  /** When it takes effect; null or absent: at once. */
  readonly at?: Date | null;
  /** The scheduled version, which stays scheduled after this one. */
  readonly keep?: number | null;
  /** The scheduled version, which this one replaces. */
  readonly cancel?: number | null;
}

/** A version, which becomes or became current at `from` (ISO 8601, UTC). */
export interface StoredConfig extends PublishedConfig {
  readonly from: string;
}

/** What the database knows: `publishing_state` of drizzle/kernel/23_compare.sql. */
export interface PublishingState {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly current: StoredConfig | null;
  readonly scheduled: StoredConfig | null;
}

export interface Invalid {
  readonly kind: 'invalid';
  readonly problems: readonly Problem[];
}

export interface Refused {
  /** Something would be paid again, and `reopens` does not name it, or it names what is not paid again. */
  readonly kind: 'refused';
  readonly problems: readonly Problem[];
  readonly changes: readonly ConfigChange[];
}

/** A version is scheduled, and the publisher did not say what becomes of it; or another one than they named; or the time is over. */
export interface Conflict {
  readonly kind: 'conflict';
  readonly why: ConflictReason;
}

export type ConflictReason =
  | { readonly kind: 'past'; readonly at: string; readonly now: string }
  | { readonly kind: 'not_scheduled'; readonly version: number }
  | {
      readonly kind: 'scheduled';
      readonly version: number;
      readonly from: string;
      /** The version that the publisher named; null: none. */
      readonly named: number | null;
    };

export interface Unchanged {
  /** The document is the current one already, or scheduled for that moment. Publishing rewrites KV and nothing else. */
  readonly kind: 'unchanged';
  readonly version: number;
  readonly sha256: string;
  readonly changes: readonly ConfigChange[];
}

export interface Publishable {
  readonly kind: 'publishable';
  readonly sha256: string;
  /** The current version; null if none was published yet. */
  readonly current: number | null;
  readonly changes: readonly ConfigChange[];
  /** The version that stays scheduled, and what it will change then. Absent: none does. */
  readonly kept?: StoredConfig & { readonly changes: readonly ConfigChange[] };
}

export type Judgement = Invalid | Refused | Conflict | Unchanged | Publishable;

export interface ValidDocument {
  readonly kind: 'valid';
  readonly sha256: string;
  readonly effects: KernelRules;
}

/** Returns the digest of a valid document and what publishing it writes for the kernel, or its problems. */
export async function checkDocument(
  document: unknown,
  reservedNames: readonly string[],
): Promise<ValidDocument | Invalid> {
  const result = compileForPublishing(document, { version: 0, sha256: '' }, { reservedNames });
  if (result.kind === 'invalid') return { kind: 'invalid', problems: result.problems };
  const sha256 = await sha256Hex(canonicalJson(document));
  return { kind: 'valid', sha256, effects: kernelRulesOf(result.rules) };
}

/** Compares a valid document with the current one, and a version that stays scheduled with the document. */
export async function judge(
  request: JudgeRequest,
  sha256: string,
  { state, askFormer }: { readonly state: PublishingState; readonly askFormer: AskFormer },
): Promise<Judgement> {
  const { document: next, reopens = [], at = null, keep = null, cancel = null } = request;
  const { current, scheduled } = state;
  const same = at === null ? current : scheduled?.from === at.toISOString() ? scheduled : null;
  if (same?.sha256 === sha256 && cancel === null)
    return { kind: 'unchanged', version: same.version, sha256, changes: [] };
  const now = new Date(state.now);
  const why = conflictOf({ scheduled, keep, cancel, at, now });
  if (why !== null) return { kind: 'conflict', why };

  const changes = current === null ? [] : await changesSince({ current, next, now: at ?? now }, askFormer);
  const after = { version: current?.version ?? 0, document: next };
  const kept = keep === null ? null : scheduled && (await judgeKept(after, scheduled, askFormer));
  const all = [...changes, ...(kept?.changes ?? [])];
  const refused = all.filter(({ severity }) => severity === 'refused');
  if (refused.length > 0)
    return { kind: 'invalid', problems: refused.map(({ path, text }) => ({ path, message: text })) };
  const problems = unconfirmed(all, reopens);
  if (problems.length > 0) return { kind: 'refused', problems, changes: all };
  const version = current?.version ?? null;
  return { kind: 'publishable', sha256, current: version, changes, ...(kept && { kept }) };
}

/** A version that stays scheduled, with what it changes once it follows `current`. */
async function judgeKept(
  current: Compared['current'],
  scheduled: StoredConfig,
  askFormer: AskFormer,
): Promise<NonNullable<Publishable['kept']>> {
  const { document: next, from, version } = scheduled;
  const changes = await changesSince({ current, next, now: new Date(from) }, askFormer);
  const when = `When version ${version} takes effect:`;
  return { ...scheduled, changes: changes.map((one) => ({ ...one, text: `${when} ${one.text}` })) };
}

/** The changes that pay something again and are not confirmed, and confirmations of what pays nothing again. */
function unconfirmed(changes: readonly ConfigChange[], reopens: readonly string[]): Problem[] {
  const again = changes.filter(({ severity }) => severity === 'reopens');
  return [
    ...again.filter(({ path }) => !reopens.includes(path)).map(({ path, text }) => ({ path, message: text })),
    ...reopens
      .filter((path) => !again.some((change) => change.path === path))
      .map((path) => ({ path, message: 'pays nothing again; do not confirm it' })),
  ];
}

interface Scheduling {
  readonly scheduled: StoredConfig | null;
  readonly keep: number | null;
  readonly cancel: number | null;
  readonly at: Date | null;
  readonly now: Date;
}

function conflictOf({ scheduled, keep, cancel, at, now }: Scheduling): ConflictReason | null {
  if (at !== null && at <= now) return { kind: 'past', at: at.toISOString(), now: now.toISOString() };
  const named = keep ?? cancel;
  if (scheduled === null) return named === null ? null : { kind: 'not_scheduled', version: named };
  const { version, from } = scheduled;
  return named === version ? null : { kind: 'scheduled', version, from, named };
}

async function changesSince(compared: Compared, askFormer: AskFormer): Promise<readonly ConfigChange[]> {
  const { current, next, now } = compared;
  const questions = formerQuestions(compared);
  const former: Former = questions === null ? NO_FORMER : formerOf(compared, await askFormer(questions));
  return compareConfigs({ current: current.document, next, former, now });
}
