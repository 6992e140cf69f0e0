/** Campaigns: what many players of a list get. The kernel holds their state; these are the actions of staff on them. */
import { wrongExpiry } from './announce-reward.ts';
import { type Announcement, unknownResource } from './campaign-grant.ts';
import type { Intent } from './decide.ts';
import { badInput } from './fault.ts';
import { sentOnFull, type WhenFull } from './grant-many.ts';
import { unknownMessage } from './inbox.ts';
import { amountsOf } from './lists.ts';
import type { Grant } from './manual-reward.ts';
import { type DecidedAction, decideAction } from './staff-action.ts';
import type { Reason } from './values.ts';

const KIND = { permission: 'campaign:manage' } as const;
export const CREATE_CAMPAIGN = { ...KIND, name: 'createCampaign', claimType: 'campaign_creation' } as const;
export const CHECK_CAMPAIGN = { ...KIND, name: 'checkCampaign', claimType: 'campaign_check' } as const;
export const START_CAMPAIGN = { ...KIND, name: 'runCampaign', claimType: 'campaign_start' } as const;
export const PAUSE_CAMPAIGN = { ...KIND, name: 'pauseCampaign', claimType: 'campaign_pause' } as const;
export const RESUME_CAMPAIGN = { ...KIND, name: 'resumeCampaign', claimType: 'campaign_resumption' } as const;
export const CANCEL_CAMPAIGN = {
  ...KIND,
  name: 'cancelCampaign',
  claimType: 'campaign_cancellation',
} as const;

export interface CreateCampaign {
  readonly name: string;
  readonly listId: number;
  /** What every player gets; null: the rows of the list say it. */
  readonly gives: readonly Grant[] | null;
  /** Null: the rules of the resources decide about what does not fit. */
  readonly onFull: WhenFull | null;
  /** What the inbox shows; null: it grants directly. */
  readonly message: Announcement | null;
  /** Of what it announces; null: it does not expire. */
  readonly expiresAt: Date | null;
  readonly reason: Reason;
}

export function decideCreateCampaign(intent: Intent, request: CreateCampaign): DecidedAction {
  const { name, listId, reason, onFull } = request;
  const gives = request.gives && amountsOf(request.gives);
  const message = request.message && { ...request.message };
  const expiresAt = request.expiresAt?.toISOString() ?? null;
  const input = { name, listId, gives, message, expiresAt, reason, ...sentOnFull(onFull) };
  const effect = { kind: 'campaign.create', name, listId, gives, message, expiresAt, onFull, reason };
  return decideAction({ intent, kind: CREATE_CAMPAIGN, input, reason, effect }, (rules) => {
    const fault = wrongExpiry(request.expiresAt, intent.now);
    if (fault) return { ...fault, field: 'announce.expiresAt' };
    const unknown = gives && unknownResource(gives, rules);
    if (unknown) return badInput('gives', `staff cannot give ${unknown}`);
    return unknownMessage(onFull?.message ?? null, rules);
  });
}

interface CampaignRequest {
  readonly campaignId: number;
}

type CampaignKind = typeof CHECK_CAMPAIGN | typeof START_CAMPAIGN | typeof PAUSE_CAMPAIGN;
type OtherKind = typeof RESUME_CAMPAIGN | typeof CANCEL_CAMPAIGN;

/** An action that needs nothing but the campaign. */
export function decideOnCampaign(
  kind: CampaignKind | OtherKind,
  effect: 'check' | 'run' | 'pause' | 'resume' | 'cancel',
) {
  return (intent: Intent, { campaignId }: CampaignRequest): DecidedAction =>
    decideAction({
      intent,
      kind,
      input: { campaignId },
      effect: { kind: `campaign.${effect}`, campaignId },
    });
}
