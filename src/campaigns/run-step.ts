/**
 * One step of a campaign: reads the next rows of its list, and sends them to the kernel in calls of at most 100. The kernel records
 * each call with what it did, so a step that dies is simply run again.
 */
import { decideCampaignGrant } from '../domain/campaign-grant.ts';
import {
  type CampaignStep,
  readCampaignStep,
  sendCampaignRows,
  stopCampaign,
} from '../ledger/campaign-calls.ts';
import { callsOf, type RowSending, type StepServices, sendRows } from './send-rows.ts';

/** How many rows one step goes through. */
const STEP_ROWS = 500;

export interface StepParameters {
  readonly campaignId: number;
  readonly instance: number;
}

/** `more`: there is another step to run. */
export interface StepResult {
  readonly more: boolean;
}

type State = CampaignStep['state'];
type Working = State & ('checking' | 'running');

const isWorking = (state: State): state is Working => state === 'checking' || state === 'running';

export async function runStep(services: StepServices, parameters: StepParameters): Promise<StepResult> {
  const { database } = services;
  const { campaignId, instance } = parameters;
  const step = await readCampaignStep(database, campaignId, STEP_ROWS);
  if (!step || step.instance !== instance || !isWorking(step.state)) return { more: false };
  const { state } = step;
  const campaign = { ...step, id: campaignId };
  const sending: RowSending<CampaignStep['rows'][number], State> = {
    decide: (intent, row) => decideCampaignGrant(intent, campaign, row),
    send: (call) => sendCampaignRows(database, { ...parameters, state, ...call }),
    stop: (why) => stopCampaign(database, parameters, why),
  };
  for (const rows of callsOf(step.rows)) {
    const answer = await sendRows(services.config, sending, rows);
    if (answer.kind === 'stopped') return { more: false };
    if (answer.kind === 'moved') return { more: true };
    if (answer.state !== state) return { more: false };
  }
  return { more: step.rows.length > 0 };
}
