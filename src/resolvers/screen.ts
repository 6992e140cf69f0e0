/**
 * How the queries for screens read: select entries, ask the ledger once, and judge. The kernel alone knows the current config and the
 * time: where the question was asked under another config, for another time or in another zone, it is asked again, as for operations.
 */
import type { Page, Selection, Texts } from '../domain/catalogue.ts';
import { NO_CONFIG } from '../domain/decide.ts';
import { badInput } from '../domain/fault.ts';
import { type LocalRules, localRules, type Moment } from '../domain/player-zones.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { holdsAt, MAX_IDS, MAX_PAGE, type ScreenFacts, type ScreenRequest } from '../domain/screen.ts';
import { contains } from '../domain/window.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { readScreen, type ScreenAnswer } from '../ledger/read-screen.ts';
import type { RequestContext } from '../schema/builder.ts';
import { actingPlayer } from './authorise.ts';
import type { Args, Reading } from './define-query.ts';
import { FaultError } from './observe.ts';
import { MAX_ATTEMPTS, rulesOf } from './send-operation.ts';

export const screenArguments = (t: Args) => ({
  tag: t({ type: 'Tag', description: 'Those with this tag.' }),
  ids: t({
    type: ['ClaimType'],
    description: `Those with these names, at most ${MAX_IDS}. Unknown ones are left out.`,
  }),
  first: t({ type: 'PositiveInt', description: `How many; default and most: ${MAX_PAGE}.` }),
  after: t({ type: 'ClaimType', description: 'The last id of the page before.' }),
  language: t({
    type: 'Language',
    description: 'Of titles and texts; a missing one, and all by default, in the default language.',
  }),
  playerId: t({
    type: 'PlayerId',
    description: 'Servers and staff: the player. Players see their own screens.',
  }),
});

interface ScreenArguments {
  readonly tag?: string | null | undefined;
  readonly ids?: readonly string[] | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly playerId?: string | null | undefined;
}

/** A kind of screen. */
interface ScreenKind<Rule> {
  /** Null: `after` names no selected entry. */
  readonly pageOf: (rules: BalanceRules, selection: Selection) => Page<Rule> | null;
  readonly requestFor: (page: Page<Rule>, now: Date, rules: BalanceRules) => ScreenRequest;
}

interface ReadPage<Rule> {
  readonly page: Page<Rule>;
  readonly facts: ScreenFacts;
  readonly rules: BalanceRules;
}

export async function readPage<Rule>(
  { pageOf, requestFor }: ScreenKind<Rule>,
  args: ScreenArguments,
  { actor, context, note, read }: Reading,
): Promise<ReadPage<Rule>> {
  const playerId = actingPlayer(actor, args.playerId ?? null);
  note({ player: playerId });
  const selection = selectionOf(args);
  const { config } = context.services;
  let current = await config.loaded(context.correlationId);
  let { now } = context;
  let stored: string | null = null;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const { rules, zones, holds } = rulesFor(current, { actor, stored, now });
    const texts = rules ? await textsIn(args.language ?? null, rules, context) : {};
    const page = rules ? pageOf(rules, { ...selection, texts }) : EMPTY;
    if (page === null) throw new FaultError(badInput('after', 'not an id of this list'));
    const request = rules ? requestFor(page, now, rules) : NOTHING;
    const asked = { playerId, rules, request, held: config.held() };
    const [answer] = await read<ScreenAnswer>((database) => readScreen(database, actor, asked));
    if (answer?.kind === 'stale_config') current = await rulesOf(answer, context);
    else if (answer && rules) {
      const attributes = actor.kind === 'player' ? actor.attributes : undefined;
      const facts: ScreenFacts = { ...answer.facts, ...(attributes && { attributes }) };
      const isLocal = zones === null || facts.zones === null || facts.zones === zones.seen;
      if (isLocal && holdsAt(request, facts.at) && (!holds || contains(holds, facts.at)))
        return { page, facts, rules };
      now = facts.at;
      stored = facts.zones;
    } else throw new FaultError(NO_CONFIG);
  }
  throw new LedgerUnavailable('the config or the day changed with every attempt');
}

/** With the player's own days; null before the config is known. */
function rulesFor(
  current: BalanceRules | null,
  moment: Moment,
): LocalRules | { readonly rules: null; readonly zones: null; readonly holds: null } {
  return current ? localRules(current, moment) : { rules: null, zones: null, holds: null };
}

const EMPTY = { shown: [], more: false };
/** What is asked before the config is known: the answer is the config. */
const NOTHING: ScreenRequest = {
  resources: [],
  limits: [],
  claims: [],
  pending: [],
  sourceKeys: [],
  holdsFrom: null,
  holdsUntil: null,
};

/** Which texts exist is known to KV and the isolate, so that a screen is still one request to the database. */
export async function textsIn(
  language: string | null,
  { catalogue }: Pick<BalanceRules, 'catalogue'>,
  { services }: RequestContext,
): Promise<Texts> {
  if (language === null || language === catalogue.defaultLanguage) return {};
  const index = await services.texts.index();
  const pointer = index[language];
  if (pointer) return services.texts.texts(language, pointer);
  const known = [catalogue.defaultLanguage, ...Object.keys(index)].join(', ');
  throw new FaultError(badInput('language', `there are texts in ${known} only`));
}

function selectionOf({
  tag = null,
  ids = null,
  first,
  after = null,
}: ScreenArguments): Omit<Selection, 'texts'> {
  if (ids !== null && ids.length > MAX_IDS)
    throw new FaultError(badInput('ids', `must have at most ${MAX_IDS} entries`));
  const size = first ?? MAX_PAGE;
  if (size > MAX_PAGE) throw new FaultError(badInput('first', `must be at most ${MAX_PAGE}`));
  return { tag, ids, after, first: size };
}
