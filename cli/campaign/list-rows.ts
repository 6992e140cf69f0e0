/** Rows of a list as files have them, CSV or JSON lines, and what is wrong with one. It reads no file: the console uses it too. */
import { PATTERNS } from '../../src/domain/values.ts';

export interface Row {
  readonly playerId: string;
  readonly item?: string;
  readonly gives?: readonly { readonly resource: string; readonly amount: number }[];
}

/** A row as it was found, unchecked. */
export interface Given {
  readonly line: number;
  readonly player: unknown;
  readonly item: unknown;
  readonly gives: Readonly<Record<string, unknown>>;
}

/** A record of CSV, by column. Columns besides `player` and `item` are resources; an empty amount is none. */
export function givenOfRecord(record: Readonly<Record<string, string>>, line: number): Given {
  const { player, item, ...amounts } = record;
  const gives = Object.entries(amounts).flatMap(([name, amount]) =>
    amount === '' ? [] : [[name, Number(amount)] as const],
  );
  return { line, player, item: item === '' ? undefined : item, gives: Object.fromEntries(gives) };
}

/** A line of JSON lines; null: it is no object. */
export function givenOfJson(content: string, line: number): Given | null {
  try {
    const { player, item, gives = {} } = JSON.parse(content);
    return { line, player, item, gives };
  } catch {
    return null;
  }
}

/** Checks the rows of one file, in their order: a player is named once. Answers with the row, or what is wrong with it. */
export function rowChecker(): (given: Given) => Row | string {
  const firstLines = new Map<string, number>();
  return (given) => {
    const found = rowOf(given);
    if (typeof found === 'string') return found;
    const first = firstLines.get(found.playerId);
    if (first !== undefined) return `names the player of line ${first}`;
    firstLines.set(found.playerId, given.line);
    return found;
  };
}

function rowOf({ player, item, gives }: Given): Row | string {
  if (typeof player !== 'string' || !PATTERNS.playerId.expression.test(player))
    return `player must be ${PATTERNS.playerId.expected}`;
  if (item !== undefined && (typeof item !== 'string' || !PATTERNS.claimKey.expression.test(item)))
    return `item must be ${PATTERNS.claimKey.expected}`;
  const amounts = Object.entries(gives ?? {});
  const wrong = amounts.find(([, amount]) => !Number.isSafeInteger(amount) || (amount as number) < 1);
  if (wrong) return `${wrong[0]} must be a whole number from 1`;
  return {
    playerId: player,
    ...(item !== undefined && { item }),
    ...(amounts.length > 0 && {
      gives: amounts.map(([resource, amount]) => ({ resource, amount: amount as number })),
    }),
  };
}
