/** GrantEvent: an event in the feed, in the form in which webhooks send it. */
import type { EventChange as EventChangeShape, GrantEvent as GrantEventShape } from '../domain/event.ts';
import { builder } from './builder.ts';

const EventActor = builder.objectRef<GrantEventShape['actor']>('EventActor').implement({
  description: 'Who acted.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`player`, `server`, `staff` or `operator`.' }),
    id: t.exposeString('id'),
  }),
});

const EventChange = builder.objectRef<EventChangeShape>('EventChange').implement({
  description: 'One balance moved: `after = before + delta`.',
  fields: (t) => ({
    player: t.expose('player', { type: 'PlayerId' }),
    resource: t.expose('resource', { type: 'ResourceName' }),
    cause: t.exposeString('cause', { description: 'A `ChangeCause` in lower case, such as `operation`.' }),
    before: t.expose('before', { type: 'SafeInt' }),
    delta: t.expose('delta', { type: 'SafeInt' }),
    after: t.expose('after', { type: 'SafeInt' }),
  }),
});

export const GrantEvent = builder.objectRef<GrantEventShape>('GrantEvent').implement({
  description:
    'A granted operation of a player, in the form in which webhooks send it. Of each player, numbers have no gaps: they are `number` where an event names them as `player`, and `counterpartyNumber` where it names them as `counterparty`.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The same however often the event is sent: by it a consumer recognises what it has.',
    }),
    type: t.exposeString('type', { description: '`claim.granted`.' }),
    player: t.expose('player', { type: 'PlayerId' }),
    number: t.exposeInt('number', { description: 'Of this claim, for `player`.' }),
    counterparty: t.expose('counterparty', {
      type: 'PlayerId',
      nullable: true,
      description: 'The other player of a transfer (its recipient), or of its reversal.',
    }),
    counterpartyNumber: t.exposeInt('counterpartyNumber', { nullable: true }),
    claimId: t.exposeString('claimId', { description: 'As `player` has it.' }),
    operation: t.exposeString('operation', { description: 'The mutation, such as `claimReward`.' }),
    claimType: t.exposeString('claimType'),
    claimKey: t.exposeString('claimKey'),
    actor: t.expose('actor', { type: EventActor }),
    claimedAt: t.expose('claimedAt', { type: 'DateTime' }),
    configVersion: t.exposeInt('configVersion', {
      description: 'The balance config that it was decided under.',
    }),
    correlationId: t.exposeString('correlationId', {
      description: 'Files the claim, as in `trace`: of servers and staff their own, where they sent one.',
    }),
    reverses: t.exposeString('reverses', {
      nullable: true,
      description: 'The ID of the claim that this one takes back, whole or in part.',
    }),
    becamePending: t.exposeBoolean('becamePending', {
      description: 'What its receiver should get did not fit, and became a pending reward.',
    }),
    changes: t.field({
      type: [EventChange],
      description: 'In order, those of `player` first. Empty: nothing moved, as of an announcement.',
      resolve: ({ changes }) => [...changes],
    }),
  }),
});
