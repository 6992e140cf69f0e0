/** `npm run config:publish` for staff: the same through the API, under the name of the member whose token ONCEWARD_TOKEN holds. */
import { randomUUID } from 'node:crypto';
import type { ConfigChange, Severity } from '../src/config/changes.ts';
import type { Problem } from '../src/config/problem.ts';
import type { Result } from './config-report.ts';
import { StaffApi } from './staff-api.ts';

export interface ApiRequest {
  readonly url: string;
  readonly token: string;
  /** The text of a document, or the version of a rollback. */
  readonly content: { readonly document: string } | { readonly version: number };
  readonly at: Date | null;
  readonly keep: number | null;
  readonly cancel: number | null;
  readonly reopens: readonly string[];
  readonly reason: string;
}

interface Preview {
  readonly sha256: string | null;
  readonly problems: readonly Problem[];
  readonly changes: readonly (Omit<ConfigChange, 'severity'> & { readonly severity: string })[];
  readonly reopens: readonly string[];
  readonly obstacle: string | null;
  readonly baseVersion: number | null;
  readonly scheduledVersion: number | null;
  readonly scheduledFor: string | null;
}

const PREVIEW = `query($document: BalanceDocument, $version: PositiveInt, $publishAt: DateTime, $cancels: PositiveInt, $keeps: PositiveInt) {
  previewBalanceConfig(document: $document, version: $version, publishAt: $publishAt, cancels: $cancels, keeps: $keeps) {
    sha256 problems { path message } changes { path severity text } reopens obstacle
    baseVersion scheduledVersion scheduledFor } }`;

const RECEIPT = `... on ConfigPublicationReceipt { publication { proposalId isInKv
    config { version sha256 } scheduled { version sha256 effectiveFrom } } }`;
const PUBLICATION = `${RECEIPT}
  ... on ConfigInvalid { problems { path message } } ... on ConfigReopens { changes { path message } }`;

interface Version {
  readonly version: number;
  readonly sha256: string;
  readonly effectiveFrom: string;
}

interface Answer {
  readonly __typename: string;
  readonly message?: string;
  readonly problems?: readonly Problem[];
  readonly changes?: readonly Problem[];
  readonly publication?: {
    readonly proposalId: number | null;
    readonly isInKv: boolean;
    readonly config: Version | null;
    readonly scheduled: Version | null;
  };
}

/** What publishing would do. Writes nothing. */
export async function previewThroughApi(request: ApiRequest): Promise<Result> {
  const found = await preview(request);
  return judged(found, request) ?? publishable(found);
}

/** Looks at the changes, and publishes them against the version that they were compared with. */
export async function publishThroughApi(request: ApiRequest): Promise<Result> {
  const found = await preview(request);
  const refused = judged(found, request);
  if (refused !== null) return refused;
  const { url, token, content, at, keep, cancel, reopens, reason } = request;
  const mutation = 'version' in content ? 'rollBackBalanceConfig' : 'publishBalanceConfig';
  const answer = (await new StaffApi(url, token).mutate(mutation, PUBLICATION, {
    idempotencyKey: `config-${randomUUID()}`,
    ...content,
    baseVersion: found.baseVersion,
    publishAt: at?.toISOString() ?? null,
    cancels: cancel,
    keeps: keep,
    reopens,
    reason,
  })) as Answer;
  return outcomeOf(answer, found, at !== null);
}

/** Cancels the scheduled version, if its moment has not come. */
export async function cancelThroughApi({
  url,
  token,
  version,
  reason,
}: Pick<ApiRequest, 'url' | 'token' | 'reason'> & { readonly version: number }): Promise<Result> {
  const input = { idempotencyKey: `config-${randomUUID()}`, version, reason };
  const answer = (await new StaffApi(url, token).mutate('cancelScheduledConfig', RECEIPT, input)) as Answer;
  return answer.publication ? { kind: 'cancelled', version } : conflict(answer.message);
}

async function preview({ url, token, content, at, keep, cancel }: ApiRequest): Promise<Preview> {
  const variables = { ...content, publishAt: at?.toISOString() ?? null, cancels: cancel, keeps: keep };
  const { previewBalanceConfig: found } = await new StaffApi(url, token).send(PREVIEW, variables);
  if (found === null) throw new Error('There is no such version.');
  return found as Preview;
}

const conflict = (message = 'The service gave no answer.'): Result => ({
  kind: 'conflict',
  problems: [{ path: '', message }],
});

function changesOf({ changes }: Preview): readonly ConfigChange[] {
  return changes.map((change) => ({ ...change, severity: change.severity.toLowerCase() as Severity }));
}

/** Why it is not sent; null: it is. */
function judged(found: Preview, { reopens }: ApiRequest): Result | null {
  if (found.problems.length > 0) return { kind: 'invalid', problems: found.problems };
  if (found.obstacle !== null) return conflict(found.obstacle);
  const changes = changesOf(found);
  const unnamed = changes.filter(({ severity, path }) => severity === 'reopens' && !reopens.includes(path));
  const problems = unnamed.map(({ path, text }) => ({ path, message: text }));
  return problems.length > 0 ? { kind: 'refused', problems, changes } : null;
}

function publishable(found: Preview): Result {
  return {
    kind: 'publishable',
    sha256: found.sha256 ?? '',
    current: found.baseVersion,
    changes: changesOf(found),
  };
}

function outcomeOf(answer: Answer, found: Preview, isLater: boolean): Result {
  const changes = changesOf(found);
  if (answer.problems) return { kind: 'invalid', problems: answer.problems };
  if (answer.changes) return { kind: 'refused', problems: answer.changes, changes };
  const { publication } = answer;
  if (!publication) return conflict(answer.message);
  const { config, proposalId, scheduled, isInKv } = publication;
  if (config === null) return { kind: 'proposed', proposalId: proposalId ?? 0, changes };
  const next = scheduled && {
    version: scheduled.version,
    sha256: scheduled.sha256,
    from: scheduled.effectiveFrom,
  };
  const { version, sha256 } = config;
  return { kind: isLater ? 'scheduled' : 'published', version, sha256, changes, scheduled: next, isInKv };
}
