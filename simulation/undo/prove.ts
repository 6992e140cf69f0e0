/**
 * The proof of undo: thousands of claims under a wrong formula are undone in steps that die at random, and the result is compared with
 * single reversals in a copy of the database, newest first, and with a world in which the claims never were.
 */
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import type { Intent } from '../../src/domain/decide.ts';
import { decideApproveProposal } from '../../src/domain/proposals.ts';
import { decideReverseClaim } from '../../src/domain/reverse-claim.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import type { DecidedAction } from '../../src/domain/staff-action.ts';
import { decideCreateUndo, decideOnUndo, RUN_UNDO, undoTemplate } from '../../src/domain/undo.ts';
import { constrained } from '../../src/domain/values.ts';
import { commitOperation } from '../../src/ledger/commit-operation.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';
import { Random } from '../random.ts';
import { act, intentOf } from './actions.ts';
import { balancesOf, History, play, type Sizes, stateOf } from './history.ts';
import {
  addMembers,
  type Copy,
  copyDatabase,
  copyNamed,
  type Mode,
  type Place,
  publish,
  STAFF,
} from './world.ts';

export interface ProofOptions extends Sizes {
  readonly seed: string;
  readonly mode: Mode;
  readonly ifInsufficient: 'refuse' | 'debt';
}

export interface Proof {
  /** How many claims were undone, and how many steps of that died. */
  readonly claims: number;
  readonly steps: number;
  readonly killed: number;
  /** Players whose ledger differs from that after single reversals. */
  readonly differFromSingle: readonly string[];
  /** Players who do not have what they would have without the claims, and those of them whom the report does not name. */
  readonly differFromWithout: readonly string[];
  readonly notReported: readonly string[];
  /** Players whom the report names. */
  readonly reported: readonly string[];
  /** What the dry run said, and what became of it. */
  readonly forecast: unknown;
  readonly result: unknown;
  readonly faults: readonly string[];
}

const REASON = constrained('Reason', 'the formula paid ten times too much');

/** The database must be new. It is left with copies for the comparison. */
export async function proveUndo(place: Place, options: ProofOptions): Promise<Proof> {
  const whole = copyNamed(place);
  await addMembers(whole);
  const empty = await copyDatabase(whole, 'empty');
  const { rules, wrongVersion } = await playAll(whole, options, false);
  const single = await copyDatabase(whole, 'single');
  await playAll(empty, options, true);

  const undone = await undoInSteps(whole, rules, { ...options, wrongVersion });
  await reverseOneByOne(single, rules, { ...options, wrongVersion });
  return withClient(whole.ownerDatabaseUrl, async (client) => {
    const without = await withClient(empty.ownerDatabaseUrl, balancesOf);
    const singly = await withClient(single.ownerDatabaseUrl, stateOf);
    const reported = await reportOf(client, undone.id);
    const differFromWithout = differing(await balancesOf(client), without);
    return {
      ...undone,
      differFromSingle: differing(await stateOf(client), singly),
      differFromWithout,
      notReported: differFromWithout.filter((player) => !reported.includes(player)),
      reported,
      faults: await faultsOf(client),
    };
  });
}

async function playAll(world: Copy, options: ProofOptions, skipWrong: boolean) {
  const history = new History(options.seed, options.mode, options);
  const database = world.open();
  let rules: BalanceRules | null = null;
  let wrongVersion = 0;
  for (const stage of ['before', 'wrong', 'after'] as const) {
    rules = await publish(world, options.mode, stage === 'wrong' ? 'wrong' : 'right');
    if (stage === 'wrong') wrongVersion = rules.version;
    for (let count = 0; count < options.rounds[stage]; count += 1)
      await play(database, rules, { players: history.players, ...history.drawRound(stage), skipWrong });
  }
  return { rules: rules as unknown as BalanceRules, wrongVersion };
}

interface Undoing extends ProofOptions {
  readonly wrongVersion: number;
}

async function undoInSteps(world: Copy, rules: BalanceRules, options: Undoing) {
  const database = world.open();
  const as = (id: string, decide: (intent: Intent) => DecidedAction) =>
    act(database, intentOf(id, rules), decide);
  const filter = {
    type: 'quest',
    configVersion: options.wrongVersion,
    from: null,
    until: null,
    server: null,
    players: null,
    campaign: null,
    ranking: null,
  };
  const request = { filter, ifInsufficient: options.ifInsufficient, reason: REASON };
  const { id } = (await as(STAFF.proposer, (intent) => decideCreateUndo(intent, request))) as { id: number };
  const random = new Random(`${options.seed}/kills`);
  const counts = await drive(world, rules, { id, random });
  const run = (intent: Intent) => decideOnUndo(RUN_UNDO, 'run')(intent, { undoId: id });
  const { proposalId, forecast } = (await as(STAFF.proposer, run)) as {
    proposalId: number;
    forecast: unknown;
  };
  await as(STAFF.approver, (intent) => decideApproveProposal(intent, { proposalId, reason: REASON }));
  await as(STAFF.proposer, run);
  const more = await drive(world, rules, { id, random });
  const record = await withClient(world.ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query('SELECT onceward.undo_json($1) AS undo', [id]);
    return rows[0].undo as { claims: number; state: string; result: unknown };
  });
  if (record.state !== 'done') throw new Error(`the undo is ${record.state}`);
  const { claims, result } = record;
  return {
    id,
    claims,
    forecast,
    result,
    steps: counts.steps + more.steps,
    killed: counts.killed + more.killed,
  };
}

/** Step after step. One in six dies before its commit, and of one in six the answer is lost. */
async function drive(
  world: Copy,
  rules: BalanceRules,
  { id, random }: { readonly id: number; readonly random: Random },
): Promise<{ readonly steps: number; readonly killed: number }> {
  const counts = { steps: 0, killed: 0 };
  await withClient(world.databaseUrl, async (client) => {
    for (;;) {
      counts.steps += 1;
      const template = JSON.stringify(encodeOperation(undoTemplate(intentOf('undo', rules)).operation));
      const fate = random.int(1, 6);
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT onceward.step_undo($1, $2, $3, $4) AS step', [
        CONTRACT_VERSION,
        id,
        template,
        [],
      ]);
      await client.query(fate === 1 ? 'ROLLBACK' : 'COMMIT');
      if (fate <= 2) {
        counts.killed += 1;
        continue;
      }
      const { kind } = rows[0].step as { kind: string };
      if (kind === 'stopped') return;
      if (kind !== 'stepped') throw new Error(`a step was ${JSON.stringify(rows[0].step)}`);
    }
  });
  return counts;
}

/** As a staff member would do it: each claim on its own, the newest of a player first. */
async function reverseOneByOne(world: Copy, rules: BalanceRules, options: Undoing): Promise<void> {
  const database = world.open();
  const claims = await withClient(world.ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT p.id, encode(p.handle, 'hex') AS handle, c.number
         FROM onceward.reward_claims c JOIN onceward.actors p ON p.no = c.player
        WHERE c.config_version = $1 AND c.claim_type = onceward.number_of(2, 'quest')
        ORDER BY c.player, c.number DESC`,
      [options.wrongVersion],
    );
    return rows as { id: string; handle: string; number: number }[];
  });
  for (const { id, handle, number } of claims) {
    const { operation } = decideReverseClaim(
      { ...intentOf(STAFF.proposer, rules), playerId: id },
      {
        claimId: constrained('ClaimId', encodeClaimId(handle, number)),
        reopen: false,
        quantity: null,
        reason: REASON,
        ifInsufficient: options.ifInsufficient,
      },
    );
    const { kind } = await commitOperation(database, operation, []);
    if (kind !== 'granted' && kind !== 'rejected') throw new Error(`a reversal was ${kind}`);
  }
}

async function reportOf(client: pg.Client, id: number): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT a.id FROM onceward.undo_players p JOIN onceward.actors a ON a.no = p.player
      WHERE p.undo = $1 AND p.differs IS NOT NULL`,
    [id],
  );
  return rows.map((row) => row.id as string);
}

async function faultsOf(client: pg.Client): Promise<string[]> {
  const faults: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { rows }: pg.QueryResult = await client.query('SELECT onceward.integrity_page($1, 2000) AS page', [
      after,
    ]);
    faults.push(...rows[0].page.faults.map((fault: unknown) => JSON.stringify(fault)));
    after = rows[0].page.next;
  }
  return faults;
}

function differing(some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...new Set([...some.keys(), ...others.keys()])].filter(
    (player) => (some.get(player) ?? '') !== (others.get(player) ?? ''),
  );
}
