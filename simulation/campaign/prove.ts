/**
 * Runs a campaign on the local stack while the Worker, its Workflow and backends of Postgres are killed at random, and compares what
 * the ledger holds afterwards with the report and the dry run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAMPAIGN, CampaignApi, type CampaignState } from '../../cli/campaign/api.ts';
import { withClient } from '../../cli/connect.ts';
import { addStaff } from '../../cli/staff.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { Random } from '../random.ts';

export interface ProofOptions {
  readonly players: number;
  readonly kills: number;
  readonly seed: string;
  readonly log: (line: string) => void;
}

export interface Proof {
  readonly campaign: CampaignState;
  readonly kills: Readonly<Record<string, number>>;
  readonly seconds: { readonly check: number; readonly run: number };
  /** What does not agree; empty: everything does. */
  readonly faults: readonly string[];
}

/** Of so many rows one names a player who does not exist. */
const UNKNOWN_EVERY = 500;
const AMOUNT = 7;
const RESOURCE = 'lumees';
const CHUNK = 1_000;
const STALLED_SECONDS = 3;

export async function proveCampaign({ players, kills, seed, log }: ProofOptions): Promise<Proof> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-campaign-'));
  const stack = await startLocalStack({
    dir,
    port: await freePort(),
    log,
    onLine: () => {},
    variables: { CAMPAIGN_STALLED_SECONDS: String(STALLED_SECONDS) },
  });
  try {
    return await prove(stack, { players, kills, seed, log });
  } finally {
    await stack.stop();
    await stack.database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

async function prove(stack: RunningStack, { players, kills, seed, log }: ProofOptions): Promise<Proof> {
  await addStaff(stack.ownerDatabaseUrl, {
    id: 'economist-1',
    role: 'economist',
    rewardLimit: null,
    dailyBudget: null,
  });
  const as = async (id: string) =>
    new CampaignApi(stack.url, await stack.signer.signToken({ kind: 'staff', id, expiresInSeconds: 7_200 }));
  const [economist, admin] = [await as('economist-1'), await as('admin-1')];
  const names = Array.from({ length: players }, (_, index) => `p-${index + 1}`);
  const unknown = new Set(names.filter((_, index) => index % UNKNOWN_EVERY === UNKNOWN_EVERY - 1));
  log(`${players - unknown.size} players, and ${unknown.size} who do not exist…`);
  await createPlayers(
    stack,
    names.filter((name) => !unknown.has(name)),
  );

  const campaign = await createCampaign(economist, names);
  const killer = new Killer(stack, seed, log);
  const startedAt = Date.now();
  // A fifth of the kills in the dry run.
  await withKills(killer, {
    api: economist,
    id: campaign.id,
    state: 'CHECKING',
    kills: Math.floor(kills / 5),
  });
  const checkedAt = Date.now();
  await startApproved(economist, admin, campaign.id);
  await withKills(killer, { api: economist, id: campaign.id, state: 'RUNNING', kills: kills - killer.total });
  const done = (await economist.campaign(campaign.id)) as CampaignState;
  return {
    campaign: done,
    kills: killer.counts,
    seconds: { check: (checkedAt - startedAt) / 1_000, run: (Date.now() - checkedAt) / 1_000 },
    faults: await faultsOf(stack, done, { granted: players - unknown.size, unknown: unknown.size }),
  };
}

/** Through the kernel, so that the ledger is sound. */
async function createPlayers(stack: RunningStack, names: readonly string[]): Promise<void> {
  const file = join(tmpdir(), `onceward-players-${process.pid}.csv`);
  const rows = names.map((name) => `${name},lumees,1,2026-01-01T00:00:00Z,old_game`);
  await writeFile(file, `player,resource,amount,time,source\n${rows.join('\n')}\n`);
  const command = [
    join(import.meta.dirname, '../../cli/import.ts'),
    file,
    '--database-url',
    stack.ownerDatabaseUrl,
  ];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  await rm(file);
  if (code !== 0) throw new Error('the players could not be imported');
}

async function createCampaign(api: CampaignApi, names: readonly string[]): Promise<CampaignState> {
  type Made = { readonly list: { readonly id: number } };
  const selection = 'ListReceipt { list { id } }';
  const { list } = await api.change<Made>('createList', {
    key: ['list'],
    selection,
    input: { name: 'proof' },
  });
  for (let from = 0; from < names.length; from += CHUNK) {
    const rows = names.slice(from, from + CHUNK).map((playerId) => ({ playerId }));
    const input = { listId: list.id, chunk: from / CHUNK + 1, rows };
    await api.change('uploadListChunk', { key: [String(from)], selection, input });
  }
  await api.change('closeList', { key: ['close'], selection, input: { listId: list.id } });
  const gives = [{ resource: RESOURCE, amount: AMOUNT }];
  const input = { name: 'proof', listId: list.id, gives, reason: 'a proof' };
  type Created = { readonly campaign: CampaignState };
  return (await api.change<Created>('createCampaign', { key: ['create'], selection: RECEIPT, input }))
    .campaign;
}

const RECEIPT = `CampaignReceipt { campaign { ${CAMPAIGN} } }`;

/** The economist proposes, the admin approves, the economist starts. */
async function startApproved(economist: CampaignApi, admin: CampaignApi, campaignId: number): Promise<void> {
  type Done = { readonly campaign: CampaignState };
  const run = (key: string) =>
    economist.change<Done>('runCampaign', { key: [key], selection: RECEIPT, input: { campaignId } });
  const { proposalId } = (await run('propose')).campaign;
  if (proposalId === null) throw new Error('the campaign was started without an approval');
  const selection = 'ProposalReceipt { proposal { id } }';
  await admin.change('approveProposal', {
    key: ['approve'],
    selection,
    input: { proposalId, reason: 'a proof' },
  });
  const { state } = (await run('start')).campaign;
  if (state !== 'RUNNING') throw new Error(`the campaign is ${state}`);
}

interface Phase {
  readonly api: CampaignApi;
  readonly id: number;
  readonly state: CampaignState['state'];
  readonly kills: number;
}

/** Kills at evenly spread lines until the phase is over, and does what cron does meanwhile. */
async function withKills(killer: Killer, { api, id, state, kills }: Phase): Promise<void> {
  let done = 0;
  for (;;) {
    const campaign = await api.campaign(id);
    if (campaign?.state !== state) {
      if (done < kills) killer.log(`${kills - done} kills came too late`);
      return;
    }
    if (done < kills && campaign.line >= (campaign.lastLine * done) / kills) {
      await killer.kill(id);
      done += 1;
    }
    await killer.schedule();
    await sleep(50);
  }
}

const KINDS = ['worker', 'workflow', 'backend'] as const;

class Killer {
  readonly counts: Record<(typeof KINDS)[number], number> = { worker: 0, workflow: 0, backend: 0 };
  readonly log: (line: string) => void;
  readonly #stack: RunningStack;
  readonly #random: Random;
  #scheduledAt = 0;

  constructor(stack: RunningStack, seed: string, log: (line: string) => void) {
    this.#stack = stack;
    this.#random = new Random(seed);
    this.log = log;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  async kill(campaignId: number): Promise<void> {
    // Each kind once before chance decides.
    const kind = KINDS[this.total] ?? this.#random.pick(KINDS);
    await sleep(this.#random.int(0, 150));
    if (kind === 'worker') await this.#stack.restartWorker();
    else if (kind === 'workflow') await this.#terminate(campaignId);
    else await this.#terminateBackends();
    this.counts[kind] += 1;
    this.log(`killed: ${kind}`);
  }

  /** The schedule of production, every second. */
  async schedule(): Promise<void> {
    if (Date.now() - this.#scheduledAt < 1_000) return;
    this.#scheduledAt = Date.now();
    await fetch(`${this.#stack.worker.url}/cdn-cgi/handler/scheduled`).catch(() => {});
  }

  async #terminate(campaignId: number): Promise<void> {
    const api = `${this.#stack.worker.url}/cdn-cgi/local/explorer/api/workflows/onceward-campaigns/instances`;
    const listed = await fetch(`${api}?status=running&per_page=100`);
    const { result } = (await listed.json()) as { result: { id: string }[] };
    for (const { id } of result.filter((one) => one.id.startsWith(`campaign-${campaignId}-`)))
      await fetch(`${api}/${id}/status`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'terminate' }),
      });
  }

  async #terminateBackends(): Promise<void> {
    await withClient(this.#stack.ownerDatabaseUrl, async (client) => {
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const { rowCount } = await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%_campaign(%' AND pid <> pg_backend_pid()`,
        );
        if (rowCount) return;
        await sleep(5);
      }
    });
  }
}

async function faultsOf(
  { ownerDatabaseUrl }: RunningStack,
  { state, report, forecast }: CampaignState,
  expected: { readonly granted: number; readonly unknown: number },
): Promise<string[]> {
  const found = await withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS claims, count(DISTINCT c.player)::int AS players,
              coalesce(sum(e.delta), 0)::bigint::text AS amount
         FROM onceward.names t
         JOIN onceward.reward_claims c ON c.claim_type = t.no
         JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number) AND e.cause = 1
        WHERE t.kind = 2 AND t.name = 'campaign_grant'`,
    );
    const checked = await client.query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`);
    return { ...rows[0], faults: checked.rows[0].faults };
  });
  const { claims, players, amount, faults } = found;
  const given = report.gives.find(({ resource }) => resource === RESOURCE)?.given;
  const same = (what: string, is: unknown, should: unknown) =>
    is === should ? [] : [`${what}: ${is}, expected ${should}`];
  return [
    ...same('state', state, 'DONE'),
    ...same('claims', claims, expected.granted),
    ...same('players with a claim', players, expected.granted),
    ...same('granted by the report', report.granted, expected.granted),
    ...same('rejected by the report', report.rejected, expected.unknown),
    ...same('remaining by the report', report.remaining, 0),
    ...same('amount in the ledger', Number(amount), expected.granted * AMOUNT),
    ...same('amount in the report', given, expected.granted * AMOUNT),
    ...same('players in the dry run', forecast?.players, expected.granted),
    ...report.differences.map((difference) => `dry run and report: ${difference}`),
    ...faults.map((fault: object) => `integrity: ${JSON.stringify(fault)}`),
  ];
}
