/** Lists and campaigns for tests of the kernel: actions of staff, and the calls of the Worker that drive a campaign. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { StaffPermission } from '../../../src/domain/actor.ts';
import { CONTRACT_VERSION, type KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { granted, type Ledger } from './ledger.ts';
import { fresh, give, operation, ownOperation } from './operations.ts';

export const named = (what: string) => `${what}_${randomUUID().replaceAll('-', '_')}`;

export const rowsOf = (players: readonly string[], over: object = {}) =>
  players.map((player) => ({ player, ...over }));

const permissionOf = (kind: string) => `${kind.split('.')[0]}:manage` as StaffPermission;

interface Made {
  readonly id: number;
  readonly name: string;
  readonly list: number;
}

interface StepRow {
  readonly line: number;
  readonly player: string;
  readonly item: string | null;
  readonly gives: Readonly<Record<string, number>>;
}

/** As the Worker sends it. */
function rowOperation(
  { name, key }: { readonly name: string; readonly key: string },
  { line, player, item, gives }: StepRow,
  over: Partial<KernelOperation>,
): KernelOperation {
  return {
    ...operation({
      name: 'runCampaign',
      player,
      creates_player: false,
      actor_id: `campaign:${name}`,
      permission: 'campaign:run',
      idempotency_key: `campaign:${key}:${line}`,
      input: { campaign: name },
      claim_type: 'campaign_grant',
      claim_key: `${name}/${item ?? 'reward'}`,
      postings: Object.entries(gives).map(([resource, amount]) => give(resource, amount)),
    }),
    ...over,
  };
}

function openActions({ app, commit, addStaff }: Ledger) {
  const current = async () =>
    (
      await app.query(
        `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs
          WHERE effective_from <= clock_timestamp() ORDER BY effective_from DESC, version DESC LIMIT 1`,
      )
    ).rows[0];

  async function act(by: string, action: { kind: string } & Record<string, unknown>, over: object = {}) {
    const sent = {
      ...ownOperation(by, { permission: permissionOf(action.kind), input: {} }),
      ...(await current()),
      ...over,
    };
    const { rows } = await app.query(`SELECT onceward.commit_action($1, $2, $3, '{}') AS answer`, [
      CONTRACT_VERSION,
      JSON.stringify(sent),
      JSON.stringify(action),
    ]);
    const { answer, record } = rows[0].answer;
    return { ...answer.outcomes[0], record };
  }

  async function newPlayers(count: number): Promise<string[]> {
    const players = Array.from({ length: count }, () => fresh('player'));
    for (const player of players) await granted(commit(operation({ player, postings: [] })));
    return players;
  }

  async function newList(by: string, rows: readonly object[]): Promise<number> {
    const { record } = await act(by, { kind: 'list.create', name: named('list'), query: null });
    await act(by, { kind: 'list.chunk', listId: record.id, chunk: 1, digest: 'd', rows });
    const closed = await act(by, { kind: 'list.close', listId: record.id });
    expect(closed.kind).toBe('granted');
    return record.id;
  }

  async function newCampaign(
    by: string,
    rows: readonly object[],
    gives: object | null = { gold: 5 },
    over: object = {},
  ): Promise<Made> {
    const name = named('campaign');
    const list = await newList(by, rows);
    const made = await act(by, {
      kind: 'campaign.create',
      name,
      listId: list,
      gives,
      reason: 'an apology',
      ...over,
    });
    expect(made).toMatchObject({ kind: 'granted', record: { state: 'checking', rows: rows.length } });
    return { id: made.record.id, name, list };
  }

  const economist = () => addStaff({ role: 'economist' });
  return { current, act, newPlayers, newList, newCampaign, economist };
}

export function openCampaigns(ledger: Ledger) {
  const { app, owner, addStaff } = ledger;
  const actions = openActions(ledger);
  const { act, current, newCampaign } = actions;

  const rowOf = async (id: number) =>
    (await owner.query('SELECT * FROM onceward.campaigns WHERE no = $1', [id])).rows[0];

  /** The next rows, as the Worker sends them. `over` changes each operation. */
  async function nextCall(id: number, most = 100, over: Partial<KernelOperation> = {}) {
    const { rows } = await app.query('SELECT onceward.campaign_step($1, $2) AS step', [id, most]);
    const { step } = rows[0];
    const config = await current();
    const operations = step.rows.map((row: StepRow) => rowOperation(step, row, { ...config, ...over }));
    const lines: number[] = step.rows.map(({ line }: StepRow) => line);
    return { lines, operations, instance: step.instance };
  }
  type Call = Awaited<ReturnType<typeof nextCall>>;

  async function send(what: 'check' | 'commit', id: number, { lines, operations, instance }: Call) {
    const { rows } = await app.query(`SELECT onceward.${what}_campaign($1, $2, $3, $4, $5, '{}') AS answer`, [
      CONTRACT_VERSION,
      id,
      instance,
      lines,
      JSON.stringify(operations),
    ]);
    return rows[0].answer;
  }

  /** Checks the whole list. */
  async function check(id: number): Promise<void> {
    while ((await rowOf(id)).state === 'checking') await send('check', id, await nextCall(id));
  }

  /** A campaign that runs: proposed, approved by somebody else, started. */
  async function running(by: string, rows: readonly object[], gives?: object | null): Promise<Made> {
    const made = await newCampaign(by, rows, gives);
    await check(made.id);
    const proposed = await act(by, { kind: 'campaign.run', campaignId: made.id });
    expect(proposed.record).toMatchObject({ state: 'ready', proposalId: expect.any(Number) });
    const { proposalId } = proposed.record;
    const admin = await addStaff({ role: 'admin' });
    const over = { permission: 'proposal:decide' };
    expect((await act(admin, { kind: 'proposal.approve', proposalId }, over)).kind).toBe('granted');
    const started = await act(by, { kind: 'campaign.run', campaignId: made.id });
    expect(started.record).toMatchObject({ state: 'running', proposalId });
    return made;
  }

  return { ...actions, rowOf, nextCall, send, check, running };
}
