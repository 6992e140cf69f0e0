/**
 * What a decision reads of a player before it is made: number, the balances that it names with what they regenerate from, and which
 * of the named source keys the player has. The caller of the operation is checked by the kernel, which alone answers from it.
 */
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { NeededFacts, PlayerSnapshot } from '../domain/player-facts.ts';
import type { SourceKey } from '../domain/rejections.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { milliseconds, numberOf, numberOfActor } from './read-names.ts';
import { anchorsJson, anchorsOf, balancesJson, regenerationRulesJson, ruleOf } from './read-player.ts';
import { isoTime } from './read-record.ts';
import { sourceKeys } from './state-tables.ts';
import { actors } from './tables.ts';

/** Null: nothing was granted to this player yet. */
export async function readFacts(
  { reads }: Database,
  playerId: string,
  needed: NeededFacts,
): Promise<PlayerSnapshot | null> {
  const [row] = await queryDatabase(async () => await factsStatement(reads, playerId, needed));
  if (!row) return null;
  const { number, since, at, balances, anchors, rules, held } = row;
  return {
    number,
    balances,
    anchors: anchorsOf(anchors),
    regenerationRules: rules.map(ruleOf),
    playerSince: isoTime(since),
    at: isoTime(at),
    held: needed.sourceKeys.filter((_, place) => held[place] === true),
  };
}

function factsStatement(reads: Reads, playerId: string, needed: NeededFacts) {
  const numbers = needed.resources.map((resource) => numberOf('resource', resource));
  return reads
    .select({
      number: actors.number,
      since: milliseconds(actors.createdAt),
      at: milliseconds(sql`greatest(clock_timestamp(), ${actors.updatedAt})`),
      balances: balancesJson(numbers),
      anchors: anchorsJson(numbers),
      rules: regenerationRulesJson(numbers),
      held: heldJson(needed.sourceKeys),
    })
    .from(actors)
    .where(and(eq(actors.no, numberOfActor('player', playerId)), isNotNull(actors.createdAt)));
}

/** In the order of the keys. A key that is given once in the whole game is held by the player who has it; a guest's by the account. */
function heldJson(keys: readonly SourceKey[]): SQL<boolean[]> {
  const k = sourceKeys;
  const held = keys.map(
    ({
      type,
      key,
    }) => sql`EXISTS (SELECT FROM unnest(${actors.no} || ${actors.mergedFrom}) AS p(no), ${k} WHERE ${k.scope} IN (0, p.no)
      AND ${k.resource} = ${numberOf('resource', type)} AND ${k.key} = ${key} AND ${k.player} = p.no)`,
  );
  return sql`${sql`json_build_array(${sql.join(held, sql`, `)})`}` as SQL<boolean[]>;
}
