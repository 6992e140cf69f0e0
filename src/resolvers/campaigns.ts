/** Campaigns: what many players of a list get. Made, checked, started, paused, resumed, cancelled, listed. */
import {
  CANCEL_CAMPAIGN,
  CHECK_CAMPAIGN,
  CREATE_CAMPAIGN,
  decideCreateCampaign,
  decideOnCampaign,
  PAUSE_CAMPAIGN,
  RESUME_CAMPAIGN,
  START_CAMPAIGN,
} from '../domain/campaigns.ts';
import { badInput } from '../domain/fault.ts';
import { checkGrants } from '../domain/manual-reward.ts';
import {
  isRecordCursor,
  isRefusedRowCursor,
  type RefusedRow,
  readRecords,
  readRefusedRows,
  recordCursor,
  refusedRowCursor,
} from '../ledger/read-records.ts';
import { builder } from '../schema/builder.ts';
import { Campaign, type CampaignShape } from '../schema/campaign.ts';
import { GrantInput, type InputFields } from '../schema/inputs.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, defineQuery, PAGE } from './define-query.ts';
import { onFullFields, onFullOf } from './inbox-message.ts';
import { FaultError, throwIfFault } from './observe.ts';

const CampaignReceipt = defineReceipt('CampaignReceipt', 'campaign', Campaign);

const CampaignAnnouncementInput = builder.inputType('CampaignAnnouncementInput', {
  description: 'How a campaign announces what it gives, instead of granting it directly.',
  fields: (t) => ({
    title: t.field({ type: 'Title', required: true, description: 'What the inbox shows.' }),
    text: t.field({ type: 'MessageText' }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'From this moment on it cannot be collected; at most 3,650 days ahead. Left out: it does not expire.',
    }),
  }),
});

export const createCampaign = defineAction({
  ...CREATE_CAMPAIGN,
  description:
    'Staff: makes a campaign of a closed list, and starts its dry run, which finds what it would give. Nothing moves.',
  input: (t) => ({
    name: t.field({
      type: 'ClaimType',
      required: true,
      description:
        'No other campaign has it. With the item of a row it is the claim key: a player gets it once, also if a game server gives it with grantMany.',
    }),
    listId: t.field({ type: 'PositiveInt', required: true }),
    gives: t.field({
      type: [GrantInput],
      description: 'What every player gets, 1 to 10 resources; left out: the rows of the list say it.',
    }),
    announce: t.field({
      type: CampaignAnnouncementInput,
      description:
        'Each row becomes a pending reward in the inbox, which the player collects; left out: it is granted.',
    }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept with each grant forever.' }),
    ...onFullFields(t),
  }),
  needsWorkflow: true,
  receipt: CampaignReceipt,
  rejections: ['unknown_record', 'name_taken', 'list_refused'],
  parse: (input) => {
    if (input.gives) throwIfFault(checkGrants(input.gives));
    const { announce, ...request } = input;
    const onFull = onFullOf(input);
    if (announce && onFull)
      throw new FaultError(badInput('onFull', 'leave it out where the campaign announces'));
    const message = announce ? { title: announce.title, text: announce.text ?? null } : null;
    return { ...request, onFull, message, expiresAt: announce?.expiresAt ?? null };
  },
  decide: decideCreateCampaign,
  example: {
    name: 'apology_for_november',
    listId: 1,
    gives: [{ resource: 'lumees', amount: 100 }],
    reason: 'the servers were down',
  },
});

const common = {
  input: (t: InputFields) => ({ campaignId: t.field({ type: 'PositiveInt', required: true }) }),
  receipt: CampaignReceipt,
  rejections: ['unknown_record', 'campaign_refused'],
  example: { campaignId: 1 },
} as const;

export const checkCampaign = defineAction({
  ...CHECK_CAMPAIGN,
  ...common,
  description: 'Staff: makes the dry run of a campaign that was not started again.',
  needsWorkflow: true,
  decide: decideOnCampaign(CHECK_CAMPAIGN, 'check'),
});

export const runCampaign = defineAction({
  ...START_CAMPAIGN,
  ...common,
  description:
    'Staff: starts a campaign. Where its value is above `campaigns.approvalAbove` of the balance config, or it gives what has no value, it becomes a proposal instead (`proposalId`); once another staff member has approved that, send runCampaign again with a new key.',
  needsWorkflow: true,
  decide: decideOnCampaign(START_CAMPAIGN, 'run'),
});

export const pauseCampaign = defineAction({
  ...PAUSE_CAMPAIGN,
  ...common,
  description: 'Staff: pauses a campaign. Nothing is granted after the answer until it is resumed.',
  decide: decideOnCampaign(PAUSE_CAMPAIGN, 'pause'),
});

export const resumeCampaign = defineAction({
  ...RESUME_CAMPAIGN,
  ...common,
  description: 'Staff: goes on with a campaign that is paused.',
  needsWorkflow: true,
  decide: decideOnCampaign(RESUME_CAMPAIGN, 'resume'),
});

export const cancelCampaign = defineAction({
  ...CANCEL_CAMPAIGN,
  ...common,
  description: 'Staff: ends a campaign for good. What it has granted stays.',
  decide: decideOnCampaign(CANCEL_CAMPAIGN, 'cancel'),
});

const LAST_ONE = { limit: 1, inverted: false };

export const campaign = defineQuery({
  name: 'campaign',
  description: 'Staff: one campaign with its progress and report; null: there is none with this ID.',
  type: Campaign,
  nullable: true,
  actors: ['staff'],
  args: (t) => ({ id: t({ type: 'PositiveInt', required: true }) }),
  resolve: async ({ id }, { actor, read }) => {
    const [found] = await read((database) =>
      readRecords<CampaignShape>(database, actor, { kind: 'campaign', id, page: LAST_ONE }),
    );
    return found ?? null;
  },
  example: { id: 1 },
});

export const campaigns = defineConnection({
  name: 'campaigns',
  description: `Staff: campaigns, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: Campaign,
  actors: ['staff'],
  args: () => ({}),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('campaign'), isValid: isRecordCursor('campaign') }),
  resolve: (_, page, { actor, read }) =>
    read((database) => readRecords<CampaignShape>(database, actor, { kind: 'campaign', page })),
  example: { first: 20 },
});

const CampaignRefusal = builder.objectRef<RefusedRow>('CampaignRow').implement({
  description: 'A row of a campaign that gave nothing.',
  fields: (t) => ({
    line: t.expose('line', { type: 'SafeInt', description: 'In the list.' }),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    why: t.exposeString('why', { description: 'The kind of the rejection, such as `unknown_player`.' }),
  }),
});

export const campaignRefusals = defineConnection({
  name: 'campaignRefusals',
  description: `Staff: the rows of a campaign that gave nothing, in the order of the list; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Each page is audited.`,
  type: CampaignRefusal,
  actors: ['staff'],
  permission: 'campaign:manage',
  args: (t) => ({ campaignId: t({ type: 'PositiveInt', required: true }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: refusedRowCursor, isValid: isRefusedRowCursor }),
  resolve: ({ campaignId }, page, { actor, audited, read }) =>
    read((database) => readRefusedRows(database, actor, audited({ campaignId }), { campaignId, page })),
  example: { campaignId: 1, first: 20 },
});
