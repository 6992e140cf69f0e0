/** Building blocks for tests of rejections: a request that is rejected, and what removes the reason. */
import { changedExample, type Document, publish } from './balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  type CallOptions,
  type Client,
  type MutationName,
  type ResultOf,
  receiptOf,
} from './client.ts';
import { addStaffMember } from './ledger-state.ts';
import { seasonedPlayer } from './scenes.ts';
import type { Rejection } from './schema-types.ts';
import { fresh } from './service.ts';

export interface RejectionCase {
  /** The operation and the reason. */
  readonly name: string;
  readonly prepare: () => Promise<RejectedRequest>;
  /** What the rejection contains. */
  readonly expected: {
    /** UnknownReward is answered by items alone. */
    readonly __typename: Exclude<Rejection['__typename'], 'UnknownReward'>;
  } & Record<string, unknown>;
}

export interface RejectedRequest extends Request {
  /** Removes the reason, so that the same request with a new key is granted. */
  readonly removeReason: () => Promise<unknown>;
}

export interface Request {
  readonly playerId: string;
  /** The other player of a transfer, whose balances must not move either. */
  readonly otherPlayerId?: string;
  readonly send: (idempotencyKey: string) => Promise<Answer<ResultOf<MutationName>>>;
}

type Send = (call: {
  readonly client: Client;
  readonly playerId: string;
  /** With the idempotency key. */
  readonly options: CallOptions;
}) => Promise<Answer<ResultOf<MutationName>>>;

/** A request by a player. Unless `known` names one, it is a new seasoned player. */
export async function byPlayer(send: Send, known?: string): Promise<Request> {
  const playerId = known ?? (await seasonedPlayer());
  return { playerId, send: (key) => send({ client: asPlayer(playerId), playerId, options: { key } }) };
}

/** A request by a game server for a new seasoned player. */
export async function byServer(send: Send): Promise<Request> {
  const playerId = await seasonedPlayer();
  return { playerId, send: (key) => send({ client: asServer(), playerId, options: { key } }) };
}

interface StaffRequest {
  /** Absent: a new seasoned player. */
  readonly playerId?: string;
  readonly limit?: number;
  readonly budget?: number;
}

/** A request by a new staff member. */
export async function byStaff(
  send: Send,
  { playerId: known, ...limits }: StaffRequest = {},
): Promise<Request & { readonly staffId: string }> {
  const playerId = known ?? (await seasonedPlayer());
  const staffId = await addStaffMember(fresh('staff'), limits);
  return { playerId, staffId, send: (key) => send({ client: asStaff(staffId), playerId, options: { key } }) };
}

export const publishChanged = (change: (document: Document) => void) => publish(changedExample(change));

/** Publishes the example with a claim type or exchange that only players of a segment get, which no token of these tests says. */
export const publishLocked = (section: 'claimTypes' | 'exchanges', name: string) =>
  publishChanged((document) => {
    document.attributes = { segment: { values: ['vip'] } };
    document[section][name].requires = [{ when: 'segment == "vip"', text: 'locked.vip_only' }];
  });
export const REQUIREMENTS_NOT_MET = { __typename: 'RequirementsNotMet', unmet: ['locked.vip_only'] } as const;

/** Publishes the example config as the next version. */
export const publishExample = () => publishChanged(() => {});

/** Gives 500 lumees and a summon token, which raises the version by one and creates a player who does not exist. */
export async function giveChest(playerId: string): Promise<string> {
  receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId }));
  return playerId;
}
