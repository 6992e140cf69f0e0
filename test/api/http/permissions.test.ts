/** Who may call which operation. The matrix is the contract; the definitions of the operations and the answers must agree with it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActorKind, StaffRole } from '../../../src/domain/actor.ts';
import { OPERATIONS, schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  call,
  inputFieldsOf,
  type OperationName,
  operationNamed,
  rolesFor,
  takesKey,
} from '../../support/worker/client.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import {
  ACTIONS,
  BULKS,
  type PreparedScene,
  READS,
  SCENES,
  seasonedPlayer,
} from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

const CALLERS = [
  'anonymous',
  'self',
  'another player',
  'server',
  'support',
  'economist',
  'auditor',
  'admin',
  'disabled',
] as const;
type Caller = (typeof CALLERS)[number];

/** For each caller of CALLERS: answered (o), UNAUTHENTICATED (A) or FORBIDDEN (F). */
const MATRIX: Readonly<Record<OperationName, string>> = {
  me: 'A o o F F F F F F',
  player: 'A o F o o o o o F',
  ledger: 'A o F o o o o o F',
  claims: 'A o F o o o o o F',
  claim: 'A o F o o o o o F',
  claimsOf: 'A F F F o o o o F',
  searchClaims: 'A F F F o o o o F',
  events: 'A F F o F o o o F',
  findPlayers: 'A F F F o o o o F',
  mergePlayer: 'A F F o o F F o F',
  previewMergePlayer: 'A F F o o F F o F',
  replayClaims: 'A F F F F o o o F',
  exportPlayer: 'A F F F F F F o F',
  timeline: 'A F F F o o o o F',
  staffMember: 'A F F F o o o o F',
  staffMembers: 'A F F F F F o o F',
  roles: 'A F F F F F o o F',
  notes: 'A F F F o o o o F',
  endpoints: 'A F F F F F F o F',
  deadLetters: 'A F F F F F F o F',
  eventSends: 'A F F F F F F o F',
  trace: 'A o o o o o o o F',
  attempt: 'A F F o o o o o F',
  balanceConfig: 'A F F o o o o o F',
  balanceConfigs: 'A F F F o o o o F',
  previewBalanceConfig: 'A F F F o o o o F',
  publishBalanceConfig: 'A F F F F o F o F',
  rollBackBalanceConfig: 'A F F F F o F o F',
  cancelScheduledConfig: 'A F F F F o F o F',
  alarms: 'A F F F o o o o F',
  breakers: 'A F F F o o o o F',
  heldRewards: 'A F F F o F F o F',
  integrity: 'A F F F o o o o F',
  staffActions: 'A F F F F F o o F',
  economy: 'A F F F F o o o F',
  drawnOdds: 'A F F F F o o o F',
  balanceDistributions: 'A F F F F o o o F',
  rankedBalances: 'A F F F F o o o F',
  pendingRewards: 'A o F o o o o o F',
  inbox: 'A o F o o o o o F',
  previewClaim: 'A o F o o F F o F',
  previewExchange: 'A o F o F F F F F',
  previewManualReward: 'A F F o o F F o F',
  previewTakeResource: 'A F F F o F F o F',
  previewReverseClaim: 'A F F o o F F o F',
  acceptGifts: 'A o F o F F F F F',
  offers: 'A o F o o o o o F',
  claimables: 'A o F o o o o o F',
  claimReward: 'A o F o o F F o F',
  collectRewards: 'A o F o F F F F F',
  markRead: 'A o F o F F F F F',
  manualReward: 'A F F o o F F o F',
  grantMany: 'A F F o o F F o F',
  payoutRanking: 'A F F o F F F F F',
  createCodes: 'A F F F F F F o F',
  createEndpoint: 'A F F F F F F o F',
  changeEndpoint: 'A F F F F F F o F',
  rotateEndpointSecret: 'A F F F F F F o F',
  replayEvents: 'A F F F F F F o F',
  resendDeadLetters: 'A F F F F F F o F',
  createUndo: 'A F F F o F F o F',
  releaseRewards: 'A F F F o F F o F',
  dropRewards: 'A F F F o F F o F',
  runUndo: 'A F F F o F F o F',
  pauseUndo: 'A F F F o F F o F',
  resumeUndo: 'A F F F o F F o F',
  cancelUndo: 'A F F F o F F o F',
  undo: 'A F F F o o o o F',
  undoPlayers: 'A F F F o o o o F',
  undos: 'A F F F o o o o F',
  codeBatches: 'A F F F o o o o F',
  redeemCode: 'A o o F F F F F F',
  reverseClaim: 'A F F o o F F o F',
  spendResource: 'A F F o F F F F F',
  spendStatPoints: 'A o o F F F F F F',
  takeResource: 'A F F F o F F o F',
  exchange: 'A o F o F F F F F',
  transferResource: 'A o F o F F F F F',
  advanceProgress: 'A F F o F F F F F',
  applyDamage: 'A F F o o F F o F',
  heal: 'A F F o o F F o F',
  freezePlayer: 'A F F F o F F o F',
  unfreezePlayer: 'A F F F o F F o F',
  announceReward: 'A F F o o F F o F',
  recoverReward: 'A F F o o F F o F',
  proposals: 'A F F F o o o o F',
  approveProposal: 'A F F F o o F o F',
  withdrawProposal: 'A F F F o o F o F',
  createList: 'A F F o F o F o F',
  uploadListChunk: 'A F F o F o F o F',
  fillList: 'A F F F F o F o F',
  closeList: 'A F F o F o F o F',
  createRanking: 'A F F o F o F o F',
  retryRanking: 'A F F o F o F o F',
  cancelRanking: 'A F F o F o F o F',
  ranking: 'A F F o o o o o F',
  rankingResult: 'A o o o o o o o F',
  rankingRefusals: 'A F F o F o F o F',
  addStaffMember: 'A F F F F F F o F',
  assignStaffRole: 'A F F F F F F o F',
  setStaffLimits: 'A F F F F F F o F',
  disableStaffMember: 'A F F F F F F o F',
  enableStaffMember: 'A F F F F F F o F',
  createRole: 'A F F F F F F o F',
  changeRole: 'A F F F F F F o F',
  deleteRole: 'A F F F F F F o F',
  servers: 'A F F F F F o o F',
  setServer: 'A F F F F F F o F',
  disableServer: 'A F F F F F F o F',
  enableServer: 'A F F F F F F o F',
  writeNote: 'A F F F o F F o F',
  acknowledgeAlarm: 'A F F F o o F o F',
  erasePlayer: 'A F F F F F F o F',
  erasures: 'A F F F F F o o F',
  createCampaign: 'A F F F F o F o F',
  checkCampaign: 'A F F F F o F o F',
  runCampaign: 'A F F F F o F o F',
  pauseCampaign: 'A F F F F o F o F',
  resumeCampaign: 'A F F F F o F o F',
  cancelCampaign: 'A F F F F o F o F',
  campaignRefusals: 'A F F F F o F o F',
  lists: 'A F F F o o o o F',
  campaigns: 'A F F F o o o o F',
  campaign: 'A F F F o o o o F',
};
const OUTCOMES: Readonly<Record<string, string>> = { o: 'answered', A: 'UNAUTHENTICATED', F: 'FORBIDDEN' };

const NAMES = OPERATIONS.map(({ name }) => name as OperationName);

function kindOf(caller: Caller): ActorKind | null {
  if (caller === 'anonymous') return null;
  if (caller === 'self' || caller === 'another player') return 'player';
  return caller === 'server' ? 'server' : 'staff';
}

/** A player who is named by ID can be another one. `me`, `trace` and `spendStatPoints` are about the caller alone. */
const namesPlayer = (name: OperationName) =>
  inputFieldsOf(name).some((field) => ['playerId', 'id', 'filter'].includes(field.name));

/** What follows from the definition of the operation and STAFF_PERMISSIONS. */
function defined(name: OperationName, caller: Caller): string {
  const kind = kindOf(caller);
  if (kind === null) return 'A';
  if (!operationNamed(name).actors.includes(kind) || caller === 'disabled') return 'F';
  if (caller === 'another player') return namesPlayer(name) ? 'F' : 'o';
  return kind !== 'staff' || rolesFor(name).includes(caller as StaffRole) ? 'o' : 'F';
}

const tokens = new Map<Caller, string | undefined>();
beforeAll(async () => {
  await serveExample();
  tokens.set('another player', await playerToken(await seasonedPlayer())).set('server', await serverToken());
  for (const role of ['support', 'economist', 'auditor', 'admin'] as const) {
    tokens.set(role, await staffToken(await addStaffMember(fresh('staff'), { role })));
  }
  const disabled = await addStaffMember(fresh('staff'), { role: 'admin' });
  await changeStaffMember(disabled, { disabled: true });
  tokens.set('disabled', await staffToken(disabled));
});

const ALL = [...SCENES, ...ACTIONS, ...BULKS, ...READS];
/** The request of the caller's kind if there is one, or that of a kind that may call the operation. */
function sceneFor(name: OperationName, caller: Caller): (typeof ALL)[number] {
  const scenes = ALL.filter(({ operation }) => operation === name);
  const scene = scenes.find(({ actor }) => actor === kindOf(caller)) ?? scenes[0];
  if (!scene) throw new Error(`${name} has no scene.`);
  return scene;
}

async function callAs(caller: Caller, name: OperationName, scene: PreparedScene<OperationName>) {
  const { playerId, input } = scene;
  const token = caller === 'self' ? await playerToken(playerId) : tokens.get(caller);
  const keys = takesKey(name) ? { idempotencyKey: freshKey() } : {};
  // A player's own request does not name them; here it is another player who sends it.
  const named = inputFieldsOf(name).some((field) => field.name === 'playerId') ? { playerId } : {};
  return call(name, { ...keys, ...named, ...input }, { token });
}

function outcomeOf({ result, errors }: Answer<unknown>): string {
  if (errors) return String(errors[0]?.extensions.code);
  return result === null ? 'null' : 'answered';
}

function expectGranted(name: OperationName, { result }: Answer<unknown>): void {
  const operation = operationNamed(name);
  if (operation.root !== 'mutation') return;
  if (operation.isBulk) expect(result).toMatchObject({ granted: expect.any(Number), rejected: 0, failed: 0 });
  else expect(result).toMatchObject({ __typename: 'Receipt' });
}

describe('the permission matrix', () => {
  it('has a row for every operation, as the definitions have it', () => {
    expect(Object.keys(MATRIX).sort()).toEqual([...NAMES].sort());
    const computed = NAMES.map((name) => [name, CALLERS.map((caller) => defined(name, caller)).join(' ')]);
    expect(Object.fromEntries(computed)).toEqual(MATRIX);
    expect(schema.getSubscriptionType()).toBeUndefined();
  });

  it.each(
    NAMES,
  )('%s: is answered for those who may call it, and refused without a write for others', async (name) => {
    const outcomes: [Caller, string][] = [];
    // A refused caller, and one who only reads, leaves the scene as it was, for the next caller.
    const unused = new Map<(typeof ALL)[number], PreparedScene<OperationName>>();
    for (const [column, caller] of CALLERS.entries()) {
      const isAnswered = MATRIX[name].split(' ')[column] === 'o';
      const from = sceneFor(name, caller);
      const scene = unused.get(from) ?? (await from.prepare());
      if (isAnswered && operationNamed(name).root !== 'query') unused.delete(from);
      else unused.set(from, scene);
      const send = () => callAs(caller, name, scene);
      const answer = await (isAnswered ? send() : writingNothing(scene.playerId, send));
      if (!isAnswered) expect(answer.result).toBeNull();
      else expectGranted(name, answer);
      outcomes.push([caller, outcomeOf(answer)]);
    }
    const expected = MATRIX[name].split(' ').map((letter) => OUTCOMES[letter]);
    expect(outcomes).toEqual(CALLERS.map((caller, column) => [caller, expected[column]]));
  });
});
