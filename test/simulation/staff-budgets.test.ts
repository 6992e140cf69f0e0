// What servers give back of a staff member's budget has no audit row: it is put between the rows where its time belongs.
import { expect, test } from 'vitest';
import type { AuditRow, ClaimRow, Rows } from '../../simulation/invariants/rows.ts';
import { checkStaff } from '../../simulation/invariants/staff.ts';
import { Tally } from '../../simulation/invariants/tally.ts';

const MEMBER = 'temp';
const PLAYER = 'hot';
const AWARD = 'claim-1';

/** A granted claim of the player, with the number that it made. */
function claimOf(number: number, claimedAt: number, rest: Partial<ClaimRow> = {}): ClaimRow {
  return {
    id: `claim-${number}`,
    player: PLAYER,
    operation: 'claimReward',
    type: 'pve_victory',
    key: `key-${number}`,
    idempotencyKey: `idempotency-key-${number}`,
    outcome: 'granted',
    actorKind: 'staff',
    actorId: MEMBER,
    configVersion: 1,
    amountsVersion: null,
    correlationId: `correlation-${number}`,
    sentCorrelationId: `correlation-${number}`,
    number,
    version: number,
    draws: [],
    units: 1,
    generation: 0,
    counterparty: null,
    claimedAt,
    becamePending: false,
    row: {},
    ...rest,
  };
}

function reversalByServer(number: number, claimedAt: number, reopen: boolean): ClaimRow {
  const by = { actorKind: 'server', actorId: 'server' };
  const row = { input: { reopen } };
  return claimOf(number, claimedAt, { ...by, operation: 'reverseClaim', type: 'reversal', key: AWARD, row });
}

function auditOf(claim: ClaimRow, amount: number, spentBefore: number): AuditRow {
  const { actorId, operation: action, outcome, player, number, correlationId } = claim;
  return { actorId, action, outcome, player, number, correlationId, amount, spentBefore };
}

/** What the checks say of the budget, if its counter shows `used` after `awards` awards. */
function findings(claims: readonly ClaimRow[], audit: readonly AuditRow[], used: number, awards: number) {
  const counter = { kind: 'staff', subject: MEMBER, day: '1970-01-01' } as const;
  const rows = {
    claims,
    audit,
    entries: [],
    limitCounters: [
      { ...counter, name: 'staff:budget', used },
      { ...counter, name: 'staff:awards', used: awards },
    ],
  };
  const tally = new Tally();
  checkStaff(tally, rows as unknown as Rows);
  return tally.findings.map(({ what }) => what);
}

test.each([
  ['before the next award', 20],
  ['at the same time as the next award, in one batch', 30],
])('a claim of staff that a server reopened %s gives its amount back', (_, at) => {
  const [award, next] = [claimOf(1, 10), claimOf(3, 30)];
  const claims = [award, reversalByServer(2, at, true), next];
  expect(findings(claims, [auditOf(award, 58, 0), auditOf(next, 7, 0)], 7, 1)).toEqual([]);
});

test('what a server reopened in one batch with its award comes after the award', () => {
  const [award, next] = [claimOf(1, 10), claimOf(3, 10)];
  const claims = [award, reversalByServer(2, 10, true), next];
  expect(findings(claims, [auditOf(award, 58, 0), auditOf(next, 7, 0)], 7, 1)).toEqual([]);
});

test('a claim of staff that a server reopened after the last award counts no more', () => {
  const [award, next] = [claimOf(1, 10), claimOf(2, 20)];
  const claims = [award, next, reversalByServer(3, 30, true)];
  expect(findings(claims, [auditOf(award, 58, 0), auditOf(next, 7, 58)], 7, 1)).toEqual([]);
});

test.each([
  ['that was not reopened counts as used', false, 0, 'an award of 7 by temp found 0 spent, it was 58'],
  ['that was reopened counts no more', true, 58, 'an award of 7 by temp found 58 spent, it was 0'],
])('a claim of staff %s', (_, reopen, spent, what) => {
  const [award, next] = [claimOf(1, 10), claimOf(3, 30)];
  const claims = [award, reversalByServer(2, 20, reopen), next];
  const used = reopen ? [7, 1] : [65, 2];
  const audit = [auditOf(award, 58, 0), auditOf(next, 7, spent)];
  expect(findings(claims, audit, ...(used as [number, number]))).toEqual([what]);
});
