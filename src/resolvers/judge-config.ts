/** Judges a balance config for the API: what the mutations record, and what the preview shows (src/config/judge.ts). */
import type { AskFormer, FormerAnswers } from '../config/former.ts';
import { COUNTED_AT_MOST, type CountHeld } from '../config/held.ts';
import { canonicalJson, jsonProblems, sha256Hex } from '../config/json.ts';
import {
  type ConflictReason,
  checkDocument,
  type Judgement,
  type JudgeRequest,
  judge,
} from '../config/judge.ts';
import type { Json } from '../domain/canonical.ts';
import type { PublicationTerms, PublishedDocument } from '../domain/configs.ts';
import type { ConfigProblem, Rejection } from '../domain/rejections.ts';
import type { Database } from '../ledger/database.ts';
import { type PublishingState, readFormerConfigs, readHeldCount } from '../ledger/read-publishing.ts';
import type { Services } from '../schema/builder.ts';

/** Of the canonical JSON; null: the document is too large or nested too deeply to have one. */
export async function digestOf(document: unknown): Promise<string | null> {
  return jsonProblems(document).length === 0 ? sha256Hex(canonicalJson(document)) : null;
}

export function askFormer(database: Database): AskFormer {
  return (questions) => readFormerConfigs<FormerAnswers>(database, questions);
}

/** How long a preview counts what players hold. What is left then is not counted. */
const COUNTING_MS = 10_000;

export function countHeld(database: Database): CountHeld {
  const ends = Date.now() + COUNTING_MS;
  return async (what, name) =>
    Date.now() < ends ? readHeldCount(database, { what, name, most: COUNTED_AT_MOST }) : null;
}

/** What a proposal and a rejection show of problems and changes. */
const MOST_KEPT = 100;

type Judged = PublishedDocument | { readonly rejection: Rejection };

export const OFF = { kind: 'config_refused', why: 'off', version: null } as const;

/** What a publication of this document commits, or what it is rejected with. */
export async function judgePublication(
  { database, reservedClaimTypes }: Pick<Services, 'database' | 'reservedClaimTypes'>,
  document: unknown,
  { terms, state }: { readonly terms: PublicationTerms; readonly state: PublishingState },
): Promise<Judged> {
  const { current, scheduled } = state;
  if (state.publishing === 'off') return { rejection: OFF };
  if (terms.baseVersion !== current?.version) return { rejection: changedConfig(state) };
  const checked = await checkDocument(document, reservedClaimTypes);
  if (checked.kind === 'invalid') return { rejection: invalidConfig(checked.problems) };
  const request: JudgeRequest = {
    document,
    reopens: terms.reopens,
    at: terms.publishAt,
    keep: terms.keeps,
    cancel: terms.cancels,
  };
  const judged = await judge(request, checked.sha256, { state, askFormer: askFormer(database) });
  if (judged.kind !== 'publishable') return { rejection: rejectionOf(judged, state) };
  const kept = judged.kept && (await checkDocument(judged.kept.document, reservedClaimTypes));
  if (kept?.kind === 'invalid') return { rejection: invalidConfig(kept.problems) };
  const changes = [...judged.changes, ...(judged.kept?.changes ?? [])];
  const summary = {
    changes: changes.slice(0, MOST_KEPT).map(({ severity, path, text }) => ({ severity, path, text })),
    changed: changes.length,
    scheduled: scheduled?.version ?? null,
    reopens: terms.reopens,
  };
  const [effects, keptEffects] = [checked.effects, kept?.effects ?? null] as unknown as [Json, Json];
  return { document: document as Json, effects, keptEffects, summary };
}

function rejectionOf(judged: Exclude<Judgement, { kind: 'publishable' }>, state: PublishingState): Rejection {
  switch (judged.kind) {
    case 'invalid':
      return invalidConfig(judged.problems);
    case 'refused':
      return { kind: 'config_reopens', changes: judged.problems.slice(0, MOST_KEPT) };
    case 'conflict':
      return rejectionOfConflict(judged.why, state);
    case 'unchanged':
      return judged.version === state.scheduled?.version
        ? { kind: 'config_refused', why: 'scheduled', version: judged.version }
        : { kind: 'config_refused', why: 'unchanged', version: judged.version };
  }
}

export function rejectionOfConflict(why: ConflictReason, state: PublishingState): Rejection {
  switch (why.kind) {
    case 'past':
      return { kind: 'config_refused', why: 'past', version: null };
    case 'not_scheduled':
      return { kind: 'config_refused', why: 'not_scheduled', version: why.version };
    case 'scheduled':
      if (why.named !== null) return changedConfig(state);
      return { kind: 'config_refused', why: 'scheduled', version: why.version };
  }
}

function changedConfig({ current, scheduled }: PublishingState): Rejection {
  return {
    kind: 'config_changed',
    current: current?.version ?? null,
    scheduled: scheduled?.version ?? null,
  };
}

function invalidConfig(problems: readonly ConfigProblem[]): Rejection {
  return { kind: 'config_invalid', problems: problems.slice(0, MOST_KEPT) };
}
