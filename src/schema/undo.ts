/** Undo: the reversal of many claims after an incident, as staff see it. */
import { builder } from './builder.ts';

interface Moved {
  readonly resource: string;
  readonly requested: number;
  readonly moved: number;
}

interface UndoCounts {
  readonly reversed: number;
  readonly moved: Readonly<Record<string, { readonly requested: number; readonly given: number }>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly debts: number;
  readonly differ: number;
}

export interface UndoShape {
  readonly id: number;
  readonly state: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly debt: boolean;
  readonly claims: number;
  readonly players: number;
  readonly checked: number;
  readonly proposalId: number | null;
  readonly forecast: UndoCounts | null;
  readonly result: UndoCounts | null;
  readonly stopped: string | null;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

const UndoMoved = builder.objectRef<Moved>('UndoMoved').implement({
  description: 'What reversals move of a resource.',
  fields: (t) => ({
    resource: t.exposeString('resource'),
    requested: t.expose('requested', { type: 'SafeInt' }),
    moved: t.expose('moved', { type: 'SafeInt' }),
  }),
});

const ClaimsNotReversed = builder
  .objectRef<{ readonly why: string; readonly claims: number }>('ClaimsNotReversed')
  .implement({
    description: 'Claims that are not reversed.',
    fields: (t) => ({
      why: t.exposeString('why', {
        description:
          'As a single reversal is rejected: `already_claimed` (it was reversed before), `insufficient_balance`, `limit_exceeded`, `not_reversible`.',
      }),
      claims: t.expose('claims', { type: 'SafeInt' }),
    }),
  });

const UndoCounts = builder.objectRef<UndoCounts>('UndoCounts').implement({
  description: 'What an undo does: as the dry run found, or as it has done so far.',
  fields: (t) => ({
    reversed: t.expose('reversed', { type: 'SafeInt', description: 'Claims.' }),
    moved: t.field({
      type: [UndoMoved],
      resolve: ({ moved }) =>
        Object.entries(moved).map(([resource, { requested, given }]) => ({
          resource,
          requested,
          moved: given,
        })),
    }),
    refused: t.field({
      type: [ClaimsNotReversed],
      resolve: ({ refused }) => Object.entries(refused).map(([why, claims]) => ({ why, claims })),
    }),
    debts: t.expose('debts', { type: 'SafeInt', description: 'Players with a negative balance.' }),
    differ: t.expose('differ', {
      type: 'SafeInt',
      description:
        'Players who may not have what they would have without the claims: `undoPlayers` lists them.',
    }),
  }),
});

export const Undo = builder.objectRef<UndoShape>('Undo').implement({
  description: 'The reversal of many claims after an incident.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    state: t.exposeString('state', {
      description:
        '`selecting` and `checking` (the dry run), `ready` (to be run), `running`, `paused`, `done`, `cancelled`.',
    }),
    filter: t.expose('filter', { type: 'JSON', description: 'Which claims it selected.' }),
    reason: t.exposeString('reason'),
    ifInsufficient: t.string({
      description: '`REFUSE` or `DEBT`, as of a single reversal.',
      resolve: ({ debt }) => (debt ? 'DEBT' : 'REFUSE'),
    }),
    claims: t.expose('claims', { type: 'SafeInt', description: 'How many it selected.' }),
    players: t.expose('players', { type: 'SafeInt' }),
    checked: t.expose('checked', { type: 'SafeInt', description: 'Claims that the dry run has tried.' }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'What another staff member approves; null: it was not proposed.',
    }),
    forecast: t.expose('forecast', {
      type: UndoCounts,
      nullable: true,
      description: 'Of the dry run, which tried every reversal and rolled it back.',
    }),
    result: t.expose('result', { type: UndoCounts, nullable: true, description: 'Null: it did not start.' }),
    stopped: t.exposeString('stopped', { nullable: true, description: 'Why it stopped by itself.' }),
    madeBy: t.exposeString('madeBy'),
    madeAt: t.expose('madeAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
  }),
});
