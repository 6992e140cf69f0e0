/** publishBalanceConfig, rollBackBalanceConfig and cancelScheduledConfig: staff publish balance configs under their own names. */
import { parseDocumentText } from '../config/document-text.ts';
import {
  CANCEL_CONFIG,
  decideCancelConfig,
  decidePublishConfig,
  MAX_REOPENS,
  PUBLISH_CONFIG,
  type PublicationTerms,
  type PublishConfig,
  ROLL_BACK_CONFIG,
} from '../domain/configs.ts';
import { badInput, type Fault } from '../domain/fault.ts';
import type { Reason } from '../domain/values.ts';
import { type PublishingState, readPublishingState } from '../ledger/read-publishing.ts';
import { ConfigPublication, type PublicationShape } from '../schema/balance-config.ts';
import type { RequestContext } from '../schema/builder.ts';
import type { InputFields } from '../schema/inputs.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { digestOf, judgePublication } from './judge-config.ts';
import { FaultError, type Observation, throwIfFault } from './observe.ts';

const PublicationReceipt = defineReceipt('ConfigPublicationReceipt', 'publication', ConfigPublication);

const terms = (t: InputFields) => ({
  baseVersion: t.field({
    type: 'PositiveInt',
    required: true,
    description: 'The current version, against which the changes were looked at. Any other is ConfigChanged.',
  }),
  publishAt: t.field({
    type: 'DateTime',
    description: 'When it becomes current, by the clock of the database. Left out: now.',
  }),
  cancels: t.field({
    type: 'PositiveInt',
    description: 'The scheduled version, which this one replaces.',
  }),
  keeps: t.field({
    type: 'PositiveInt',
    description:
      'The scheduled version, which stays scheduled under a new number; not with `publishAt` or `cancels`.',
  }),
  reopens: t.field({
    type: ['ConfigPath'],
    description: `The paths of the changes that pay something again and shall be published; at most ${MAX_REOPENS}.`,
  }),
  reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept with the version forever.' }),
});

interface TermsInput {
  readonly baseVersion: number;
  readonly publishAt: Date | null;
  readonly cancels: number | null;
  readonly keeps: number | null;
  readonly reopens: readonly string[] | null;
  readonly reason: Reason;
}

function parseTerms({
  baseVersion,
  publishAt,
  cancels,
  keeps,
  reopens,
  reason,
}: TermsInput): PublicationTerms {
  throwIfFault(wrongTerms({ publishAt, cancels, keeps, reopens }));
  return { baseVersion, publishAt, cancels, keeps, reopens: [...new Set(reopens ?? [])].toSorted(), reason };
}

function wrongTerms({
  publishAt,
  cancels,
  keeps,
  reopens,
}: Pick<TermsInput, 'publishAt' | 'cancels' | 'keeps' | 'reopens'>): Fault | null {
  if (keeps !== null && cancels !== null) return badInput('keeps', 'send either keeps or cancels');
  if (keeps !== null && publishAt !== null)
    return badInput('keeps', 'one version can be scheduled at a time: send cancels with publishAt');
  if (reopens !== null && reopens.length > MAX_REOPENS)
    return badInput('reopens', `must name at most ${MAX_REOPENS} paths`);
  return null;
}

function readState(context: RequestContext, observation: Observation, version: number | null) {
  return observation.timeDatabase(() =>
    readPublishingState(context.services.database, { version, proposal: null }),
  );
}

async function prepare(
  content: PublishConfig['content'],
  document: unknown,
  given: { terms: PublicationTerms; state: PublishingState; context: RequestContext },
): Promise<PublishConfig> {
  const { terms, state, context } = given;
  const judged = await judgePublication(context.services, document, { terms, state });
  return { content, terms, sha256: await digestOf(document), judged };
}

/** How long an answer waits for KV. Writing goes on after it. */
const KV_WAIT_MS = 5_000;

/** KV gets what the database holds, before the answer. It is a cache: that it fails changes no outcome. */
async function show(
  record: Omit<PublicationShape, 'isInKv'>,
  _: unknown,
  { services, waitUntil }: RequestContext,
): Promise<PublicationShape> {
  const writing = services.writeConfigKv().catch(() => false);
  waitUntil(writing);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waiting = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, KV_WAIT_MS, false);
  });
  const isInKv = await Promise.race([writing, waiting]);
  clearTimeout(timer);
  return { ...record, isInKv };
}

const common = {
  receipt: PublicationReceipt,
  show,
  notes: 'For economists and admins.',
} as const;

export const publishBalanceConfig = defineAction({
  ...PUBLISH_CONFIG,
  ...common,
  description:
    'Staff: publishes a balance config, now or at a time. Where the owner of the service asks for it, this proposes it (`proposalId`); once another staff member has approved that, send the same request with a new key.',
  input: (t) => ({
    document: t.field({ type: 'BalanceDocument', required: true }),
    ...terms(t),
  }),
  rejections: ['config_changed', 'config_invalid', 'config_reopens', 'config_refused'],
  parse: async (input, context, observation) => {
    const given = parseTerms(input as unknown as TermsInput);
    const { document: text } = input;
    const parsed = parseDocumentText(text);
    if (parsed.kind === 'invalid')
      throw new FaultError(badInput('document', parsed.problems[0]?.message ?? 'is not JSON'));
    const state = await readState(context, observation, null);
    return prepare({ text }, parsed.document, { terms: given, state, context });
  },
  decide: decidePublishConfig,
  example: {
    document: '{"timeZone": "UTC", "resources": {}, "claimTypes": {}, "manualRewards": {"budgetPerDay": 0}}',
    baseVersion: 1,
    reason: 'floors pay more',
  },
});

export const rollBackBalanceConfig = defineAction({
  ...ROLL_BACK_CONFIG,
  ...common,
  description:
    'Staff: publishes the document of an earlier version again, as a new version, with the same checks as publishBalanceConfig.',
  input: (t) => ({
    version: t.field({ type: 'PositiveInt', required: true, description: 'Whose document is published.' }),
    ...terms(t),
  }),
  rejections: ['unknown_record', 'config_changed', 'config_invalid', 'config_reopens', 'config_refused'],
  parse: async (input, context, observation): Promise<PublishConfig> => {
    const given = parseTerms(input as unknown as TermsInput);
    const { version } = input;
    const state = await readState(context, observation, version);
    if (state.named !== null)
      return prepare({ version }, state.named.document, { terms: given, state, context });
    const rejection = { kind: 'unknown_record', record: 'config', id: version } as const;
    return { content: { version }, terms: given, sha256: null, judged: { rejection } };
  },
  decide: decidePublishConfig,
  example: { version: 1, baseVersion: 2, reason: 'the new prices are wrong' },
});

export const cancelScheduledConfig = defineAction({
  ...CANCEL_CONFIG,
  ...common,
  description: 'Staff: cancels the scheduled balance config, if its moment has not come.',
  input: (t) => ({
    version: t.field({ type: 'PositiveInt', required: true, description: 'The scheduled version.' }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' }),
  }),
  rejections: ['config_changed', 'config_refused'],
  decide: decideCancelConfig,
  example: { version: 2, reason: 'the event is postponed' },
});
