/** RewardClaim and BalanceChange: what was claimed, and what it moved. */
import type { Draw as DrawRecord } from '../domain/moves.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { RequestContext } from '../resolvers/context.ts';
import { builder } from './builder.ts';

const ActorKind = builder.enumType('ActorKind', {
  description: 'Who acted.',
  values: {
    PLAYER: { value: 'player', description: 'The player, with a token of their own.' },
    SERVER: { value: 'server', description: 'A trusted game server.' },
    STAFF: { value: 'staff', description: 'A member of staff.' },
    OPERATOR: { value: 'operator', description: 'Whoever runs Onceward, from the command line: an import.' },
  } as const,
});

export const ChangeCause = builder.enumType('ChangeCause', {
  description: 'What moved a balance.',
  values: {
    OPERATION: { value: 'operation', description: 'The operation itself.' },
    MILESTONE: { value: 'milestone', description: 'A level that was reached, or taken back by a reversal.' },
    REGENERATION: {
      value: 'regeneration',
      description: 'Time: what had come back since it last moved, written down before this operation.',
    },
    OPENING: {
      value: 'opening',
      description: 'What the balance begins with, written down before it first moved.',
    },
  } as const,
});

const Draw = builder.objectRef<DrawRecord>('Draw').implement({
  description:
    'What was drawn, once, from a weighted table of the balance config. A replay shows the same. To reckon it again: each outcome owns as many rolls as it weighs, by name.',
  fields: (t) => ({
    table: t.exposeString('table'),
    outcome: t.exposeString('outcome'),
    roll: t.expose('roll', { type: 'SafeInt', description: 'From 0 to `of` − 1.' }),
    of: t.expose('of', {
      type: 'SafeInt',
      description: 'The weights of the outcomes that could be drawn, added up.',
    }),
    guaranteed: t.exposeBoolean('guaranteed', {
      description: "True: the table's guarantee left only its own outcomes.",
    }),
  }),
});

export const BalanceChange = builder.objectRef<ChangeRecord>('BalanceChange').implement({
  description: 'One balance moved by one claim: `after = before + delta`.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    before: t.expose('before', { type: 'SafeInt' }),
    after: t.expose('after', { type: 'SafeInt' }),
    delta: t.expose('delta', { type: 'SafeInt' }),
    requested: t.expose('requested', {
      type: 'SafeInt',
      description:
        'What was to be moved. Differs from delta where a floor or ceiling of the balance config cut it.',
    }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'The number of this entry among all of this player and resource: from 1, without gaps.',
    }),
    cause: t.expose('cause', { type: ChangeCause }),
    cutOff: t.field({
      type: 'SafeInt',
      description: 'What a floor or ceiling cut off: `requested − delta`.',
      resolve: ({ requested, delta }) => requested - delta,
    }),
  }),
});

/** Who of the staff acted, and in which words, is no business of the player's. */
export function isInternal({ actorKind }: ClaimRecord, { actor }: RequestContext): boolean {
  return actorKind === 'staff' && actor?.kind === 'player';
}

export const RewardClaim = builder.objectRef<ClaimRecord>('RewardClaim').implement({
  description:
    'A claim as it was recorded. For each player, type and key at most one is granted, forever; refused ones are seen in a trace alone.',
  fields: (t) => ({
    id: t.exposeID('id'),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    operation: t.exposeString('operation', { description: 'The mutation that made it.' }),
    type: t.exposeString('type', {
      description:
        'The claim type of the balance config, the name of an exchange, or the ledger’s own: `manual_reward`, `spend_stat_points`, `reversal`, `transfer`, `damage`, `healing`, `announcement`, `import`.',
    }),
    key: t.exposeString('key', {
      description: 'Which one of its type; derived by the server for calendar claims and awards.',
    }),
    idempotencyKey: t.expose('idempotencyKey', { type: 'IdempotencyKey' }),
    actorKind: t.expose('actorKind', { type: ActorKind }),
    actorId: t.string({
      description: 'The subject of the token that made it. Players see `staff` for a member of staff.',
      resolve: (claim, _, context) => (isInternal(claim, context) ? 'staff' : claim.actorId),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why, for what staff do by hand. Written for staff: players do not see it.',
      resolve: (claim, _, context) => (isInternal(claim, context) ? null : claim.reason),
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that it was computed with.',
    }),
    correlationId: t.exposeID('correlationId'),
    playerVersion: t.expose('playerVersion', {
      type: 'SafeInt',
      description:
        'The version of the player that it made; of a refused one, the version that it was judged at.',
    }),
    claimedAt: t.expose('claimedAt', { type: 'DateTime' }),
    draws: t.field({
      type: [Draw],
      description: 'For exchanges with draws: each of them, in order.',
      resolve: ({ draws }) => [...draws],
    }),
    counterpartyId: t.expose('counterpartyId', {
      type: 'PlayerId',
      nullable: true,
      description: 'The other player of a transfer (who got it) or of its reversal.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Of imported history: when it happened, in the system that it comes from.',
    }),
  }),
});
