/** The calls in which a campaign is driven (drizzle/kernel/43_campaigns.sql, 44_campaign_steps.sql). */
import type { CampaignRow, GrantingCampaign } from '../domain/campaign-grant.ts';
import type { Operation } from '../domain/operation.ts';
import type { Database } from './database.ts';
import { encodeOperation } from './encode-operation.ts';
import { CONTRACT_VERSION } from './kernel-contract.ts';
import { askLedger, decodeRowsAnswer, type KernelRowsAnswer, type RowsAnswer } from './rows-answer.ts';

export interface CampaignStep extends Omit<GrantingCampaign, 'id'> {
  readonly state: 'checking' | 'ready' | 'running' | 'paused' | 'done' | 'cancelled';
  readonly instance: number;
  /** `alone`: it was busy, and is sent by itself. */
  readonly rows: readonly (CampaignRow & { readonly alone: boolean })[];
}

/** Null: there is nothing to drive, or something happened within `stalledSeconds`. */
export function nextCampaignInstance(
  database: Database,
  campaignId: number,
  stalledSeconds: number | null,
): Promise<number | null> {
  const stalled = stalledSeconds === null ? '-1 day' : `${stalledSeconds} seconds`;
  const statement = 'SELECT onceward.next_campaign_instance($1::bigint, $2::interval) AS answer';
  return askLedger(database, statement, [campaignId, stalled]);
}

export async function stalledCampaigns(database: Database, stalledSeconds: number): Promise<number[]> {
  const statement = 'SELECT to_json(onceward.stalled_campaigns($1::interval)) AS answer';
  return await askLedger<number[]>(database, statement, [`${stalledSeconds} seconds`]);
}

/** Null: there is no such campaign. */
export function readCampaignStep(
  database: Database,
  campaignId: number,
  rows: number,
): Promise<CampaignStep | null> {
  return askLedger(database, 'SELECT onceward.campaign_step($1::bigint, $2::integer) AS answer', [
    campaignId,
    rows,
  ]);
}

export type CampaignAnswer = RowsAnswer<CampaignStep['state']>;

export interface CampaignCall {
  /** What the rows are for: the dry run, or to be granted. */
  readonly state: 'checking' | 'running';
  readonly campaignId: number;
  readonly instance: number;
  /** Ascending. */
  readonly lines: readonly number[];
  /** One for each line. */
  readonly operations: readonly Operation[];
  readonly held: readonly string[];
}

const STATEMENTS = {
  checking:
    'SELECT onceward.check_campaign($1, $2::bigint, $3, $4::integer[], $5::jsonb, $6::text[]) AS answer',
  running:
    'SELECT onceward.commit_campaign($1, $2::bigint, $3, $4::integer[], $5::jsonb, $6::text[]) AS answer',
} as const;

export async function sendCampaignRows(database: Database, call: CampaignCall): Promise<CampaignAnswer> {
  const { state, campaignId, instance, lines, operations, held } = call;
  const encoded = JSON.stringify(operations.map(encodeOperation));
  const parameters = [CONTRACT_VERSION, campaignId, instance, lines, encoded, held];
  const answer = await askLedger<KernelRowsAnswer<CampaignStep['state']>>(
    database,
    STATEMENTS[state],
    parameters,
  );
  return decodeRowsAnswer(answer);
}

/** It says why in the campaign. */
export async function stopCampaign(
  database: Database,
  { campaignId, instance }: Pick<CampaignCall, 'campaignId' | 'instance'>,
  why: string,
): Promise<void> {
  await askLedger(database, 'SELECT onceward.stop_campaign($1::bigint, $2, $3) AS answer', [
    campaignId,
    instance,
    why,
  ]);
}
