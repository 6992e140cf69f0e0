/** Changes of staff and roles for tests of the kernel, in a database of the test file's own. */
import { afterAll, beforeAll, expect } from 'vitest';
import { CONTRACT_VERSION } from '../../../src/ledger/kernel-contract.ts';
import { type Ledger, openLedger, underCurrentConfig } from './ledger.ts';
import { award, fresh, give, operation, ownOperation } from './operations.ts';
import { startOwnDatabase } from './own-database.ts';

export interface Action {
  readonly kind: string;
  readonly [argument: string]: unknown;
}
export const NONE = { rewardLimit: null, dailyBudget: null, resources: [] };
export const named = (what: string) => fresh(what).replaceAll('-', '_');
export const limitsOf = (member: string, over: object) => ({
  kind: 'staff.limits',
  member,
  limits: { ...NONE, ...over },
});

const PERMISSIONS = {
  staff: 'staff:manage',
  note: 'note:write',
  proposal: 'proposal:decide',
  player: 'player:erase',
} as const;

/** What the kernel answers to an action, with the record. `over` changes the operation. */
async function actWith(ledger: Ledger, by: string, action: Action, over: object) {
  const permission = PERMISSIONS[action.kind.split('.')[0] as keyof typeof PERMISSIONS];
  const [sent] = await underCurrentConfig(ledger.app, [
    ownOperation(by, { permission, reason: 'a reason', input: action, ...over }),
  ]);
  const { rows } = await ledger.app.query(`SELECT onceward.commit_action($1, $2, $3, '{}') AS answer`, [
    CONTRACT_VERSION,
    JSON.stringify(sent),
    JSON.stringify({ reason: 'a reason', ...action }),
  ]);
  const { answer, record } = rows[0].answer;
  return { ...answer.outcomes[0], record };
}

/** Everything that actions on staff can change. */
async function everythingOf({ owner }: Ledger): Promise<unknown> {
  const { rows } = await owner.query(`
    SELECT (SELECT json_agg(s ORDER BY actor) FROM onceward.staff s) AS staff,
           (SELECT json_agg(l ORDER BY actor, resource, takes) FROM onceward.staff_limits l) AS limits,
           (SELECT json_agg(r ORDER BY name) FROM onceward.roles r) AS roles,
           (SELECT json_agg(p ORDER BY role, permission) FROM onceward.role_permissions p) AS permissions,
           (SELECT json_agg(p ORDER BY no) FROM onceward.proposals p) AS proposals`);
  return rows[0];
}

export function openStaffChanges() {
  let ledger: Ledger;
  let database: Awaited<ReturnType<typeof startOwnDatabase>>;
  beforeAll(async () => {
    database = await startOwnDatabase({ lock_timeout: '60s', statement_timeout: '60s' });
    ledger = openLedger(database);
  });
  afterAll(async () => {
    await ledger?.close();
    await database?.stop();
  });
  const query = async (text: string, values: unknown[] = []) => (await ledger.owner.query(text, values)).rows;

  const act = (by: string, action: Action, over: object = {}) => actWith(ledger, by, action, over);
  const everything = () => everythingOf(ledger);

  async function refused(by: string, action: Action, expected: object) {
    const before = await everything();
    expect(await act(by, action)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'staff_refused', ...expected },
    });
    expect(await everything()).toEqual(before);
  }

  /** A role with exactly these permissions, made without the kernel, and a member of it. */
  async function memberWith(...permissions: string[]): Promise<{ id: string; role: string }> {
    const role = named('role');
    await query('INSERT INTO onceward.roles (name) VALUES ($1)', [role]);
    await query('SELECT onceward.set_permissions($1, $2)', [role, permissions]);
    return { id: await ledger.addStaff({ role: role as 'admin' }), role };
  }

  async function awardOf(staff: string, amount: number, resource = 'gold') {
    const player = fresh('player');
    await ledger.commit(operation({ player, postings: [] }));
    const postings = [give(resource, amount)];
    return ledger.commit({ ...award(staff, amount), player, postings, resources: [resource] });
  }

  /** Runs what must wait for these members, lets all of it wait, and then go on at once. */
  async function atOnce<T>(ids: readonly string[], run: () => Promise<T>): Promise<T> {
    const holder = await ledger.owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.actors WHERE id = ANY ($1) AND kind = 3 FOR UPDATE', [ids]);
    const running = run();
    await new Promise((resolve) => setTimeout(resolve, 250));
    await holder.query('COMMIT');
    holder.release();
    return running;
  }

  return {
    atOnce,
    query,
    act,
    everything,
    refused,
    memberWith,
    awardOf,
    place: () => ({ database, ledger }),
    appPool: () => ledger.app,
    ownerPool: () => ledger.owner,
    app: (text: string, values: unknown[]) => ledger.app.query(text, values),
    commit: ((sent) => ledger.commit(sent)) as Ledger['commit'],
    addStaff: ((options) => ledger.addStaff(options)) as Ledger['addStaff'],
    admin: () => ledger.addStaff({ role: 'admin' }),
    approve: (by: string, proposalId: number) => act(by, { kind: 'proposal.approve', proposalId }),
  };
}
