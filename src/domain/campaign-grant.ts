/**
 * What a campaign gives to one player. The kernel takes it only while the campaign runs, and only as the campaign's list says
 * (drizzle/kernel/44_campaign_steps.sql). Its claim is that of grantMany with the same campaign and item: who has it already
 * gets nothing.
 */
import { ANNOUNCE_REWARD } from './announce-reward.ts';
import { derivedKey } from './canonical.ts';
import { type Decision, decide, type Intent, lookup, type Plan } from './decide.ts';
import { badInput } from './fault.ts';
import { GRANT_MANY, giftPostings, sentOnFull, type WhenFull } from './grant-many.ts';
import type { Posting } from './moves.ts';
import { NO_EFFECTS, type OperationKind } from './operation.ts';
import { givesExperience, touchedResources } from './resources.ts';
import type { BalanceRules } from './rules.ts';

export const RUN_CAMPAIGN = {
  name: 'runCampaign',
  claimType: GRANT_MANY.claimType,
  permission: 'campaign:run',
} as const satisfies OperationKind;

/** What identifies a row that has no item of its own. */
const DEFAULT_ITEM = 'reward';

/** A campaign as its rows need it. `key`: its handle in hex, a part of their keys that nobody can guess. */
export interface GrantingCampaign {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly reason: string;
  /** Null: the rules of the resources decide about what does not fit. */
  readonly onFull: WhenFull | null;
  /** Null: it grants directly. */
  readonly message: Announcement | null;
  /** Of what it announces (ISO 8601, UTC); null: it does not expire. */
  readonly expiresAt: string | null;
}

/** What the inbox shows. */
export interface Announcement {
  readonly title: string;
  readonly text: string | null;
}

export interface CampaignRow {
  readonly line: number;
  readonly player: string;
  readonly item: string | null;
  /** Amounts by resource. */
  readonly gives: Readonly<Record<string, number>>;
}

/** Who grants: a server of the campaign's own, so that its claims can be found and taken back together. */
function campaignActor({ name }: Pick<GrantingCampaign, 'name'>) {
  return { kind: 'server', id: `campaign:${name}` } as const;
}

function campaignRowKey({ key }: Pick<GrantingCampaign, 'key'>, line: number): string {
  return `campaign:${key}:${line}`;
}

type GrantIntent = Pick<Intent, 'correlationId' | 'now' | 'rules'>;

export function decideCampaignGrant(
  intent: GrantIntent,
  campaign: GrantingCampaign,
  { line, player, item, gives }: CampaignRow,
): Decision {
  const named = item ?? DEFAULT_ITEM;
  const decided = decide(
    {
      intent: {
        ...intent,
        actor: campaignActor(campaign),
        playerId: player,
        idempotencyKey: campaignRowKey(campaign, line),
        expectedVersion: null,
        clientCorrelationId: null,
        player: null,
        zones: null,
      },
      kind: RUN_CAMPAIGN,
      input: { campaign: campaign.name, item: named, gives, ...sentOnFull(campaign.onFull) },
    },
    (rules) => {
      const unknown = unknownResource(gives, rules);
      if (unknown) return lookup(badInput('gives', `${unknown} is not a resource that staff can give`));
      const { onFull } = campaign;
      const amounts = Object.entries(gives)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([resource, amount]) => ({ resource, amount }));
      const claimKey = derivedKey(campaign.name, named);
      const postings = giftPostings(amounts, { rules, onFull });
      if (campaign.message !== null)
        return planAnnouncement(campaign, { claimKey, postings }, { rules, now: intent.now });
      return {
        kind: 'commit',
        claimType: RUN_CAMPAIGN.claimType,
        claimKey,
        postings,
        onFull: onFull && { origin: 'campaign', ...onFull },
        reason: campaign.reason,
      };
    },
  );
  // A typing error in a list must not create a player.
  return { ...decided, operation: { ...decided.operation, createsPlayer: false } };
}

/** The row becomes a pending reward, which the player collects as the claim that the campaign would have granted. */
function planAnnouncement(
  { message, expiresAt, reason }: GrantingCampaign,
  { claimKey, postings }: { readonly claimKey: string; readonly postings: readonly Posting[] },
  { rules, now }: { readonly rules: BalanceRules; readonly now: Date },
): Plan {
  if (expiresAt !== null && Date.parse(expiresAt) <= now.getTime())
    return lookup(badInput('expiresAt', `what it announces has expired at ${expiresAt}`));
  const { claimType } = RUN_CAMPAIGN;
  const given = { ...NO_EFFECTS, postings };
  const resources = touchedResources({ ...given, milestones: givesExperience(given, rules) }, rules);
  return {
    kind: 'commit',
    claimType: ANNOUNCE_REWARD.claimType,
    claimKey: derivedKey(claimType, claimKey),
    source: {
      kind: 'announcement',
      announces: {
        ...{ claimType, claimKey, message, expiresAt, origin: 'campaign' },
        plan: { resources, postings, choices: [], sourceKeys: [], onExpiry: [] },
      },
    },
    reason,
  };
}

/** The first resource that staff cannot give under these rules; null: there is none. */
export function unknownResource(gives: Readonly<Record<string, number>>, rules: BalanceRules): string | null {
  return Object.keys(gives).find((resource) => rules.resources.get(resource)?.manual !== true) ?? null;
}
