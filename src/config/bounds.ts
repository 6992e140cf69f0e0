/**
 * Bounds, name patterns and documented defaults of the balance config. The bounds are not game numbers: they keep a
 * document small enough to compile within a request and to store in KV.
 */
import { MAX_DRAWS_BEFORE_GUARANTEE } from '../domain/draw.ts';
import {
  MAX_AMOUNT,
  MAX_QUANTITY,
  MAX_SHOWN_TEXT,
  MAX_STATS,
  MAX_TITLE,
  PATTERNS,
} from '../domain/values.ts';

export { MAX_AMOUNT, MAX_DRAWS_BEFORE_GUARANTEE, MAX_QUANTITY, MAX_SHOWN_TEXT, MAX_STATS, MAX_TITLE };

/** Size of the canonical JSON in UTF-8. */
export const MAX_DOCUMENT_BYTES = 256 * 1024;
export const MAX_RESOURCES = 1000;
export const MAX_CLAIM_TYPES = 500;
export const MAX_REWARDS_PER_CLAIM = 32;
export const MAX_FACTS_PER_CLAIM = 16;
/** Bounds a stat's `base` and `perPoint`. Even with millions of points the maximum stays exact in JSON. */
export const MAX_STAT = 1_000_000;
/** Facts in `onceFor`. */
export const MAX_SOURCE_FACTS = 3;
export const MAX_COUNTERS = 200;
export const MAX_STREAKS = 50;
/** The periods that a player may miss in a row. */
export const MAX_GRACE = 30;
/** The longest streak that has rewards of its own, and how many lengths may have some. */
export const MAX_STREAK = 10_000;
export const MAX_STREAK_ROWS = 32;
/** Applies to each of a claim type's `requiresProgress` and `advances`. */
export const MAX_COUNTERS_PER_CLAIM = 16;
export const MAX_STRING_VALUES = 64;
export const MAX_LEVEL = 1000;
export const MAX_LEVEL_GRANTS = 16;
export const MAX_DAMAGE_TYPES = 64;
export const MAX_TIERS = 100;
/** One year. Model anything slower as a calendar claim. */
export const MAX_INTERVAL_SECONDS = 31_536_000;
export const MAX_EXCHANGES = 500;
/** Applies to each of an exchange's `costs`, `gives` and `draws`. */
export const MAX_EXCHANGE_ENTRIES = 16;
/** How many ways to pay an exchange has, and how many options. */
export const MAX_PRICES = 8;
export const MAX_OPTIONS = 32;
/** Draws of one request, over all tables. Each draw is rolled, checked and stored with the claim. */
export const MAX_DRAWS = 100;
export const MAX_DRAW_TABLES = 200;
export const MAX_SEASONS = 64;
export const MAX_PAYOUTS = 200;
export const MAX_BREAKERS = 50;
/** Claim types and exchanges that one breaker names. */
export const MAX_TYPES_OF_BREAKER = 64;
/** Of one rank table. */
export const MAX_RANK_ROWS = 100;
/** A year. */
export const MAX_ACCOUNT_AGE_HOURS = 8_760;
export const MAX_SHARED_LIMITS = 500;
/** Limits that one claim type or exchange shares with others. */
export const MAX_SHARED_LIMITS_OF_ONE = 8;
export const MAX_OUTCOMES = 100;
export const MAX_OUTCOME_ENTRIES = 16;
/** Of one table, in the order of priority. */
export const MAX_GUARANTEES = 8;
/** Alternatives of all draws of one request: each is rolled, although one per draw is taken. */
export const MAX_WAYS_TO_DRAW = 1000;
/** The sum of the weights of a full table stays below the number of values that a roll can take. */
export const MAX_WEIGHT = 1_000_000;
export const MAX_TEXT = 500;
export const MAX_FORMULA = 500;
export const MAX_TAGS = 16;
export const MAX_SORT = 1_000_000;
export const MAX_IMAGE = 500;
/** Messages of the inbox. */
export const MAX_MESSAGES = 500;
/** A path on the game's own host, or an https URL: nothing that a browser would run. */
export const IMAGE = /^(?:https:\/\/[a-z0-9.-]+(?::\d{1,5})?)?\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*$/;
/** Language, script and region of BCP 47 in their usual spelling, so that one language has one tag. */
export const LANGUAGE = PATTERNS.language.expression;
/** Requirements of a claim type or exchange. */
export const MAX_REQUIREMENTS = 8;
/** Attributes of players that tokens carry. */
export const MAX_ATTRIBUTES = 8;

/** `lumees`, or with a kind: `shards:fire`. Excludes `constructor`, a property that every JavaScript object inherits. */
export const RESOURCE_NAME = /^(?!constructor$)[a-z][a-z0-9_]*(:[a-z0-9_]+)?$/;
export const MAX_RESOURCE_NAME = 64;
export const CLAIM_TYPE_NAME = PATTERNS.claimType.expression;
export const FACT_NAME = PATTERNS.factName.expression;
export const STAT_NAME = PATTERNS.statName.expression;
export const STRING_VALUE = /^[A-Za-z0-9_.:-]{1,64}$/;
/** The key of a text that players read. */
export const TEXT_KEY = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;
export const MAX_TEXT_KEY = 64;
export const TIER_NAME = /^[A-Za-z][A-Za-z0-9 _-]{0,31}$/;

/**
 * Defaults apply to fields that a valid document leaves out. They never replace a missing or invalid document.
 * A stat's maximum is base + perPoint × points spent on it.
 */
export const STAT_DEFAULTS = { base: 100, perPoint: 10 } as const;

/** Default of `manualRewards.limitPerReward`: the largest manual reward, in value. */
export const MANUAL_LIMIT_DEFAULT = 10_000;
/** Units of the other resource for each unit that a ceiling converts. */
export const MAX_RATE = 1_000_000;
/** Of one unit, against the limits of staff. */
export const MAX_VALUE = 1_000_000_000;
