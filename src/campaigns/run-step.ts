/**
 * One step of a campaign: reads the next rows of its list, and sends them to the kernel in calls of at most 100. The kernel records
 * each call with what it did, so a step that dies is simply run again.
 */
import type { ConfigLoader } from '../config/load.ts';
import { type CampaignRow, decideCampaignGrant, type GrantingCampaign } from '../domain/campaign-grant.ts';
import type { BalanceRules } from '../domain/rules.ts';
import {
  type CampaignAnswer,
  type CampaignStep,
  readCampaignStep,
  sendCampaignRows,
  stopCampaign,
} from '../ledger/campaign-calls.ts';
import type { Database } from '../ledger/database.ts';
import { LedgerDefect, LedgerUnavailable } from '../ledger/failures.ts';
import { MAX_OPERATIONS } from '../ledger/kernel-contract.ts';
import { uuidV7 } from '../log/correlation.ts';

/** How many rows one step goes through. */
const STEP_ROWS = 500;
/** A config that is published between two attempts, four times in a row, does not happen. */
const MAX_ATTEMPTS = 4;

export interface StepServices {
  readonly database: Database;
  readonly config: ConfigLoader;
}

export interface StepParameters {
  readonly campaignId: number;
  readonly instance: number;
}

/** `more`: there is another step to run. */
export interface StepResult {
  readonly more: boolean;
}

type Working = CampaignStep['state'] & ('checking' | 'running');

const isWorking = (state: CampaignStep['state']): state is Working =>
  state === 'checking' || state === 'running';

export async function runStep(services: StepServices, parameters: StepParameters): Promise<StepResult> {
  const { campaignId, instance } = parameters;
  const step = await readCampaignStep(services.database, campaignId, STEP_ROWS);
  if (!step || step.instance !== instance || !isWorking(step.state)) return { more: false };
  const sender = new Sender(services, parameters, { ...step, id: campaignId }, step.state);
  for (const rows of callsOf(step.rows)) {
    const answer = await sender.send(rows);
    if (answer.kind === 'stopped') return { more: false };
    if (answer.kind === 'moved') return { more: true };
    if (answer.state !== step.state) return { more: false };
  }
  return { more: step.rows.length > 0 };
}

/** Rows that were busy go alone, because one operation waits for its player and several do not. */
function callsOf(rows: CampaignStep['rows']): (readonly CampaignRow[])[] {
  const together = rows.filter(({ alone }) => !alone);
  const calls: (readonly CampaignRow[])[] = rows.filter(({ alone }) => alone).map((row) => [row]);
  for (let from = 0; from < together.length; from += MAX_OPERATIONS)
    calls.push(together.slice(from, from + MAX_OPERATIONS));
  return calls;
}

type Sent = Exclude<CampaignAnswer, { kind: 'stale' }>;

class Sender {
  readonly #services: StepServices;
  readonly #parameters: StepParameters;
  readonly #campaign: GrantingCampaign;
  readonly #state: Working;

  constructor(
    services: StepServices,
    parameters: StepParameters,
    campaign: GrantingCampaign,
    state: Working,
  ) {
    this.#services = services;
    this.#parameters = parameters;
    this.#campaign = campaign;
    this.#state = state;
  }

  /** A call that fails because of one row is sent again in halves; the row that fails alone stops the campaign. */
  async send(rows: readonly CampaignRow[]): Promise<Sent> {
    try {
      return await this.#sendTogether(rows);
    } catch (error) {
      if (!(error instanceof LedgerDefect)) throw error;
      if (rows.length === 1) return await this.#stop(`line ${rows[0]?.line} cannot be granted`);
      const half = Math.ceil(rows.length / 2);
      const first = await this.send(rows.slice(0, half));
      return first.kind === 'committed' ? await this.send(rows.slice(half)) : first;
    }
  }

  async #sendTogether(rows: readonly CampaignRow[]): Promise<Sent> {
    const { config, database } = this.#services;
    let rules = await this.#currentRules();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const intent = { correlationId: uuidV7(Date.now()), now: new Date(), rules };
      const decisions = rows.map((row) => decideCampaignGrant(intent, this.#campaign, row));
      const fault = decisions.find((decision) => decision.fault)?.fault;
      if (fault) return await this.#stop(fault.message);
      const answer = await sendCampaignRows(database, {
        ...this.#parameters,
        state: this.#state,
        lines: rows.map(({ line }) => line),
        operations: decisions.map(({ operation }) => operation),
        held: config.held(),
      });
      if (answer.kind !== 'stale') return answer;
      const adopted = answer.current && (await config.adoptCurrent(answer.current));
      if (adopted?.kind !== 'rules') throw new LedgerUnavailable('the current config cannot be used');
      rules = adopted.rules;
    }
    throw new LedgerUnavailable('the config changed with every attempt');
  }

  async #currentRules(): Promise<BalanceRules> {
    const current = await this.#services.config.current();
    if (current.kind !== 'rules') throw new LedgerUnavailable('there is no valid config');
    return current.rules;
  }

  async #stop(why: string): Promise<Sent> {
    await stopCampaign(this.#services.database, this.#parameters, why);
    return { kind: 'stopped' };
  }
}
