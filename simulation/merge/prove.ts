/**
 * Merges guests into accounts while both claim, buy, give and use what they may have once, in pairs, chains, stars and into each other.
 * Several callers send each merge, backends are killed, and replies are lost. Then the receipts must agree with each other and with
 * the ledger (check.ts).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { RunningStack } from '../../dev/local-stack.ts';
import { Random } from '../random.ts';
import { LocalApi } from '../stack/local-api.ts';
import { inLocalStack, integrityFaults, killBackends } from '../stack/local-proof.ts';
import { check } from './check.ts';
import { MergeClients } from './clients.ts';
import { readLedger } from './ledger.ts';
import { configOf, drawGroup, type Group, keysOf, Requests } from './world.ts';

export interface MergeProofOptions {
  /** Of two or three players each. */
  readonly groups: number;
  /** Clients that send at the same time: a multiple of 4. */
  readonly clients: number;
  readonly seed: string;
  readonly log: (line: string) => void;
  /** Plants a bug before anything is sent. */
  readonly sabotage?: (ownerDatabaseUrl: string) => Promise<unknown>;
  /** How long the Worker's backends live between two kills, in milliseconds. */
  readonly killEveryMs: number;
}

export interface MergeProof {
  readonly merged: number;
  /** Requests with keys of their own, answers to them, those that were tried again, and replies that were lost. */
  readonly requests: number;
  readonly answers: number;
  readonly retried: number;
  readonly lost: number;
  /** Backends. */
  readonly killed: number;
  /** What is wrong; empty: nothing is. */
  readonly faults: readonly string[];
}

const PER_GROUP = 4;
const MAX_FAULTS = 20;
const EXAMPLE = join(import.meta.dirname, '../../config/balance.example.json');

export async function proveMerges(options: MergeProofOptions): Promise<MergeProof> {
  const config = async (dir: string) => {
    const file = join(dir, 'balance.json');
    await writeFile(file, JSON.stringify(configOf(JSON.parse(await readFile(EXAMPLE, 'utf8')))));
    return file;
  };
  const { log } = options;
  return inLocalStack({ name: 'merge', log, config }, (stack, owner) => prove(stack, owner, options));
}

async function prove(
  stack: RunningStack,
  owner: pg.Client,
  { groups, clients, seed, sabotage, killEveryMs }: MergeProofOptions,
): Promise<MergeProof> {
  await sabotage?.(stack.ownerDatabaseUrl);
  const api = await LocalApi.open(stack);
  const sender = new MergeClients(api);
  const random = new Random(`${seed}/merges`);
  const nemesis = killBackends(stack.ownerDatabaseUrl, killEveryMs);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < groups; index = next++)
      await play(sender, `${seed}-${index}`, index, random.fork(`group ${index}`));
  };
  await Promise.all(Array.from({ length: clients / PER_GROUP }, work));
  const killed = await nemesis.end();

  const entries = [...sender.journal.values()];
  const { merged, faults } = check(entries, await readLedger(owner));
  const { retried, lost } = api;
  return {
    ...{ merged, retried, lost, killed, requests: entries.length },
    answers: entries.reduce((sum, { answers }) => sum + answers.length, 0),
    faults: [...sender.failures, ...faults, ...(await integrityFaults(stack))].slice(0, MAX_FAULTS),
  };
}

/** One group: all merges and operations at once, merges that refused again, and then what must be refused. */
async function play(sender: MergeClients, name: string, index: number, random: Random): Promise<void> {
  const requests = new Requests(name);
  const group = drawGroup(name, index, random, requests);
  await sender.sendAll(group.opening, 1, random.fork('opening'));
  await sender.sendAll(group.load, PER_GROUP, random.fork('load'));
  const again = group.edges.map((edge) => requests.merge(edge, 'server', 'ACCOUNT_WINS'));
  await sender.sendAll(again, 1, random.fork('again'));
  await sender.sendAll(afterwards(group, requests), PER_GROUP, random.fork('afterwards'));
  // Known keys, also those of guests.
  const known = [...group.load, ...again].filter(() => random.chance(0.5));
  await sender.sendAll(known, PER_GROUP, random.fork('replays'));
}

/** Everything that exists once, by everybody: an account has it from its guests or gets it now, and a guest gets nothing. */
function afterwards({ name, players }: Group, requests: Requests) {
  const { cups, matches, rounds } = keysOf(name);
  return players.flatMap((player) => [
    ...cups.map((key) => requests.win(player, key)),
    ...matches.map((match) => requests.report(player, match, 3)),
    ...rounds.map((key) => requests.play(player, key, 2)),
    ...[requests.gift(player), requests.pack(player), requests.summon(player)],
    requests.announce(player, `${player}-late`),
    ...players.filter((other) => other !== player).map((other) => requests.give(player, other, 1)),
  ]);
}
