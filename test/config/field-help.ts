/**
 * What each field of a balance document is for, as editors show it while somebody types. config/balance.schema.json contains it
 * (test/config/editor-schema.test.ts); docs/balance-config.md has the rules behind it.
 */

/** By path; `*` is any name. A path that ends with `*` describes the entries themselves. */
const HELP: Readonly<Record<string, string>> = {
  $schema: 'Where an editor finds the schema of this document.',
  defaultLanguage: 'The language of the titles and texts in this document, such as en or pt-BR.',
  timeZone: 'The IANA time zone in which days, weeks and months begin, such as UTC or Europe/Berlin.',
  resetHour: 'The hour at which a day begins, 0 to 23.',
  weekStart: 'The day on which a week begins.',
  timeZoneBefore:
    'The zone, hour and day of the week that apply until a moment. Write it when you change one of them, so that the running day keeps its key.',
  'timeZoneBefore.timeZone': 'The time zone until that moment.',
  'timeZoneBefore.resetHour': 'The hour at which a day begins until that moment. Left out: as now.',
  'timeZoneBefore.weekStart': 'The day on which a week begins until that moment. Left out: as now.',
  'timeZoneBefore.until': 'The beginning of a day under the earlier rule, such as 2026-12-01T00:00:00.000Z.',
  playerZone:
    "The attribute of a player's token that names their own time zone. Left out: all players have the days of the game.",

  seasons: 'Times with a name. Limits, counters and claims can be for a season.',
  'seasons.*.from': 'The first moment of the season, in UTC with milliseconds.',
  'seasons.*.until': 'The first moment after the season.',

  limits: 'Limits that several claim types and exchanges share. They name them in sharedLimits.',

  resources: 'Everything that a player has an amount of: currencies, items, experience, health.',
  'resources.*.floor': 'The lowest balance that an operation may leave. 0, or below 0 where players may owe.',
  'resources.*.ceiling':
    'The highest balance: a number, {"stat": "energy"} for the maximum of a stat, or null for none.',
  'resources.*.atCeiling':
    'What happens to what does not fit: reject refuses the whole grant, clamp cuts it, convert turns it into convertTo.',
  'resources.*.convertTo': 'What players get instead of what does not fit under the ceiling.',
  'resources.*.convertTo.resource': 'The resource that they get.',
  'resources.*.convertTo.rate': 'How much of it for each unit that does not fit.',
  'resources.*.manual': 'Whether staff may award it by hand. It then needs a value or a staffLimit.',
  'resources.*.value': 'What one unit counts against the limits of staff (manualRewards).',
  'resources.*.staffLimit': 'A limit of this resource for staff, in units, instead of a value.',
  'resources.*.staffLimit.perReward': 'The most of one award. null: no bound.',
  'resources.*.staffLimit.perDay': 'The most that one staff member gives in a day.',
  'resources.*.startsWith':
    'What players have before anything moved it: a number, or "ceiling" to start full.',
  'resources.*.regenerates': 'What time adds by itself, such as energy.',
  'resources.*.regenerates.everySeconds': 'The length of an interval in seconds. 300 is five minutes.',
  'resources.*.regenerates.amount': 'How much each interval adds.',
  'resources.*.regenerates.upTo': 'Where it stops. Left out: at the ceiling. Rewards can exceed it.',
  'resources.*.transfer': 'Lets players give it to each other. {} sets no limit.',
  'resources.*.transfer.perTransfer': 'The most of one gift. null: no bound.',
  'resources.*.transfer.receives': 'What one player may receive from others.',
  'resources.*.transfer.fromAccountsOlderThanHours': 'The age from which an account may give.',
  'resources.*.transfer.onFull':
    'What happens to a gift that does not fit: reject refuses it, pending lets it wait in the inbox.',
  'resources.*.transfer.message': 'The message that the inbox shows for a gift that waits.',
  'resources.*.spend': 'Lets game servers charge players of it, such as an entry fee.',
  'resources.*.spend.perCall': 'The most of one charge. null: no bound.',
  'resources.*.take': 'Lets staff take it from players, for corrections.',
  'resources.*.take.perCall': 'The most that staff take at once. null: no bound.',
  'resources.*.take.perDay': 'The most that one staff member takes in a day.',
  'resources.*.take.debt': 'Whether staff may leave a balance below the floor.',

  claimTypes: 'What players are rewarded for. A claim of a type is paid once for each of its keys.',
  'claimTypes.*.proof':
    'What shows that a player earned it: a ticket that a game server signed, the calendar, or the server that claims it.',
  'claimTypes.*.period':
    'How often it can be claimed: once a day, week or month, for ever, or in a season. For the calendar alone.',
  'claimTypes.*.period.season': 'Once in this season.',
  'claimTypes.*.facts': 'What formulas may use of the request, by name, such as floor or rank.',
  'claimTypes.*.facts.*.kind':
    'int is a whole number, bool true or false, string one of a list, id an ID for onceFor.',
  'claimTypes.*.facts.*.min': 'The smallest value that is accepted.',
  'claimTypes.*.facts.*.max': 'The greatest value that is accepted.',
  'claimTypes.*.facts.*.values': 'The values that are accepted.',
  'claimTypes.*.rewards':
    'What a claim pays, by resource: a whole number, a formula in quotes such as "100 + floor * 25", or an object with an amount and a cap.',
  'claimTypes.*.rewards.*.amount': 'A whole number, or a formula in quotes over the facts.',
  'claimTypes.*.rewards.*.cap': 'The most that one claim pays of it.',
  'claimTypes.*.rewards.*.onceFor':
    'The facts that name a source. Each source is paid once, whatever reports it.',
  'claimTypes.*.rewards.*.scope': 'Whether a source is paid once per player, or once in the whole game.',
  'claimTypes.*.draws': 'How many times a claim draws from a table.',
  'claimTypes.*.requiresProgress': 'What counters must have reached before it can be claimed.',
  'claimTypes.*.advances': 'What a claim adds to counters.',
  'claimTypes.*.onExpiry': 'What a player gets who does not collect an announced reward in time.',
  'claimTypes.*.onExpiry.gives': 'Amounts by resource.',
  'claimTypes.*.streak': 'The streak that a claim continues.',
  'claimTypes.*.rewardsByStreak':
    'What it pays in addition, by the length of the streak. The last row that was reached is paid.',
  'claimTypes.*.rewardsByStreak.*.from': 'The length of the streak from which this row is paid.',
  'claimTypes.*.rewardsByStreak.*.rewards': 'Amounts by resource.',

  exchanges: 'What players can buy, craft or summon: they pay costs and get what it gives.',
  'exchanges.*.costs':
    'What one costs, by resource: a number, or a formula for the whole quantity. A list holds several ways to pay.',
  'exchanges.*.gives': 'What one gives, by resource: a number, or a formula for the whole quantity.',
  'exchanges.*.draws': 'How many times one draws from a table.',
  'exchanges.*.chooseOne': 'Options of which the player chooses one.',
  'exchanges.*.chooseOne.*.gives': 'What this option gives, by resource.',
  'exchanges.*.maxQuantity': 'The most that can be made in one request.',

  drawTables: 'Tables of chances, for loot and summons.',
  'drawTables.*.outcomes':
    'What can be drawn. The chance of an outcome is the share of its weight in the sum of all weights.',
  'drawTables.*.outcomes.*.weight':
    'The share of this outcome. With weights that add up to 10,000, hundredths of a percent.',
  'drawTables.*.outcomes.*.gives': 'What it gives, by resource.',
  'drawTables.*.outcomes.*.table': 'Another table that it draws from once.',
  'drawTables.*.guarantees':
    'After how many draws without such an outcome the next one is certain, in the order of priority.',
  'drawTables.*.guarantees.*.counter': 'The resource that counts the draws since the last such outcome.',
  'drawTables.*.guarantees.*.after': 'After so many draws without one, the next draw is one.',
  'drawTables.*.guarantees.*.outcomes': 'The outcomes that count as one.',

  payouts: 'What the ranks of a ranking get.',
  'payouts.*.ranks': 'Rows from the first rank down. Ranks beyond the last row get nothing.',
  'payouts.*.ranks.*.to': 'The last rank of the row.',
  'payouts.*.ranks.*.gives': 'What each rank of the row gets, by resource.',
  'payouts.*.ties':
    'What tied players get: same, each the prize of their rank; share, equal parts of their positions; refuse stops the payout.',

  breakers: 'How much may be given in an hour. What exceeds it waits until staff release it.',
  'breakers.*.resource': 'What counts is what is given of this resource; left out: claims.',
  'breakers.*.claimTypes': 'The claim types and exchanges that count; left out: all that give the resource.',
  'breakers.*.per':
    'What has a bound of its own: the whole game, each game server, or each version of the config.',
  'breakers.*.perHour': 'The most in an hour.',

  messages: 'Texts that the inbox shows of announced rewards.',

  streaks: 'How many periods in a row a claim was made.',
  'streaks.*.period': 'What a streak counts: days, weeks or months.',
  'streaks.*.grace': 'How many periods in a row may be missed.',
  'streaks.*.decay': 'What a player loses who missed more: "reset" for all, or {"lose": 3}.',
  'streaks.*.decay.lose': 'How much of the streak is lost, once.',

  counters: 'Progress that game servers and claims count, such as matches of today.',
  'counters.*.period':
    'When a counter begins at 0 again: each day, week or month, in a season, or never (ever).',
  'counters.*.period.season': 'It counts in this season.',
  'counters.*.max': 'Where it stops. Left out: nowhere.',

  attributes: "What formulas may read of a player's token, by name.",
  'attributes.*.values': 'The values that it can have.',

  combat: 'Damage and healing, which game servers report.',
  'combat.health': 'The resource that damage lowers and healing raises.',
  'combat.damageTypes': 'The types of damage. If there are any, each damage has one.',

  levels: 'Levels that follow from experience.',
  'levels.resource': 'The resource that is the experience.',
  'levels.paidResource': 'The resource that counts the levels that were paid. Each level pays once.',
  'levels.maxLevel': 'The highest level.',
  'levels.experienceForLevel':
    'A formula over level, from 2: the total experience at which the level begins. It must rise.',
  'levels.grants': 'What a level-up gives, by resource: a number, or a formula over level.',

  statPoints: 'Points that players spend on stats.',
  'statPoints.resource': 'The resource that holds the points that are not spent.',
  'statPoints.stats': 'The stats, by name.',
  'statPoints.stats.*.resource': 'The resource that holds the points of this stat.',
  'statPoints.stats.*.base': 'The maximum of the stat without points.',
  'statPoints.stats.*.perPoint': 'What each point adds to the maximum.',

  tiers: 'Ranks of loyalty that follow from a resource.',
  'tiers.resource': 'The resource that decides the tier.',
  'tiers.list': 'The tiers from the lowest up.',
  'tiers.list.*.name': 'What the tier is called.',
  'tiers.list.*.from': 'The amount from which a player is in it.',

  manualRewards: 'What staff and game servers may give by hand, counted in value.',
  'manualRewards.limitPerReward': 'The greatest value of one award, for staff without a limit of their own.',
  'manualRewards.budgetPerDay': 'The greatest value that one staff member gives in a day.',
  'manualRewards.awardsPerDay': 'The most awards of one staff member in a day. Left out: no bound.',
  'manualRewards.servers': 'What each game server may give. Left out: nothing.',
  'manualRewards.servers.limitPerReward': 'The greatest value of one award of a server.',
  'manualRewards.servers.budgetPerDay': 'The greatest value that one server gives in a day.',

  campaigns: 'When a campaign needs a second person.',
  'campaigns.approvalAbove':
    'A campaign with a greater value in total needs the approval of another staff member.',
};

/** Fields that mean the same wherever they are, by their last step. */
const ANYWHERE: Readonly<Record<string, string>> = {
  description: 'A note for people. Players do not see it, and nothing depends on it.',
  title: 'What players read as its name.',
  text: 'What players read below the title.',
  image: 'The path of an image, or a URL that begins with https://.',
  tags: 'Names by which a screen of the game lists it, such as shop or daily.',
  sort: 'Its place in lists: the lowest first.',
  perDay: 'The most in a day.',
  perWeek: 'The most in a week.',
  perMonth: 'The most in a month.',
  perSeason: 'The most in a season, by the name of the season. Outside of these seasons there are none.',
  ever: 'The most for good.',
  total: 'The most of all players together: a stock.',
  sharedLimits: 'The limits (section limits) that it counts towards.',
  from: 'The first moment at which it is available, in UTC with milliseconds, such as 2026-12-01T00:00:00.000Z.',
  until: 'The first moment at which it is no longer available.',
  reversibleBy: '["server"] lets game servers take claims back, for refunds. Staff always may.',
  requires: 'What a player must fulfil: conditions, and the text for what is missing.',
  when: 'A formula that is true or false, such as "level >= 10".',
  stat: 'The stat whose maximum applies.',
};

/** Texts with another meaning than that of ANYWHERE. */
const INSTEAD: Readonly<Record<string, string>> = {
  'claimTypes.*.requires.*.text': 'The key of the text that says what is missing, such as locked.level_10.',
  'exchanges.*.requires.*.text': 'The key of the text that says what is missing, such as locked.level_10.',
};

/** The help of a field; undefined: there is none. */
function helpOf(path: string): string | undefined {
  return INSTEAD[path] ?? HELP[path] ?? ANYWHERE[path.split('.').at(-1) ?? ''];
}

interface JsonSchema {
  description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Writes the help into a JSON schema, and returns the paths that have none. */
export function addHelp(schema: JsonSchema): string[] {
  const missing: string[] = [];
  const walk = (node: JsonSchema, path: string) => {
    const below = (step: string) => (path === '' ? step : `${path}.${step}`);
    for (const [name, field] of Object.entries(node.properties ?? {})) {
      const help = helpOf(below(name));
      if (help === undefined) missing.push(below(name));
      else field.description = help;
      walk(field, below(name));
    }
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, below('*'));
    if (node.items) walk(node.items, below('*'));
    for (const form of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) walk(form, path);
  };
  walk(schema, '');
  return missing;
}
