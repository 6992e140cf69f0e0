/** Every operation of the API. A new operation is one more line here; src/resolvers/schema.ts does the rest. */
export { acceptGifts } from './accept-gifts.ts';
export { advanceProgress } from './advance-progress.ts';
export { acknowledgeAlarm, alarms } from './alarms.ts';
export { announceReward } from './announce-reward.ts';
export { balanceConfig, balanceConfigs } from './balance-config.ts';
export { breakers, dropRewards, heldRewards, releaseRewards } from './breakers.ts';
export {
  campaign,
  campaignRefusals,
  campaigns,
  cancelCampaign,
  checkCampaign,
  createCampaign,
  pauseCampaign,
  resumeCampaign,
  runCampaign,
} from './campaigns.ts';
export { claim } from './claim.ts';
export { claimReward } from './claim-reward.ts';
export { claimables } from './claimables.ts';
export { claims } from './claims.ts';
export { claimsOf } from './claims-of.ts';
export { codeBatches, createCodes } from './codes.ts';
export { collectRewards } from './collect-rewards.ts';
export { applyDamage, heal } from './combat.ts';
export { balanceDistributions, drawnOdds, economy, rankedBalances } from './economy.ts';
export {
  changeEndpoint,
  createEndpoint,
  deadLetters,
  endpoints,
  eventSends,
  replayEvents,
  resendDeadLetters,
  rotateEndpointSecret,
} from './endpoints.ts';
export { erasePlayer, erasures } from './erasures.ts';
export { events } from './events.ts';
export { exchange } from './exchange.ts';
export { exportPlayer } from './export-player.ts';
export { findPlayers } from './find-players.ts';
export { freezePlayer, unfreezePlayer } from './freeze-player.ts';
export { grantMany } from './grant-many.ts';
export { inbox } from './inbox.ts';
export { integrity } from './integrity.ts';
export { ledger } from './ledger.ts';
export { closeList, createList, fillList, lists, uploadListChunk } from './lists.ts';
export { manualReward } from './manual-reward.ts';
export { markRead } from './mark-read.ts';
export { mergePlayer } from './merge-player.ts';
export { notes, writeNote } from './notes.ts';
export { offers } from './offers.ts';
export { payoutRanking } from './payout-ranking.ts';
export { pendingRewards } from './pending-rewards.ts';
export { me, player } from './player.ts';
export {
  previewManualReward,
  previewMergePlayer,
  previewReverseClaim,
  previewTakeResource,
} from './preview-actions.ts';
export { previewClaim } from './preview-claim.ts';
export { previewBalanceConfig } from './preview-config.ts';
export { previewExchange } from './preview-exchange.ts';
export { approveProposal, proposals, withdrawProposal } from './proposals.ts';
export { cancelScheduledConfig, publishBalanceConfig, rollBackBalanceConfig } from './publish-config.ts';
export {
  cancelRanking,
  createRanking,
  ranking,
  rankingRefusals,
  rankingResult,
  retryRanking,
} from './rankings.ts';
export { recoverReward } from './recover-reward.ts';
export { redeemCode } from './redeem-code.ts';
export { replayClaims } from './replay-claims.ts';
export { reverseClaim } from './reverse-claim.ts';
export { changeRole, createRole, deleteRole, roles } from './roles.ts';
export { searchClaims } from './search-claims.ts';
export { disableServer, enableServer, servers, setServer } from './servers.ts';
export { spendResource } from './spend-resource.ts';
export { spendStatPoints } from './spend-stat-points.ts';
export { staffActions } from './staff-actions.ts';
export {
  addStaffMember,
  assignStaffRole,
  disableStaffMember,
  enableStaffMember,
  setStaffLimits,
  staffMember,
  staffMembers,
} from './staff-members.ts';
export { takeResource } from './take-resource.ts';
export { timeline } from './timeline.ts';
export { attempt, trace } from './trace.ts';
export { transferResource } from './transfer-resource.ts';
export {
  cancelUndo,
  createUndo,
  pauseUndo,
  resumeUndo,
  runUndo,
  undo,
  undoPlayers,
  undos,
} from './undo.ts';
