/**
 * A campaign on the kernel while everything goes on: several drivers at once, whose calls die before the commit or lose their answer;
 * claims for the same players; configs that are published; players whom other transactions hold; a pause; and a campaign that is
 * cancelled half-way. Afterwards the ledger is compared with the lists and with what the campaigns report.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runStep } from '../../src/campaigns/run-step.ts';
import {
  CANCEL_CAMPAIGN,
  decideCreateCampaign,
  decideOnCampaign,
  PAUSE_CAMPAIGN,
  RESUME_CAMPAIGN,
  START_CAMPAIGN,
} from '../../src/domain/campaigns.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Intent } from '../../src/domain/decide.ts';
import { decideCloseList, decideCreateList, decideUploadListChunk } from '../../src/domain/lists.ts';
import { decideApproveProposal } from '../../src/domain/proposals.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import type { DecidedAction } from '../../src/domain/staff-action.ts';
import { constrained } from '../../src/domain/values.ts';
import { nextCampaignInstance } from '../../src/ledger/campaign-calls.ts';
import { commitOperation } from '../../src/ledger/commit-operation.ts';
import type { Database } from '../../src/ledger/database.ts';
import { Random } from '../random.ts';
import { intentOf } from '../undo/actions.ts';
import { addMembers, type Copy, copyNamed, type Place, publish, STAFF } from '../undo/world.ts';
import { type CampaignRow, campaignRow, givenBy } from './ledger-rows.ts';
import { mortalDatabase } from './mortal-database.ts';
import { actUnderCurrent, holdPlayers, servicesWith } from './surroundings.ts';

export interface CampaignRun {
  /** What does not agree; empty: everything does. */
  readonly faults: readonly string[];
  /** How many calls died or lost their answer. */
  readonly killed: number;
  readonly granted: number;
}

const PLAYERS = 260;
const UNKNOWN = 12;
const AMOUNT = 7;
const NAMES = { cancelled: 'mistake', whole: 'apology' } as const;
const REASON = constrained('Reason', 'the servers were down');
const DRIVERS = 3;
/** A campaign that has not ended by then does not end. */
const MOST_MS = 40_000;

/** The database must be new. */
export async function simulateCampaign(place: Place, seed: string): Promise<CampaignRun> {
  const world = copyNamed(place);
  await addMembers(world);
  const simulation = new CampaignSimulation(world, seed, await publish(world, 'clean', 'right'));
  try {
    return await simulation.run();
  } finally {
    await simulation.close();
  }
}

class CampaignSimulation {
  readonly #world: Copy;
  readonly #random: Random;
  readonly #database: Database;
  readonly #pool: pg.Pool;
  readonly #owner: pg.Pool;
  readonly #known: readonly string[];
  readonly #listed: readonly string[];
  readonly #faults: string[] = [];
  #rules: BalanceRules;
  #killed = 0;
  #isOver = false;

  constructor(world: Copy, seed: string, rules: BalanceRules) {
    this.#world = world;
    this.#random = new Random(`${seed}/campaign`);
    this.#database = world.open();
    this.#pool = new pg.Pool({ connectionString: world.databaseUrl, max: DRIVERS });
    this.#owner = new pg.Pool({ connectionString: world.ownerDatabaseUrl, max: 4 });
    this.#rules = rules;
    const named = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    this.#known = named('player', PLAYERS);
    this.#listed = [...this.#known, ...named('unknown', UNKNOWN)].toSorted();
  }

  async run(): Promise<CampaignRun> {
    for (let from = 0; from < this.#known.length; from += 20)
      await Promise.all(this.#known.slice(from, from + 20).map((player) => this.#chest(player)));
    const others = Promise.all([
      this.#traffic(),
      holdPlayers(this.#world, this.#random, this.#known, () => this.#isOver),
      this.#publishConfigs(),
    ]);
    // Where the campaigns fail, theirs is the error to report.
    others.catch(() => {});
    const cancelled = await this.#cancelHalfWay();
    const whole = await this.#runWhole();
    this.#isOver = true;
    await others;
    await this.#compare(cancelled, whole);
    return { faults: this.#faults, killed: this.#killed, granted: whole.granted };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all([this.#pool.end(), this.#owner.end()]);
  }

  /** Nothing is granted once the cancellation was acknowledged. */
  async #cancelHalfWay(): Promise<CampaignRow> {
    const id = await this.#created(NAMES.cancelled, this.#listed);
    await this.#driveUntil(id, ({ state }) => state === 'ready');
    await this.#start(id);
    await this.#driveUntil(id, ({ granted, state }) => granted > 0 || state !== 'running');
    const drivers = this.#drive(id, ({ state }) => state === 'done');
    await sleep(this.#random.int(0, 40));
    const isDone = (await campaignRow(this.#owner, id)).state === 'done';
    if (!isDone) await this.#do(decideOnCampaign(CANCEL_CAMPAIGN, 'cancel'), id).catch(() => {});
    const at = await campaignRow(this.#owner, id);
    await sleep(150);
    const later = await campaignRow(this.#owner, id);
    this.#expect(
      later.granted === at.granted,
      `${later.granted - at.granted} grants after the campaign was ${at.state}`,
    );
    this.#isDriven = false;
    await drivers;
    this.#isDriven = true;
    return await campaignRow(this.#owner, id);
  }

  /** With a pause. */
  async #runWhole(): Promise<CampaignRow> {
    const id = await this.#created(NAMES.whole, this.#listed);
    await this.#driveUntil(id, ({ state }) => state === 'ready');
    const { forecast } = await campaignRow(this.#owner, id);
    await this.#start(id);
    await this.#driveUntil(id, ({ granted, state }) => granted > 0 || state !== 'running');
    await this.#do(decideOnCampaign(PAUSE_CAMPAIGN, 'pause'), id).catch(() => {});
    const paused = await campaignRow(this.#owner, id);
    await this.#driveFor(id, 100);
    const later = await campaignRow(this.#owner, id);
    this.#expect(
      paused.state !== 'paused' || later.granted === paused.granted,
      `${later.granted - paused.granted} grants in a pause`,
    );
    if (paused.state === 'paused') await this.#do(decideOnCampaign(RESUME_CAMPAIGN, 'resume'), id);
    await this.#driveUntil(id, ({ state }) => state === 'done');
    const done = await campaignRow(this.#owner, id);
    this.#expect(done.state === 'done', `the campaign is ${done.state} after ${MOST_MS / 1_000} seconds`);
    return { ...done, forecast };
  }

  async #created(name: string, players: readonly string[]): Promise<number> {
    const { id: listId } = await this.#act((intent) => decideCreateList(intent, { name, query: null }));
    const list = { listId: Number(listId) };
    const rows = players.map((playerId) => ({ playerId, item: null, gives: null, rank: null }));
    await this.#act((intent) => decideUploadListChunk(intent, { ...list, chunk: 1, rows }));
    await this.#act((intent) => decideCloseList(intent, list));
    const gives = [{ resource: 'gold', amount: AMOUNT }] as never;
    const { id } = await this.#act((intent) =>
      decideCreateCampaign(intent, {
        ...list,
        name,
        gives,
        onFull: null,
        message: null,
        expiresAt: null,
        reason: REASON,
      }),
    );
    return Number(id);
  }

  /** Another staff member approves it where the config asks for that. */
  async #start(id: number): Promise<void> {
    const run = decideOnCampaign(START_CAMPAIGN, 'run');
    await this.#do(run, id);
    const { proposal, state } = await campaignRow(this.#owner, id);
    if (state === 'running' || proposal === null) return;
    await this.#act(
      (intent) => decideApproveProposal(intent, { proposalId: Number(proposal), reason: REASON }),
      STAFF.approver,
    );
    await this.#do(run, id);
  }

  #do(decide: ReturnType<typeof decideOnCampaign>, campaignId: number): Promise<unknown> {
    return this.#act((intent) => decide(intent, { campaignId }));
  }

  #act(
    decide: (intent: Intent) => DecidedAction,
    by: string = STAFF.proposer,
  ): Promise<Record<string, unknown>> {
    return actUnderCurrent(this.#database, () => intentOf(by, this.#rules), decide);
  }

  #isDriven = true;

  async #driveUntil(id: number, isEnough: (row: CampaignRow) => boolean): Promise<void> {
    await this.#drive(id, isEnough);
  }

  async #driveFor(id: number, ms: number): Promise<void> {
    const until = Date.now() + ms;
    await this.#drive(id, () => Date.now() > until);
  }

  /** Several drivers at once, as where one that was thought dead is not. */
  async #drive(id: number, isEnough: (row: CampaignRow) => boolean): Promise<void> {
    const until = Date.now() + MOST_MS;
    const database = mortalDatabase(this.#pool, this.#random, () => (this.#killed += 1));
    const services = servicesWith(database, () => this.#rules);
    const work = async () => {
      while (this.#isDriven && Date.now() < until && !isEnough(await campaignRow(this.#owner, id))) {
        const instance = this.#random.chance(0.3)
          ? await nextCampaignInstance(this.#database, id, null)
          : (await this.#owner.query('SELECT instance FROM onceward.campaigns WHERE no = $1', [id])).rows[0]
              .instance;
        if (instance !== null)
          await runStep(services, { campaignId: id, instance: Number(instance) }).catch(() => {});
        await sleep(2);
      }
    };
    await Promise.all(Array.from({ length: DRIVERS }, work));
  }

  /** Gives experience and gems, and no gold that a campaign gives. */
  async #chest(player: string): Promise<void> {
    const key = `chest-${this.#random.int(0, 1_000_000_000)}`;
    const intent = { ...intentOf('server-1', this.#rules, 'server'), playerId: player };
    const request = { type: 'chest', key, facts: { n: 1 }, ticket: null, terms: null };
    await commitOperation(this.#database, decideClaimReward(intent, request).operation, []);
  }

  async #traffic(): Promise<void> {
    while (!this.#isOver) {
      await this.#chest(this.#random.pick(this.#known)).catch(() => {});
      await sleep(3);
    }
  }

  async #publishConfigs(): Promise<void> {
    for (let round = 0; round < 4 && !this.#isOver; round += 1) {
      await sleep(this.#random.int(150, 500));
      // The other formula concerns no campaign.
      this.#rules = await publish(this.#world, 'clean', round % 2 === 0 ? 'wrong' : 'right');
    }
  }

  async #compare(cancelled: CampaignRow, whole: CampaignRow): Promise<void> {
    const due = (player: string) => (this.#known.includes(player) ? 1 : 0);
    const given = await givenBy(this.#owner, NAMES.whole);
    for (const player of this.#listed) {
      const { claims = 0, gold = 0 } = given.get(player) ?? {};
      this.#expect(
        claims === due(player) && gold === due(player) * AMOUNT,
        `${player} has ${claims} grants of ${gold} gold`,
      );
    }
    const some = await givenBy(this.#owner, NAMES.cancelled);
    for (const [player, { claims }] of some)
      this.#expect(claims === 1, `${player} has ${claims} grants of a cancelled campaign`);
    const same = (what: string, is: unknown, should: unknown) =>
      this.#expect(is === should, `${what}: ${is}, expected ${should}`);
    for (const [{ granted, given: gave }, claims] of [
      [cancelled, some.size],
      [whole, PLAYERS],
    ] as const) {
      same('granted by the report', granted, claims);
      same('gold by the report', Number(gave.gold?.given ?? 0), claims * AMOUNT);
    }
    same('unknown players', whole.refused.unknown_player ?? 0, UNKNOWN);
    same('players in the dry run', whole.forecast?.players, PLAYERS);
  }

  #expect(holds: boolean, fault: string): void {
    if (!holds) this.#faults.push(fault);
  }
}
