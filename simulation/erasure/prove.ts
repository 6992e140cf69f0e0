/**
 * Erases many of many players while clients go on claiming and giving, and then searches the archive, every table and the later log
 * lines for the old IDs. Each claim for which a client has a receipt must be in the ledger, once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { readRules } from '../../cli/import/current-rules.ts';
import type { RunningStack } from '../../dev/local-stack.ts';
import { Random } from '../random.ts';
import { fillWithClaims } from '../replay/fill.ts';
import { inLocalStack, integrityFaults, killBackends } from '../stack/local-proof.ts';
import { archiveClaimsOf, faultsOfArchive } from './archive.ts';
import { ErasureClients } from './clients.ts';

export interface ErasureProofOptions {
  /** A multiple of 50. */
  readonly players: number;
  readonly erased: number;
  readonly clients: number;
  readonly seed: string;
  readonly log: (line: string) => void;
  /** Plants a bug before the erasures begin. */
  readonly sabotage?: (owner: pg.Client, ownerDatabaseUrl: string) => Promise<unknown>;
  /** How long the Worker's backends live between two kills, in milliseconds; left out: none is killed. */
  readonly killEveryMs?: number;
}

export interface ErasureProof {
  readonly erased: number;
  /** Claims with a receipt that were made meanwhile, and requests that were tried again. */
  readonly claimed: number;
  readonly retried: number;
  /** Backends. */
  readonly killed: number;
  /** Rows that were searched. */
  readonly rows: number;
  readonly seconds: {
    readonly fill: number;
    readonly erase: number;
    readonly finish: number;
    readonly search: number;
  };
  /** What is wrong; empty: nothing is. */
  readonly faults: readonly string[];
}

const PER_PLAYER = 2;
const MAX_FAULTS = 20;

export async function proveErasure(options: ErasureProofOptions): Promise<ErasureProof> {
  const { log } = options;
  return inLocalStack({ name: 'erasure', log }, (stack, owner, lines) => prove(stack, owner, lines, options));
}

async function prove(
  stack: RunningStack,
  owner: pg.Client,
  lines: string[],
  { players, erased, clients, seed, log, sabotage, killEveryMs }: ErasureProofOptions,
): Promise<ErasureProof> {
  const time = stopwatch();
  const rules = await withClient(stack.ownerDatabaseUrl, readRules);
  const claims = players * PER_PLAYER;
  const filling = { databaseUrl: stack.databaseUrl, prefix: 'member', rules, perPlayer: PER_PLAYER };
  await fillWithClaims({ ...filling, claims, seed, log });
  await owner.query('VACUUM ANALYZE');
  const { rows: filled } = await owner.query(
    `SELECT id FROM onceward.players WHERE id LIKE 'member-%' ORDER BY id`,
  );
  const names = filled.map(({ id }) => id as string);
  const random = new Random(seed);
  const chosen = new Set<string>();
  while (chosen.size < erased) chosen.add(random.pick(names));
  const ids = [...chosen];
  const api = await ErasureClients.open(stack);
  const stays = names.find((id) => !chosen.has(id));
  if (stays === undefined) throw new Error('nobody stays who could have notes about those who leave');
  for (const [index, id] of ids.slice(0, 50).entries()) {
    await api.note(id, `${id} is a friend`, `${index}`);
    await api.note(stays, `${id} is a friend`, `of-who-stays-${index}`);
    await api.award(stays, `${id} is a friend`, `${index}`);
  }
  // Of every other player the claims are archived, also of the one whose claims name those who leave.
  const archived = names.filter((name, index) => name === stays || index % 2 === 0);
  const archive = await archiveClaimsOf(owner, archived, log);
  await sabotage?.(owner, stack.ownerDatabaseUrl);
  const fill = time();

  const load = api.load(clients, names, ids, random);
  const nemesis = killEveryMs === undefined ? null : killBackends(stack.ownerDatabaseUrl, killEveryMs);
  for (const [index, id] of ids.entries()) {
    await load.leave(id);
    await api.erase(id, `first-${index}`);
    if (index % 100 === 0) log(`${index} of ${erased} players are erased`);
  }
  await load.end();
  const killed = (await nemesis?.end()) ?? 0;
  // Who came with an old ID since is a new player.
  lines.length = 0;
  for (const [index, id] of ids.entries()) await api.erase(id, `second-${index}`);
  const erase = time();
  await finish(owner, log);
  const finished = time();

  const named = (text: string) => text.match(/member-\d+-\d+/g)?.find((id) => chosen.has(id));
  const ofArchive = await faultsOfArchive(owner, archive, {
    claims: archived.filter((name) => chosen.has(name)).length * PER_PLAYER,
    named,
  });
  const found = await search(owner, named, lines);
  const faults = [
    ...ofArchive,
    ...found.faults,
    ...(await integrityFaults(stack)),
    ...(await ledgerFaults(owner, api, ids)),
  ];
  return {
    ...{ erased, claimed: api.receipts.length, retried: api.retried, killed, rows: found.rows },
    seconds: { fill, erase, finish: finished, search: time() },
    faults: faults.slice(0, MAX_FAULTS),
  };
}

/** The seconds since it was last asked. */
function stopwatch(): () => number {
  let since = Date.now();
  return () => {
    const seconds = (Date.now() - since) / 1_000;
    since = Date.now();
    return seconds;
  };
}

async function finish(owner: pg.Client, log: (line: string) => void): Promise<void> {
  for (let steps = 1; ; steps += 1) {
    const { rows } = await owner.query('SELECT onceward.step_erasures() AS step');
    if (rows[0].step === 'idle') return;
    if (rows[0].step !== 'stepped') await sleep(50);
    if (steps % 100 === 0) log(`${steps} steps after the load`);
  }
}

/** Every table as a dump has it, line by line, and the log. */
async function search(
  owner: pg.Client,
  named: (text: string) => string | undefined,
  lines: readonly string[],
) {
  const faults: string[] = [];
  let searched = 0;
  const { rows: tables } = await owner.query(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'onceward'::regnamespace AND relkind = 'r' ORDER BY 1`,
  );
  for (const { name } of tables) {
    await owner.query('BEGIN');
    await owner.query(`DECLARE dump NO SCROLL CURSOR FOR SELECT t::text AS line FROM onceward.${name} t`);
    for (let more = true; more; ) {
      const { rows } = await owner.query('FETCH 10000 FROM dump');
      more = rows.length > 0;
      searched += rows.length;
      for (const { line } of rows)
        if (named(line)) faults.push(`${name} has ${named(line)}: ${line.slice(0, 400)}`);
    }
    await owner.query('COMMIT');
  }
  for (const line of lines)
    if (named(line)) faults.push(`a log line has ${named(line)}: ${line.slice(0, 400)}`);
  return { rows: searched, faults };
}

/** Each receipt is one claim, each player has a receipt of an erasure, and nobody claims under a number that is erased. */
async function ledgerFaults(
  owner: pg.Client,
  api: ErasureClients,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await owner.query(
    `SELECT (SELECT count(*) FROM onceward.reward_claims c JOIN onceward.names n ON n.kind = 2 AND n.no = c.claim_type
              WHERE n.name = 'tournament_reward')::int AS wins,
            (SELECT count(*) FROM onceward.erasures WHERE state = 'done')::int AS done,
            (SELECT count(*) FROM onceward.erasures WHERE state <> 'done')::int AS open,
            (SELECT count(*) FROM onceward.erasures e JOIN onceward.reward_claims c
                 ON (c.player = e.player AND c.number > e.claims_to)
                 OR (c.counterparty = e.player AND c.counterparty_number > e.claims_to))::int AS late`,
  );
  const { wins, done, open, late } = rows[0];
  return [
    ...(wins === api.receipts.length ? [] : [`there are ${wins} claims for ${api.receipts.length} receipts`]),
    ...(done >= ids.length ? [] : [`${done} of ${ids.length} erasures are done`]),
    ...(open === 0 ? [] : [`${open} erasures are not done`]),
    ...(late === 0 ? [] : [`${late} claims are under the number of a player who was erased before`]),
  ];
}
