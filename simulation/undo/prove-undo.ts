/** `npm run prove:undo`: proves that an undo of many claims equals single reversals, and names where a world without them differs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, parseCommandLine } from '../../cli/command-line.ts';
import { startDatabase } from '../../dev/database.ts';
import { faultsOf } from './findings.ts';
import { type Proof, type ProofOptions, proveUndo } from './prove.ts';

const HELP = `npm run prove:undo -- [options]

Undoes the claims of a wrong formula in steps that die at random, and compares every player with single reversals and with
a world without the claims. Exits with status 1 if they differ where they must not.

  --players N   players; each makes about ten wrong claims (default 2900: 20,000 claims)
  --seed TEXT   what the history is drawn from (default undo)`;

/** Of ten rounds under the wrong formula, a player spends seven on the claim. */
const ROUNDS = { before: 4, wrong: 10, after: 6 };

async function main(): Promise<void> {
  const { values } = parseCommandLine({
    help: HELP,
    options: {
      players: { type: 'string', default: '2900' },
      seed: { type: 'string', default: 'undo' },
    },
  });
  const sizes = { players: Number(values.players), rounds: ROUNDS, seed: values.seed };
  const cases: readonly Pick<ProofOptions, 'mode' | 'ifInsufficient'>[] = [
    { mode: 'clean', ifInsufficient: 'refuse' },
    { mode: 'wild', ifInsufficient: 'debt' },
    { mode: 'wild', ifInsufficient: 'refuse' },
  ];
  let failed = false;
  for (const one of cases) {
    const began = performance.now();
    const proof = await inNewDatabase({ ...sizes, ...one });
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.log(`${one.mode}, ${one.ifInsufficient} (${seconds} s): ${summary(proof)}`);
    failed ||= faultsOf(proof, one.mode).length > 0;
  }
  if (failed) throw new Error('The undo is not what it must be: see the numbers above.');
}

async function inNewDatabase(options: ProofOptions): Promise<Proof> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-undo-'));
  const database = await startDatabase({ dir, settings: { fsync: 'off', synchronous_commit: 'off' } });
  try {
    return await proveUndo({ ...database, neonEndpoint: database.endpoint.url }, options);
  } finally {
    await database.stop();
    await database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

function summary(proof: Proof): string {
  const { claims, steps, killed, differFromSingle, differFromWithout, notReported, reported, faults } = proof;
  return [
    `${claims} claims in ${steps} steps, of which ${killed} died`,
    `${differFromSingle.length} players differ from single reversals`,
    `${differFromWithout.length} from a world without the claims, ${notReported.length} of them not reported`,
    `${reported.length} reported`,
    `${faults.length} faults`,
    `dry run ${JSON.stringify(proof.forecast)}`,
    `result ${JSON.stringify(proof.result)}`,
  ].join('; ');
}

await main().catch(fail);
