/**
 * Drives campaigns with Cloudflare Workflows. An instance carries nothing but the campaign's ID: where it is stands in Postgres. An
 * instance that dies is replaced by `reviveCampaigns`, which the schedule calls.
 */
import type { WorkflowStep } from 'cloudflare:workers';
import { nextCampaignInstance, stalledCampaigns } from '../ledger/campaign-calls.ts';
import type { Database } from '../ledger/database.ts';
import { runStep, type StepParameters } from './run-step.ts';
import type { StepServices } from './send-rows.ts';

/** The most that a Workflow of the free plan may have; a list of the largest size needs half of it. */
const MAX_STEPS = 1_000;
const STEP = {
  retries: { limit: 5, delay: '1 second', backoff: 'exponential' },
  timeout: '2 minutes',
} as const;

export type CampaignWorkflow = Workflow<StepParameters>;

/** The body of the Workflow (src/worker.ts). */
export async function driveCampaign(
  services: StepServices,
  parameters: StepParameters,
  step: WorkflowStep,
): Promise<void> {
  for (let number = 1; number <= MAX_STEPS; number += 1) {
    const { more } = await step.do(`rows ${number}`, STEP, () => runStep(services, parameters));
    if (!more) return;
  }
}

/** Starts an instance, if there is something to drive and nothing happened within `stalledSeconds`; null: whatever happened. */
export async function beginCampaign(
  database: Database,
  workflow: CampaignWorkflow,
  campaignId: number,
  stalledSeconds: number | null = null,
): Promise<void> {
  const instance = await nextCampaignInstance(database, campaignId, stalledSeconds);
  if (instance === null) return;
  await workflow.create({ id: `campaign-${campaignId}-${instance}`, params: { campaignId, instance } });
}

/** Starts a new instance of every campaign in which nothing has happened for so long. */
export async function reviveCampaigns(
  database: Database,
  workflow: CampaignWorkflow,
  stalledSeconds: number,
): Promise<void> {
  for (const campaignId of await stalledCampaigns(database, stalledSeconds))
    await beginCampaign(database, workflow, campaignId, stalledSeconds);
}
