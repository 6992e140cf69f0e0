import { expect, test } from 'vitest';
import { checkLog, LogLines } from '../../simulation/invariants/log.ts';
import { Tally } from '../../simulation/invariants/tally.ts';
import type { CommitPath } from '../../simulation/schedule/lane-faults.ts';
import { validHistory } from './valid-history.ts';

const { attempts, log: codes } = validHistory();

/** The number of violations if every line of the valid history has these fields, too. */
function violations(path: CommitPath, fields: object): number {
  const log = new LogLines();
  for (const [correlationId, code] of Object.entries(codes))
    log.add(JSON.stringify({ correlationId, code, ...fields }));
  const tally = new Tally();
  checkLog(tally, attempts, { log, path });
  return tally.findings.length;
}

const PASSAGE = { lane: 0, batch: 1, queuedMs: 0 };

test('a line names the lane, the size of the batch and the wait if the operation went through a lane', () => {
  expect(violations('lanes', PASSAGE)).toBe(0);
  expect(violations('direct', {})).toBe(0);
});

test.each([
  ['direct', PASSAGE],
  ['direct', { batch: 1 }],
  ['lanes', {}],
  ['lanes', { lane: 0 }],
  ['lanes', { lane: 0, batch: 1 }],
  ['lanes', { ...PASSAGE, lane: -1 }],
  ['lanes', { ...PASSAGE, lane: 4 }],
  ['lanes', { ...PASSAGE, batch: 0 }],
  ['lanes', { ...PASSAGE, queuedMs: -1 }],
] as const)('a line of an operation sent through %s may not have %j', (path, fields) => {
  expect(violations(path, fields)).toBeGreaterThan(0);
});
