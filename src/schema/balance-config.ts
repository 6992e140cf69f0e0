/** Balance configs as staff see them: versions, what a publication changes, and what became of one. */
import { SEVERITIES, type Severity } from '../config/changes.ts';
import type { CountedChange, HeldCounts } from '../config/held.ts';
import type { ConfigProblem } from '../domain/rejections.ts';
import { builder } from './builder.ts';

/** As drizzle/kernel/55_configs.sql makes it. */
export interface ConfigVersionShape {
  readonly version: number;
  readonly sha256: string;
  readonly reason: string | null;
  readonly publishedBy: string;
  readonly isByOperator: boolean;
  readonly publishedAt: string;
  readonly effectiveFrom: string | null;
  readonly state: 'current' | 'scheduled' | 'former' | 'cancelled';
}

const State = builder.enumType('ConfigState', {
  description: 'What a version of the balance config is now.',
  values: {
    CURRENT: { value: 'current', description: 'Operations are decided under it.' },
    SCHEDULED: { value: 'scheduled', description: 'It becomes current at `effectiveFrom`.' },
    FORMER: { value: 'former', description: 'Another one has replaced it.' },
    CANCELLED: { value: 'cancelled', description: 'It was cancelled before it took effect.' },
  } satisfies Record<string, { value: ConfigVersionShape['state']; description: string }>,
});

export const BalanceConfigVersion = builder.objectRef<ConfigVersionShape>('BalanceConfigVersion').implement({
  description: 'A version of the balance config, without its document, which `balanceConfig` has.',
  fields: (t) => ({
    version: t.expose('version', { type: 'SafeInt', description: 'Versions only rise.' }),
    state: t.expose('state', { type: State }),
    sha256: t.exposeString('sha256', { description: 'Of the canonical JSON of the document.' }),
    publishedBy: t.exposeString('publishedBy', { description: 'A staff ID, or the name of an operator.' }),
    isByOperator: t.exposeBoolean('isByOperator', {
      description: 'Whether an operator published it, with the owner’s connection to the database.',
    }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime' }),
    effectiveFrom: t.expose('effectiveFrom', {
      type: 'DateTime',
      nullable: true,
      description: 'From when on it is or was current; null: it was cancelled.',
    }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
});

export interface PublicationShape {
  /** Null: it waits for an approval. */
  readonly config: ConfigVersionShape | null;
  readonly proposalId: number | null;
  readonly scheduled: ConfigVersionShape | null;
  readonly isInKv: boolean;
}

export const ConfigPublication = builder.objectRef<PublicationShape>('ConfigPublication').implement({
  description: 'What became of a request to publish, roll back or cancel a balance config.',
  fields: (t) => ({
    config: t.field({
      type: BalanceConfigVersion,
      nullable: true,
      description: 'The version that it made or cancelled; null: it waits for an approval.',
      resolve: ({ config }) => config,
    }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description:
        'Of the proposal that another staff member has to approve (approveProposal); then send the same request with a new key. Null: it is published.',
    }),
    scheduled: t.field({
      type: BalanceConfigVersion,
      nullable: true,
      description: 'The version that is scheduled now; null: none is.',
      resolve: ({ scheduled }) => scheduled,
    }),
    isInKv: t.exposeBoolean('isInKv', {
      description:
        'Whether KV names what the database holds. If not, the schedule or the next such request writes it. Operations are decided under the new version all the same; their first one in each isolate costs one more round trip.',
    }),
  }),
});

const SeverityEnum = builder.enumType('ConfigSeverity', {
  description: 'What a change of the balance config affects, the gravest first.',
  values: Object.fromEntries(SEVERITIES.map((value) => [value.toUpperCase(), { value }])) as Record<
    Uppercase<Severity>,
    { value: Severity }
  >,
});

const Held = builder.objectRef<HeldCounts>('ConfigHeld').implement({
  description:
    'What players have of what a change concerns. Counted to 10,001, which means more than 10,000; null: counting takes too long.',
  fields: (t) => ({
    players: t.expose('players', { type: 'SafeInt', nullable: true, description: 'Who hold the resource.' }),
    sources: t.expose('sources', { type: 'SafeInt', nullable: true, description: 'Of it, once given.' }),
    pending: t.expose('pending', {
      type: 'SafeInt',
      nullable: true,
      description: 'Pending rewards of the claim type, or that pay the resource.',
    }),
  }),
});

const Change = builder.objectRef<CountedChange>('ConfigChange').implement({
  description: 'What publishing a document changes, in words.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Such as `claimTypes.daily_quest.period`.' }),
    severity: t.expose('severity', {
      type: SeverityEnum,
      description:
        'REFUSED: cannot be published. REOPENS: would pay again, so the publisher names the path. RUNNING: limits, regeneration, what players hold. AMOUNTS: prices, rewards, chances.',
    }),
    text: t.exposeString('text', { description: 'With what players hold of it.' }),
    held: t.field({
      type: Held,
      nullable: true,
      description: 'Null: it concerns nothing that players hold.',
      resolve: ({ counts }) => counts ?? null,
    }),
  }),
});

interface ValueShape {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

const ValueChange = builder.objectRef<ValueShape>('ConfigValueChange').implement({
  description: 'A value that differs between two documents.',
  fields: (t) => ({
    path: t.exposeString('path'),
    before: t.exposeString('before', { nullable: true, description: 'JSON; null: there was none.' }),
    after: t.exposeString('after', { nullable: true, description: 'JSON; null: there is none any more.' }),
  }),
});

export interface ConfigPreviewShape {
  readonly document: unknown;
  readonly sha256: string | null;
  readonly problems: readonly ConfigProblem[];
  readonly changes: readonly CountedChange[];
  readonly values: readonly ValueShape[];
  readonly obstacle: string | null;
  readonly reopens: readonly string[];
  readonly current: number | null;
  readonly scheduled: number | null;
  readonly scheduledFor: string | null;
  readonly publishing: 'off' | 'staff' | 'approved';
  readonly at: string;
}

const MOST_SHOWN = 1_000;

export const BalanceConfigPreview = builder.objectRef<ConfigPreviewShape>('BalanceConfigPreview').implement({
  description: 'What publishing a balance config would change now, or at the time that was asked for.',
  fields: (t) => ({
    document: t.expose('document', {
      type: 'JSON',
      nullable: true,
      description: 'What was looked at; null: it is not JSON.',
    }),
    sha256: t.exposeString('sha256', {
      nullable: true,
      description: 'Of its canonical JSON; null: it has none.',
    }),
    isPublishable: t.boolean({
      description: 'Whether a publication that names all of `reopens` would be granted.',
      resolve: ({ problems, obstacle }) => problems.length === 0 && obstacle === null,
    }),
    problems: t.field({
      type: ['ConfigProblem' as 'String'],
      description: `What makes the document invalid; at most ${MOST_SHOWN}.`,
      resolve: ({ problems }) => [...problems].slice(0, MOST_SHOWN) as never,
    }),
    changes: t.field({
      type: [Change],
      description: `What it changes against the current version, the gravest first; at most ${MOST_SHOWN}.`,
      resolve: ({ changes }) => changes.slice(0, MOST_SHOWN),
    }),
    values: t.field({
      type: [ValueChange],
      description: `The values that differ from those of the current version, by path; at most ${MOST_SHOWN}.`,
      resolve: ({ values }) => values.slice(0, MOST_SHOWN),
    }),
    reopens: t.stringList({
      description:
        'The paths of the changes that pay something again: what `reopens` of a publication names.',
      resolve: ({ reopens }) => [...reopens],
    }),
    obstacle: t.exposeString('obstacle', {
      nullable: true,
      description: 'What else publishing it would be rejected with now, for people; null: nothing.',
    }),
    baseVersion: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'The current version: `baseVersion` of a publication. Null: there is none.',
      resolve: ({ current }) => current,
    }),
    scheduledVersion: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'The version that is scheduled: `cancels` or `keeps` of a publication; null: none is.',
      resolve: ({ scheduled }) => scheduled,
    }),
    scheduledFor: t.expose('scheduledFor', { type: 'DateTime', nullable: true }),
    needsApproval: t.boolean({
      description: 'Whether another staff member has to approve it.',
      resolve: ({ publishing }) => publishing === 'approved',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'The time of the database.' }),
  }),
});
