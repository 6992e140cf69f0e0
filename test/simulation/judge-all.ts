/** All judges of a run over a history as it is, as run/run-seed.ts calls them over what it saw. */
import type { Attempt } from '../../simulation/clients/journal.ts';
import { judgeAcknowledged } from '../../simulation/invariants/acknowledged.ts';
import { type Finding, Tally } from '../../simulation/invariants/finding.ts';
import { judgeLedger, judgePoints, judgeRegeneration } from '../../simulation/invariants/ledger.ts';
import { judgeLog, LogLines } from '../../simulation/invariants/log.ts';
import { Observer } from '../../simulation/invariants/observer.ts';
import { judgeStaff } from '../../simulation/invariants/staff.ts';
import type { History } from '../../simulation/model/history.ts';
import { reenact } from '../../simulation/model/reenact.ts';
import { CONFIG, DAY, type Doctorable, operations, rules, world } from './sound-history.ts';

export function judgeAll({ attempts, reads, rows, log }: Doctorable): {
  findings: Finding[];
  unchecked: string[];
} {
  const tally = new Tally();
  const observer = new Observer(tally, { disabled: [], temp: world.staff.temp.id });
  for (const attempt of attempts.toSorted((a, b) => a.ended - b.ended)) observer.answered(attempt as Attempt);
  for (const read of reads) observer.read(read as History['reads'][number]);
  const rulesOf = (version: number) => (version === CONFIG ? rules : undefined);
  const history = {
    attempts,
    reads,
    rows,
    world,
    rulesOf,
    daysBetween: () => [DAY],
    operations,
  } as unknown as History;
  judgeLedger(tally, history.rows);
  judgeStaff(tally, history.rows);
  judgeAcknowledged(tally, { attempts: history.attempts, rows: history.rows });
  judgePoints(tally, history.rows, rulesOf);
  judgeRegeneration(tally, history.rows, [rules]);
  reenact(tally, history);
  const lines = new LogLines();
  for (const [correlationId, code] of Object.entries(log))
    lines.take(JSON.stringify({ correlationId, code }));
  judgeLog(tally, history.attempts, lines);
  return { findings: tally.findings, unchecked: tally.unchecked() };
}
