/** Lists of players and campaigns, as the API shows them. */
import { builder } from './builder.ts';

/** As drizzle/kernel/42_lists.sql makes it. */
export interface ListShape {
  readonly id: number;
  readonly name: string;
  readonly rows: number;
  readonly chunks: number;
  readonly digest: string | null;
  readonly query: unknown;
  readonly isFilled: boolean;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly closedAt: string | null;
}

export const PlayerList = builder.objectRef<ListShape>('PlayerList').implement({
  description: 'Players, for a campaign. Once it is closed it never changes.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    name: t.exposeString('name'),
    rows: t.expose('rows', { type: 'SafeInt' }),
    chunks: t.expose('chunks', { type: 'SafeInt', description: 'How many chunks were uploaded.' }),
    digest: t.exposeString('digest', { nullable: true, description: 'Of its rows, once it is closed.' }),
    query: t.expose('query', {
      type: 'JSON',
      nullable: true,
      description: 'What it asks of players, as ranges of balances; null: its rows are uploaded.',
    }),
    isFilled: t.exposeBoolean('isFilled', { description: 'Whether its query has looked at all players.' }),
    madeBy: t.exposeString('madeBy', { description: 'A staff ID.' }),
    madeAt: t.expose('madeAt', { type: 'DateTime' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true }),
  }),
});

type Totals = Readonly<Record<string, { readonly requested: number; readonly given: number }>>;
type Counts = Readonly<Record<string, number>>;

interface Forecast {
  readonly players?: number;
  readonly pending?: number;
  readonly gives?: Totals;
  readonly refused?: Counts;
}

export type CampaignState = 'checking' | 'ready' | 'running' | 'paused' | 'done' | 'cancelled';

/** As drizzle/kernel/44_campaign_steps.sql makes it. */
export interface CampaignShape {
  readonly id: number;
  readonly name: string;
  readonly listId: number;
  readonly reason: string;
  readonly state: CampaignState;
  readonly gives: Counts | null;
  readonly message: { readonly title: string; readonly text: string | null } | null;
  readonly expiresAt: string | null;
  readonly rows: number;
  readonly line: number;
  readonly lastLine: number;
  readonly proposalId: number | null;
  readonly digest: string | null;
  readonly value: number | null;
  readonly configVersion: number | null;
  readonly configSha256: string | null;
  readonly forecast: Forecast;
  readonly granted: number;
  readonly pending: number;
  readonly onFull: boolean;
  readonly given: Totals;
  readonly refused: Counts;
  readonly stopped: string | null;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

const State = builder.enumType('CampaignState', {
  description: 'What a campaign does.',
  values: {
    CHECKING: { value: 'checking', description: 'The dry run goes through its rows. Nothing moves.' },
    READY: { value: 'ready', description: 'It can be started.' },
    RUNNING: { value: 'running', description: 'It grants its rows.' },
    PAUSED: { value: 'paused', description: 'It grants nothing until it is resumed.' },
    DONE: { value: 'done', description: 'Something is recorded of every row.' },
    CANCELLED: { value: 'cancelled', description: 'It grants nothing any more.' },
  } satisfies Record<string, { value: CampaignState; description: string }>,
});

interface Amount {
  readonly resource: string;
  readonly requested: number;
  readonly given: number;
}

const CampaignAmount = builder.objectRef<Amount>('CampaignAmount').implement({
  description: 'How much of a resource all rows together give.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    requested: t.expose('requested', { type: 'SafeInt' }),
    given: t.expose('given', {
      type: 'SafeInt',
      description:
        'What fits under the ceilings of the players: at most `requested`. Of a campaign that announces, all of it: ceilings cut what is collected.',
    }),
  }),
});

interface Refused {
  readonly why: string;
  readonly rows: number;
}

const CampaignRefusedRows = builder.objectRef<Refused>('CampaignRefusedRows').implement({
  description: 'How many rows give nothing, and why.',
  fields: (t) => ({
    why: t.exposeString('why', {
      description:
        'The kind of a rejection, such as `unknown_player`, `already_claimed` or `limit_exceeded`.',
    }),
    rows: t.expose('rows', { type: 'SafeInt' }),
  }),
});

interface Outcome {
  readonly players: number;
  readonly pending: number;
  readonly gives: readonly Amount[];
  readonly refused: readonly Refused[];
}

const CampaignForecast = builder.objectRef<Outcome>('CampaignForecast').implement({
  description: 'What the dry run found: what the campaign would have given then.',
  fields: (t) => ({
    players: t.expose('players', { type: 'SafeInt', description: 'How many would get something.' }),
    pending: t.expose('pending', {
      type: 'SafeInt',
      description: 'Of these: how many would find it in their inbox, because it does not fit or is held.',
    }),
    gives: t.expose('gives', { type: [CampaignAmount] }),
    refused: t.expose('refused', { type: [CampaignRefusedRows] }),
  }),
});

interface Report extends Outcome {
  readonly already: number;
  readonly rejected: number;
  readonly remaining: number;
  readonly differences: readonly string[];
}

const CampaignReport = builder.objectRef<Report>('CampaignReport').implement({
  description: 'What the campaign has given so far. It is recorded in the transactions that gave it.',
  fields: (t) => ({
    granted: t.expose('players', {
      type: 'SafeInt',
      description: 'How many players got it, or have it announced.',
    }),
    already: t.expose('already', { type: 'SafeInt', description: 'How many had it before.' }),
    rejected: t.expose('rejected', {
      type: 'SafeInt',
      description: 'How many got nothing for another reason.',
    }),
    pending: t.expose('pending', {
      type: 'SafeInt',
      description: 'Of those granted: how many did not fit, or were held, and became pending.',
    }),
    remaining: t.expose('remaining', {
      type: 'SafeInt',
      description: 'Rows of which nothing is recorded yet.',
    }),
    gives: t.expose('gives', { type: [CampaignAmount] }),
    refused: t.expose('refused', { type: [CampaignRefusedRows] }),
    differences: t.exposeStringList('differences', {
      description: 'Where a campaign that is done differs from its dry run; empty: nowhere.',
    }),
  }),
});

const amountsOf = (totals: Totals = {}): Amount[] =>
  Object.entries(totals).map(([resource, amounts]) => ({ resource, ...amounts }));
const refusedOf = (counts: Counts = {}): Refused[] =>
  Object.entries(counts).map(([why, rows]) => ({ why, rows }));

function outcomeOf({ players = 0, pending = 0, gives, refused }: Forecast): Outcome {
  return { players, pending, gives: amountsOf(gives), refused: refusedOf(refused) };
}

function reportOf(campaign: CampaignShape): Report {
  const { granted, pending, given, refused, rows, state, forecast } = campaign;
  const total = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const already = refused.already_claimed ?? 0;
  const outcome = outcomeOf({ players: granted, pending, gives: given, refused });
  return {
    ...outcome,
    already,
    rejected: total - already,
    remaining: rows - granted - total,
    differences: state === 'done' ? differencesOf(outcomeOf(forecast), outcome) : [],
  };
}

function differencesOf(forecast: Outcome, found: Outcome): string[] {
  const numbersOf = ({ players, pending, gives, refused }: Outcome) =>
    new Map<string, number>([
      ['players', players],
      ['pending', pending],
      ...gives.flatMap(({ resource, requested, given }): [string, number][] => [
        [`${resource} requested`, requested],
        [`${resource} given`, given],
      ]),
      ...refused.map(({ why, rows }): [string, number] => [why, rows]),
    ]);
  const [expected, actual] = [numbersOf(forecast), numbersOf(found)];
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((name) => {
    const [before, after] = [expected.get(name) ?? 0, actual.get(name) ?? 0];
    return before === after ? [] : [`${name}: ${before} in the dry run, ${after} in the end`];
  });
}

interface Announces {
  readonly title: string;
  readonly text: string | null;
  readonly expiresAt: string | null;
}

const CampaignAnnouncement = builder.objectRef<Announces>('CampaignAnnouncement').implement({
  description: 'What a campaign announces into the inbox.',
  fields: (t) => ({
    title: t.exposeString('title'),
    text: t.exposeString('text', { nullable: true }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
  }),
});

export const Campaign = builder.objectRef<CampaignShape>('Campaign').implement({
  description: 'What many players get. It grants each row of its list at most once.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    name: t.exposeString('name', { description: 'A part of the claim keys of its grants.' }),
    listId: t.expose('listId', { type: 'SafeInt' }),
    reason: t.exposeString('reason'),
    state: t.expose('state', { type: State }),
    gives: t.field({
      type: [CampaignAmount],
      nullable: true,
      description: 'What every player gets; null: the rows of the list say it.',
      resolve: ({ gives }) =>
        gives &&
        Object.entries(gives).map(([resource, amount]) => ({ resource, requested: amount, given: amount })),
    }),
    onFull: t.exposeBoolean('onFull', {
      description: 'Whether what does not fit becomes pending; otherwise the balance config decides.',
    }),
    announces: t.field({
      type: CampaignAnnouncement,
      nullable: true,
      description: 'What the inbox shows of its pending rewards; null: it grants directly.',
      resolve: ({ message, expiresAt }) => message && { ...message, expiresAt },
    }),
    rows: t.expose('rows', { type: 'SafeInt' }),
    line: t.expose('line', {
      type: 'SafeInt',
      description: 'The last line that the dry run or the campaign has reached.',
    }),
    lastLine: t.expose('lastLine', { type: 'SafeInt' }),
    forecast: t.field({
      type: CampaignForecast,
      nullable: true,
      description: 'The dry run; null while it goes on.',
      resolve: ({ state, forecast }) => (state === 'checking' ? null : outcomeOf(forecast)),
    }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'The approval that it waits for, or was started with; null: it needs none, or none yet.',
    }),
    value: t.expose('value', {
      type: 'SafeInt',
      nullable: true,
      description: 'What its rows give in value, fixed when it was started.',
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      nullable: true,
      description: 'The config that gave it its value.',
    }),
    configSha256: t.exposeString('configSha256', { nullable: true }),
    digest: t.exposeString('digest', {
      nullable: true,
      description: 'Of everything that is approved: the rows, what they give, name, reason and announcement.',
    }),
    report: t.field({ type: CampaignReport, resolve: reportOf }),
    stopped: t.exposeString('stopped', { nullable: true, description: 'Why it stopped by itself.' }),
    madeBy: t.exposeString('madeBy', { description: 'A staff ID.' }),
    madeAt: t.expose('madeAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
  }),
});
