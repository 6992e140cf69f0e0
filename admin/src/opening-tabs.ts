// The tabs that a fresh page opens with, in their order. Pure text, without a browser: a test validates each document
// against the printed schema.
import { announceReward } from './tabs/announce-reward.ts';
import { applyDamage } from './tabs/apply-damage.ts';
import { claimReward } from './tabs/claim-reward.ts';
import { exchange } from './tabs/exchange.ts';
import { ledger } from './tabs/ledger.ts';
import { manualReward } from './tabs/manual-reward.ts';
import type { OpeningTab } from './tabs/opening-tab.ts';
import { player } from './tabs/player.ts';
import { recoverReward } from './tabs/recover-reward.ts';
import { reverseClaim } from './tabs/reverse-claim.ts';
import { spendStatPoints } from './tabs/spend-stat-points.ts';
import { trace } from './tabs/trace.ts';
import { transferResource } from './tabs/transfer-resource.ts';
import { welcome } from './tabs/welcome.ts';

export const OPENING_TABS: readonly OpeningTab[] = [
  welcome,
  claimReward,
  manualReward,
  exchange,
  transferResource,
  spendStatPoints,
  applyDamage,
  announceReward,
  recoverReward,
  reverseClaim,
  player,
  ledger,
  trace,
];

/** The tabs in the form that GraphiQL takes, each mutation with a fresh key. */
export function openingTabs(newKey: () => string): { query: string; variables: string | null }[] {
  return OPENING_TABS.map((tab) => ({
    query: tab.document,
    variables: tab.variables && printVariables(tab.variables(newKey)),
  }));
}

export function printVariables(variables: Record<string, unknown>): string {
  return JSON.stringify(variables, null, 2);
}
