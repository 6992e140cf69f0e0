/** What a refused request is made of, and what makes its reason go away: for the lists of every business "no". */
import { changedExample, type Document, publish } from './balance.ts';
import { addStaffMember } from './ledger-state.ts';
import { claimReward, manualReward, type Sent } from './mutations.ts';
import { seasonedPlayer } from './scenes.ts';
import { fresh, playerToken, type SendOptions, serverToken, staffToken } from './service.ts';

export interface Refused {
  readonly playerId: string;
  /** The other player of a transfer: nothing moves of theirs either. */
  readonly otherPlayerId?: string;
  ask(idempotencyKey: string): Promise<Sent>;
  /** Takes the reason away, so that a new request of the same kind succeeds. */
  mend(): Promise<unknown>;
}

export interface Refusal {
  readonly name: string;
  readonly prepare: () => Promise<Refused>;
  /** What is told. */
  readonly told: object;
}

type Mutation = (input: object, options: SendOptions) => Promise<Sent>;
interface Asking {
  readonly mutation?: Mutation;
  /** Left out: a seasoned player. */
  readonly playerId?: string;
}

export async function asPlayer(input: object, { mutation = claimReward, playerId: known }: Asking = {}) {
  const playerId = known ?? (await seasonedPlayer());
  const token = await playerToken(playerId);
  return { playerId, ask: (idempotencyKey: string) => mutation({ ...input, idempotencyKey }, { token }) };
}

export async function asServer(input: object, { mutation = claimReward, playerId: known }: Asking = {}) {
  const playerId = known ?? (await seasonedPlayer());
  const token = await serverToken();
  return {
    playerId,
    ask: (idempotencyKey: string) => mutation({ ...input, playerId, idempotencyKey }, { token }),
  };
}

export async function asStaff(
  input: object,
  { mutation = manualReward, playerId: known, ...limits }: Asking & { limit?: number; budget?: number } = {},
) {
  const playerId = known ?? (await seasonedPlayer());
  const staffId = await addStaffMember(fresh('staff'), limits);
  const token = await staffToken(staffId);
  return {
    playerId,
    staffId,
    ask: (idempotencyKey: string) => mutation({ ...input, playerId, idempotencyKey }, { token }),
  };
}

export const publishChanged = (change: (document: Document) => void) => publish(changedExample(change));

/** The example again, as the next version. */
export const serveNext = () => publishChanged(() => {});

/** Any accepted operation, which also creates the player: 500 lumees and a summon token, one version more. */
export async function another(playerId: string): Promise<string> {
  await claimReward({ type: 'weekly_chest', playerId }, { token: await serverToken() });
  return playerId;
}
