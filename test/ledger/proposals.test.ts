// Approvals: what one staff member proposes, another approves, and is executed once.
import { describe, expect, test } from 'vitest';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh, ownOperation } from '../support/ledger/operations.ts';

const { app, owner, addStaff } = openLedger();

const DIGEST = 'a'.repeat(64);
const one = async (text: string, values: unknown[]) => (await owner.query(text, values)).rows[0];

async function propose(by: string, over: { subject?: string; digest?: string; valid?: string } = {}) {
  const { subject = fresh('subject'), digest = DIGEST, valid = '7 days' } = over;
  const { no } = await one(
    `SELECT onceward.propose('test', $1, $2, 'reward:manual', '{"players": 3}',
              onceward.register_actor('staff', $3), $4::interval) AS no`,
    [subject, digest, by, valid],
  );
  return { no: Number(no), subject };
}

/** What the kernel answers to an action on a proposal. */
async function act(by: string, kind: string, proposalId: number, over: object = {}) {
  const { rows } = await app.query(
    `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs
      WHERE effective_from <= clock_timestamp() ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  const operation = {
    ...ownOperation(by, { permission: 'proposal:decide', reason: 'checked', input: { proposalId } }),
    ...rows[0],
    ...over,
  };
  const result = await app.query(`SELECT onceward.commit_action($1, $2, $3, '{}') AS answer`, [
    CONTRACT_VERSION,
    JSON.stringify(operation),
    JSON.stringify({ kind, proposalId }),
  ]);
  const { answer, record } = result.rows[0].answer;
  return { ...answer.outcomes[0], record };
}
const approve = (by: string, no: number, over?: object) => act(by, 'proposal.approve', no, over);
const withdraw = (by: string, no: number) => act(by, 'proposal.withdraw', no);
const approvalOf = async (subject: string, digest = DIGEST) =>
  (await one(`SELECT onceward.approval_of('test', $1, $2) AS no`, [subject, digest])).no;
const execute = (no: number) => owner.query('SELECT onceward.execute_proposal($1)', [no]);
const rowOf = (no: number) => one('SELECT p.* FROM onceward.proposals p WHERE no = $1', [no]);

/** An economist who proposes and a support member who holds `reward:manual`. */
const people = async () => [await addStaff({ role: 'economist' }), await addStaff()] as const;

async function refused(by: string, no: number, why: string, kind = 'proposal.approve') {
  const before = await rowOf(no);
  expect(await act(by, kind, no)).toMatchObject({
    kind: 'rejected',
    rejection: { kind: 'proposal_refused', proposalId: no, why },
  });
  expect(await rowOf(no)).toEqual(before);
}

describe('a proposal', () => {
  test('is approved by another member, with an audit row, and executed once', async () => {
    const [economist, support] = await people();
    const { no, subject } = await propose(economist);
    expect(await approvalOf(subject)).toBeNull();
    const answer = await approve(support, no);
    expect(answer).toMatchObject({
      kind: 'granted',
      record: {
        id: no,
        state: 'approved',
        decidedBy: support,
        proposedBy: economist,
        summary: { players: 3 },
      },
    });
    expect(Number(await approvalOf(subject))).toBe(no);
    await execute(no);
    expect(await rowOf(no)).toMatchObject({ state: 'executed', executed_at: expect.any(Date) });
    expect(await approvalOf(subject)).toBeNull();
    await expect(execute(no)).rejects.toMatchObject({ code: '40001' });
    const { rows } = await owner.query(
      'SELECT action, outcome, reason, number FROM onceward.audit_by_name WHERE actor_id = $1',
      [support],
    );
    expect(rows).toEqual([{ action: 'claimReward', outcome: 'granted', reason: 'checked', number: 1 }]);
  });

  test('is replayed under its key, and a later key learns that it was approved', async () => {
    const [economist, support] = await people();
    const { no } = await propose(economist);
    const idempotency_key = fresh('key');
    expect(await approve(support, no, { idempotency_key })).toMatchObject({
      kind: 'granted',
      replayed: false,
    });
    const before = await rowOf(no);
    expect(await approve(support, no, { idempotency_key })).toMatchObject({
      kind: 'granted',
      replayed: true,
      record: { id: no, state: 'approved' },
    });
    expect(await rowOf(no)).toEqual(before);
    await refused(support, no, 'approved');
  });

  test('is not approved by the member who made it, whatever the role', async () => {
    const admin = await addStaff({ role: 'admin' });
    await refused(admin, (await propose(admin)).no, 'own');
  });

  test('is not approved by a role without the permission that it names', async () => {
    const [economist] = await people();
    await refused(await addStaff({ role: 'economist' }), (await propose(economist)).no, 'role');
  });

  test('is not approved by a member who may not decide about proposals, or is disabled', async () => {
    const [economist] = await people();
    const { no } = await propose(economist);
    const before = await rowOf(no);
    const auditor = await addStaff({ role: 'auditor' });
    expect(await approve(auditor, no)).toMatchObject({ kind: 'forbidden', why: 'role' });
    const gone = await addStaff({ disabled: true });
    expect(await approve(gone, no)).toMatchObject({ kind: 'forbidden', why: 'disabled' });
    expect(await rowOf(no)).toEqual(before);
  });

  test('that has expired is neither approved nor executed', async () => {
    const [economist, support] = await people();
    const { no, subject } = await propose(economist, { valid: '150 milliseconds' });
    const approved = await propose(economist, { valid: '400 milliseconds' });
    expect((await approve(support, approved.no)).kind).toBe('granted');
    await new Promise((resolve) => setTimeout(resolve, 450));
    await refused(support, no, 'expired');
    expect(await approvalOf(subject)).toBeNull();
    expect(await approvalOf(approved.subject)).toBeNull();
    const again = await propose(economist, { subject });
    expect(again.no).not.toBe(no);
    expect(await rowOf(no)).toMatchObject({ state: 'expired' });
  });

  test('is withdrawn by its maker or by somebody who could approve it, and by nobody else', async () => {
    const [economist, support] = await people();
    const [own, others] = [await propose(economist), await propose(economist)];
    await refused(await addStaff({ role: 'economist' }), own.no, 'role', 'proposal.withdraw');
    expect(await withdraw(economist, own.no)).toMatchObject({ record: { state: 'withdrawn' } });
    expect(await withdraw(support, others.no)).toMatchObject({ record: { state: 'withdrawn' } });
    await refused(support, own.no, 'withdrawn');
    await refused(economist, own.no, 'withdrawn', 'proposal.withdraw');
  });

  test('can be withdrawn after it was approved, and not after it was executed', async () => {
    const [economist, support] = await people();
    const { no, subject } = await propose(economist);
    await approve(support, no);
    await withdraw(economist, no);
    expect(await approvalOf(subject)).toBeNull();
    const other = await propose(economist);
    await approve(support, other.no);
    await execute(other.no);
    await refused(economist, other.no, 'executed', 'proposal.withdraw');
  });

  test('of the same subject is found again, and one of another digest replaces it with its approval', async () => {
    const [economist, support] = await people();
    const first = await propose(economist);
    expect(await propose(economist, first)).toEqual(first);
    await approve(support, first.no);
    const changed = await propose(economist, { subject: first.subject, digest: 'b'.repeat(64) });
    expect(changed.no).not.toBe(first.no);
    expect(await rowOf(first.no)).toMatchObject({ state: 'withdrawn' });
    expect(await approvalOf(first.subject)).toBeNull();
  });

  test('that nobody made is rejected by its ID', async () => {
    const [, support] = await people();
    expect(await approve(support, 2 ** 40)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'unknown_record', record: 'proposal', id: 2 ** 40 },
    });
  });

  test('is approved once when sixteen members approve it at once', async () => {
    const [economist] = await people();
    const { no } = await propose(economist);
    const members = await Promise.all(Array.from({ length: 16 }, () => addStaff()));
    const answers = await Promise.all(members.map((member) => approve(member, no)));
    expect(answers.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(answers.filter(({ rejection }) => rejection?.why === 'approved')).toHaveLength(15);
  });
});

test.each<[string, object]>([
  ['a permission that the action does not need', { permission: 'ledger:read' }],
  ['a server', { actor_kind: 'server', permission: 'proposal:decide' }],
  ['a player', { player: 'p-1' }],
])('an action of %s fails, and nothing is written', async (_, over) => {
  const [economist, support] = await people();
  const { no } = await propose(economist);
  const before = await rowOf(no);
  await expect(approve(support, no, over)).rejects.toMatchObject({ code: '22023' });
  expect(await rowOf(no)).toEqual(before);
});
