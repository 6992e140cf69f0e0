/** The registry of game servers: the list, and what staff with `server:manage` change. */
import { MAX_SCOPED } from '../domain/server-scope.ts';
import {
  checkBounds,
  DISABLE_SERVER,
  decideOnServer,
  decideSetServer,
  ENABLE_SERVER,
  SET_SERVER,
  type SetServer,
} from '../domain/servers.ts';
import { isServerCursor, readServers, serverCursor } from '../ledger/read-servers.ts';
import type { InputFields } from '../schema/inputs.ts';
import { GameServer, type GameServerShape } from '../schema/server.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { throwIfFault } from './observe.ts';

export const servers = defineConnection({
  name: 'servers',
  description: `Staff: the registered game servers, in the order in which they first acted or were registered; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: GameServer,
  actors: ['staff'],
  permission: 'staff:read',
  args: (t) => ({
    serverId: t({ type: 'PlayerId', description: 'Only this one.' }),
    disabled: t.boolean({ description: 'Only those that are disabled, or that are not.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: serverCursor, isValid: isServerCursor }),
  resolve: ({ serverId = null, disabled = null }, page, { actor, read }) =>
    read((database) => {
      const filter = { serverId, isDisabled: disabled };
      return readServers<GameServerShape>(database, actor, { filter, page });
    }),
  example: { first: 20 },
  notes: 'For auditors and admins.',
});

const GameServerReceipt = defineReceipt('GameServerReceipt', 'server', GameServer);

const server = (t: InputFields) => ({
  serverId: t.field({
    type: 'PlayerId',
    required: true,
    description: 'The subject of the server’s tokens.',
  }),
});
const reason = (t: InputFields) => ({
  reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' }),
});

const common = { receipt: GameServerReceipt, rejections: ['server_refused'] } as const;
const APPROVAL =
  'it becomes a proposal instead (`proposalId`); once another member with `server:manage` has approved that, send the same with a new key.';
const LIST = `At most ${MAX_SCOPED}.`;

export const setServer = defineAction({
  ...SET_SERVER,
  ...common,
  description: `Staff: registers a game server, or sets all bounds of one. What is left out is not bounded here. Bounds count from its next operation on. Where it may do more than before, ${APPROVAL} A server without a row may do anything if \`servers\` of the database’s settings is \`open\`, and nothing if it is \`registered\`.`,
  input: (t) => ({
    ...server(t),
    keyIds: t.field({ type: ['KeyId'], description: `The keys that may sign its tokens. ${LIST}` }),
    operations: t.field({
      type: ['OperationName'],
      description: `What it may call, queries included. ${LIST}`,
    }),
    claimTypes: t.field({
      type: ['ClaimType'],
      description: `What it may record, announce and reverse, as in \`Claim.type\`. ${LIST}`,
    }),
    largestAmount: t.field({
      type: 'NonNegativeInt',
      description: 'The most of a resource that one operation asks for, in units.',
    }),
    claimsPerHour: t.field({
      type: 'NonNegativeInt',
      description: 'How many operations are granted in an hour of UTC. Others are RATE_LIMITED.',
    }),
    valuePerHour: t.field({
      type: 'NonNegativeInt',
      description:
        'How much they give in such an hour, less what each of them takes, in the value of the balance config.',
    }),
    ...reason(t),
  }),
  parse: (input) => {
    const request = input as SetServer;
    throwIfFault(checkBounds(request));
    return request;
  },
  decide: decideSetServer,
  example: {
    serverId: 'arena-9',
    operations: ['claimReward', 'player'],
    largestAmount: 500,
    claimsPerHour: 10_000,
    reason: 'the new arena',
  },
});

export const disableServer = defineAction({
  ...DISABLE_SERVER,
  ...common,
  description:
    'Staff: disables a game server, also one that is not registered. An operation or query of it that starts after the answer is FORBIDDEN. Rankings that it uploaded go on until staff cancel them.',
  input: (t) => ({ ...server(t), ...reason(t) }),
  decide: decideOnServer(DISABLE_SERVER, 'disable'),
  example: { serverId: 'arena-9', reason: 'its key leaked' },
});

export const enableServer = defineAction({
  ...ENABLE_SERVER,
  ...common,
  description: `Staff: enables a game server that was disabled, with its bounds: ${APPROVAL}`,
  input: (t) => ({ ...server(t), ...reason(t) }),
  decide: decideOnServer(ENABLE_SERVER, 'enable'),
  example: { serverId: 'arena-9', reason: 'it has a new key' },
});
