/** What a consumer has accepted, compared with the ledger: each claim at least once, of each player in order. */
import { readFile } from 'node:fs/promises';
import { withClient } from '../../cli/connect.ts';

interface Accepted {
  readonly id: string;
  readonly player: string;
  readonly number: number;
  readonly counterparty: string | null;
  readonly counterpartyNumber: number | null;
}

export interface Received {
  /** In the order in which they were accepted, with repetitions. */
  readonly accepted: readonly Accepted[];
  /** Messages whose signature was wrong. */
  readonly refused: readonly string[];
}

export async function readReceived(file: string): Promise<Received> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  const read = lines.map((line) => JSON.parse(line) as Accepted | { readonly refused: string });
  return {
    accepted: read.filter((one): one is Accepted => 'id' in one),
    refused: read.flatMap((one) => ('refused' in one ? [one.refused] : [])),
  };
}

const MOST_FAULTS = 20;

/** `events`: how many claims of players there are. */
export async function faultsOf(
  ownerDatabaseUrl: string,
  { accepted, refused }: Received,
): Promise<{ readonly events: number; readonly faults: readonly string[] }> {
  const faults = refused.map((id) => `the signature of ${id} was not valid`);
  /** By player, the numbers under which events name them, each at its first time. */
  const numbers = new Map<string, number[]>();
  const ids = new Map<string, string>();
  for (const { id, player, number, counterparty, counterpartyNumber } of accepted) {
    const place = `${player} ${number}`;
    if (ids.get(id) === place) continue;
    if (ids.has(id)) faults.push(`${id} is the ID of ${ids.get(id)} and of ${place}`);
    ids.set(id, place);
    add(numbers, player, number);
    if (counterparty !== null && counterpartyNumber !== null) add(numbers, counterparty, counterpartyNumber);
  }
  const { events, players } = await readLedger(ownerDatabaseUrl);
  if (ids.size !== events) faults.push(`${events} claims, and ${ids.size} events were accepted`);
  for (const { id, number } of players) {
    const got = numbers.get(id) ?? [];
    const wrong = got.findIndex((one, index) => one !== index + 1);
    if (wrong >= 0) faults.push(`${id} got number ${got[wrong]} as event ${wrong + 1}`);
    if (got.length !== number) faults.push(`${id} has ${number} claims, and ${got.length} events name them`);
  }
  return { events, faults: faults.slice(0, MOST_FAULTS) };
}

function add(numbers: Map<string, number[]>, player: string, number: number): void {
  const got = numbers.get(player);
  if (got) got.push(number);
  else numbers.set(player, [number]);
}

async function readLedger(ownerDatabaseUrl: string) {
  return await withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS events FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
        WHERE a.kind = 1`,
    );
    const { rows: players } = await client.query(
      'SELECT id, number FROM onceward.actors WHERE kind = 1 AND number > 0',
    );
    return { events: rows[0].events as number, players: players as { id: string; number: number }[] };
  });
}
