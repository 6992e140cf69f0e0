/** previewBalanceConfig: what publishing a document would change. Nothing is written. */
import { diffDocuments } from '../config/changes.ts';
import { parseDocumentText } from '../config/document-text.ts';
import { addHeld } from '../config/held.ts';
import { checkDocument, type JudgeRequest, judge } from '../config/judge.ts';
import { badInput } from '../domain/fault.ts';
import { rejectionMessage } from '../domain/rejections.ts';
import { type PublishingState, readPublishingStateAs } from '../ledger/read-publishing.ts';
import { BalanceConfigPreview, type ConfigPreviewShape } from '../schema/balance-config.ts';
import type { RequestContext } from '../schema/builder.ts';
import { defineQuery } from './define-query.ts';
import { askFormer, countHeld, digestOf, OFF, rejectionOfConflict } from './judge-config.ts';
import { FaultError } from './observe.ts';

interface Arguments {
  readonly document?: string | null;
  readonly version?: number | null;
  readonly proposalId?: number | null;
  readonly publishAt?: Date | null;
  readonly cancels?: number | null;
  readonly keeps?: number | null;
}

export const previewBalanceConfig = defineQuery({
  name: 'previewBalanceConfig',
  description:
    'Staff: what publishing a balance config would change: a document, that of an earlier version, or that of a proposal. Null: there is no such version or proposal. Nothing is written.',
  type: BalanceConfigPreview,
  nullable: true,
  actors: ['staff'],
  args: (t) => ({
    document: t({ type: 'BalanceDocument', description: 'Either this, or `version`, or `proposalId`.' }),
    version: t({ type: 'PositiveInt', description: 'The version that a rollback would publish again.' }),
    proposalId: t({ type: 'PositiveInt', description: 'A proposal of the kind `config.publish`.' }),
    publishAt: t({ type: 'DateTime', description: 'When it would take effect. Left out: now.' }),
    cancels: t({ type: 'PositiveInt', description: 'The scheduled version that it would replace.' }),
    keeps: t({ type: 'PositiveInt', description: 'The scheduled version that would stay scheduled.' }),
  }),
  resolve: async (args: Arguments, { actor, context, read }) => {
    const { document: text = null, version = null, proposalId = null } = args;
    if ([text, version, proposalId].filter((one) => one !== null).length !== 1)
      throw new FaultError(badInput('document', 'send one of document, version and proposalId'));
    const parsed = text === null ? null : parseDocumentText(text);
    const named = { version, proposal: proposalId };
    const [state] = await read((database) => readPublishingStateAs(database, actor, named));
    if (!state) throw new Error('publishing_state returned no row');
    if (parsed?.kind === 'invalid') return { ...nothing(state), problems: parsed.problems };
    const document = parsed ? parsed.document : version === null ? state.proposed : state.named?.document;
    if (parsed === null && (document ?? null) === null) return null;
    return previewOf({ ...args, document }, state, context);
  },
  example: { version: 1 },
});

function nothing({ now, publishing, current, scheduled }: PublishingState): ConfigPreviewShape {
  return {
    document: null,
    sha256: null,
    problems: [],
    changes: [],
    values: [],
    obstacle: null,
    reopens: [],
    current: current?.version ?? null,
    scheduled: scheduled?.version ?? null,
    scheduledFor: scheduled?.from ?? null,
    publishing,
    at: new Date(now).toISOString(),
  };
}

async function previewOf(
  { document, publishAt, cancels, keeps }: Omit<Arguments, 'document'> & { readonly document: unknown },
  state: PublishingState,
  { services: { database, reservedClaimTypes } }: RequestContext,
): Promise<ConfigPreviewShape> {
  const values = diffDocuments(state.current?.document, document);
  const shape = { ...nothing(state), document, sha256: await digestOf(document), values };
  const checked = await checkDocument(document, reservedClaimTypes);
  if (checked.kind === 'invalid') return { ...shape, problems: checked.problems };
  const request: JudgeRequest = {
    document,
    at: publishAt ?? null,
    cancel: cancels ?? null,
    keep: keeps ?? null,
  };
  const judged = await judge(request, checked.sha256, { state, askFormer: askFormer(database) });
  const changes = 'changes' in judged ? judged.changes : [];
  const kept = judged.kind === 'publishable' ? (judged.kept?.changes ?? []) : [];
  const counted = await addHeld([...changes, ...kept], countHeld(database));
  return {
    ...shape,
    ...(judged.kind === 'invalid' && { problems: judged.problems }),
    changes: counted,
    reopens: counted.filter(({ severity }) => severity === 'reopens').map(({ path }) => path),
    obstacle: obstacleOf(judged, state),
  };
}

function obstacleOf(judged: Awaited<ReturnType<typeof judge>>, state: PublishingState): string | null {
  if (state.publishing === 'off') return rejectionMessage(OFF);
  if (judged.kind === 'conflict') return rejectionMessage(rejectionOfConflict(judged.why, state) as never);
  if (judged.kind !== 'unchanged') return null;
  return rejectionMessage({ kind: 'config_refused', why: 'unchanged', version: judged.version });
}
