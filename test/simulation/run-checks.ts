/** Runs all checks on a history, as run/run-seed.ts does at the end of a seed. */
import type { Attempt } from '../../simulation/clients/journal.ts';
import { checkAcknowledged } from '../../simulation/invariants/acknowledged.ts';
import { AnswerChecker } from '../../simulation/invariants/answers.ts';
import { checkEconomy } from '../../simulation/invariants/economy.ts';
import type { History } from '../../simulation/invariants/history.ts';
import { checkLedger, checkRegeneration, checkStatPoints } from '../../simulation/invariants/ledger.ts';
import { checkLog, LogLines } from '../../simulation/invariants/log.ts';
import { reexecute } from '../../simulation/invariants/reexecution.ts';
import { checkServers } from '../../simulation/invariants/servers.ts';
import { checkStaff } from '../../simulation/invariants/staff.ts';
import { checkDeadlocks, type Finding, Tally } from '../../simulation/invariants/tally.ts';
import { CONFIG, type MutableHistory, operations, rules, world } from './reference-service.ts';

export function runChecks({ attempts, reads, rows, log, sums }: MutableHistory): {
  findings: Finding[];
  unchecked: string[];
} {
  const tally = new Tally();
  const sent = attempts as Attempt[];
  const checker = new AnswerChecker(tally, { disabled: [], sent });
  for (const attempt of attempts.toSorted((a, b) => a.ended - b.ended)) checker.answered(attempt as Attempt);
  for (const read of reads) checker.read(read as History['reads'][number]);
  const rulesOf = (version: number) => (version === CONFIG ? rules : undefined);
  const history = {
    attempts,
    reads,
    rows,
    world,
    rulesOf,
    operations,
  } as unknown as History;
  checkLedger(tally, history.rows);
  checkStaff(tally, history.rows);
  checkAcknowledged(tally, { attempts: history.attempts, rows: history.rows });
  checkStatPoints(tally, history.rows, rulesOf);
  checkRegeneration(tally, history.rows, [rules]);
  checkServers(tally, history.rows, rulesOf);
  checkEconomy(tally, {
    before: new Map(),
    after: new Map(Object.entries(sums)),
    rows: history.rows,
  });
  reexecute(tally, history);
  const lines = new LogLines();
  for (const [correlationId, code] of Object.entries(log)) lines.add(JSON.stringify({ correlationId, code }));
  checkLog(tally, history.attempts, { log: lines, path: 'direct' });
  checkDeadlocks(tally, []);
  return { findings: tally.findings, unchecked: tally.unchecked() };
}
