/**
 * Every bound and name pattern of the balance config in one place. None of them is a game number: they keep a document
 * small enough to read, to compile within a request, and to hold in KV.
 */
import { MAX_DRAWS_BEFORE_GUARANTEE } from '../domain/draw.ts';
import { MAX_QUANTITY } from '../domain/exchange.ts';
import { MAX_AMOUNT } from '../domain/operation.ts';
import { PATTERNS } from '../domain/values.ts';

export { MAX_AMOUNT, MAX_DRAWS_BEFORE_GUARANTEE, MAX_QUANTITY };

/** Of the canonical JSON, in bytes of UTF-8. */
export const MAX_DOCUMENT_BYTES = 256 * 1024;
export const MAX_RESOURCES = 1000;
export const MAX_CLAIM_TYPES = 500;
export const MAX_REWARDS_PER_CLAIM = 32;
export const MAX_FACTS_PER_CLAIM = 16;
/** Of a stat's base and of what a point adds: millions of points still make a maximum that is exact in JSON. */
export const MAX_STAT = 1_000_000;
/** Facts that together name the source of a reward (`onceFor`): joined, they fit the ledger's key. */
export const MAX_SOURCE_FACTS = 3;
export const MAX_STRING_VALUES = 64;
export const MAX_LEVEL = 1000;
export const MAX_LEVEL_GRANTS = 16;
export const MAX_TIERS = 100;
/** A year: what comes back more slowly is a calendar claim. */
export const MAX_INTERVAL_SECONDS = 31_536_000;
export const MAX_EXCHANGES = 500;
/** Resources that one exchange costs, those that it gives, and tables that it draws from: so many of each. */
export const MAX_EXCHANGE_ENTRIES = 16;
/** That one request makes, all tables together: each is rolled, judged and kept with the claim. */
export const MAX_DRAWS = 100;
export const MAX_DRAW_TABLES = 200;
export const MAX_OUTCOMES = 100;
export const MAX_OUTCOME_ENTRIES = 16;
/** The weights of a full table still add up to what a roll can tell apart. */
export const MAX_WEIGHT = 1_000_000;
export const MAX_TEXT = 500;
export const MAX_FORMULA = 500;

/**
 * Resources: `lumees`, or a kind of one: `shards:fire`. None may bear the one name of this shape that every object has.
 */
export const RESOURCE_NAME = /^(?!constructor$)[a-z][a-z0-9_]*(:[a-z0-9_]+)?$/;
export const MAX_RESOURCE_NAME = 64;
export const CLAIM_TYPE_NAME = PATTERNS.claimType.expression;
export const FACT_NAME = PATTERNS.factName.expression;
export const STRING_VALUE = /^[A-Za-z0-9_.:-]{1,64}$/;
export const TIER_NAME = /^[A-Za-z][A-Za-z0-9 _-]{0,31}$/;

/** The ledger's own operations claim under these names; a config that reused one could block them. */
export const RESERVED_CLAIM_TYPES: readonly string[] = [
  'manual_reward',
  'spend_stat_points',
  'reversal',
  'transfer',
  'damage',
  'healing',
  'announcement',
  'import',
];
