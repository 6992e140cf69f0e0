/** GameServer: a row of the registry of game servers. */
import { builder } from './builder.ts';

/** As drizzle/kernel/64_server_changes.sql makes it. */
export interface GameServerShape {
  readonly id: string;
  readonly isRegistered: boolean;
  readonly keyIds: readonly string[] | null;
  readonly operations: readonly string[] | null;
  readonly claimTypes: readonly string[] | null;
  readonly largestAmount: number | null;
  readonly claimsPerHour: number | null;
  readonly valuePerHour: number | null;
  readonly claimsThisHour: number;
  readonly valueThisHour: number;
  readonly registeredAt: string | null;
  readonly disabledAt: string | null;
  readonly disabledBy: string | null;
  readonly disabledReason: string | null;
  readonly proposalId: number | null;
}

const ANY = 'null: as its token says';

export const GameServer = builder.objectRef<GameServerShape>('GameServer').implement({
  description:
    'A game server, and what it may do at most. The scope of its token can take more away, and gives nothing.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'The subject of its tokens.' }),
    isRegistered: t.exposeBoolean('isRegistered', {
      description: 'False: to be registered, once it is approved.',
    }),
    keyIds: t.exposeStringList('keyIds', {
      nullable: true,
      description: 'The IDs (`kid`) of the keys that may sign its tokens; null: any that signs for servers.',
    }),
    operations: t.exposeStringList('operations', {
      nullable: true,
      description: `What it may call, queries included; ${ANY}.`,
    }),
    claimTypes: t.exposeStringList('claimTypes', {
      nullable: true,
      description: `What it may record, announce and reverse, as in \`Claim.type\`; ${ANY}.`,
    }),
    largestAmount: t.expose('largestAmount', {
      type: 'SafeInt',
      nullable: true,
      description: `The most of a resource that one operation asks for, in units; ${ANY}.`,
    }),
    claimsPerHour: t.expose('claimsPerHour', {
      type: 'SafeInt',
      nullable: true,
      description: 'How many operations are granted in an hour of UTC; null: any number.',
    }),
    valuePerHour: t.expose('valuePerHour', {
      type: 'SafeInt',
      nullable: true,
      description:
        'How much they give in such an hour, less what each of them takes, in the value of the balance config; null: any amount.',
    }),
    claimsThisHour: t.expose('claimsThisHour', {
      type: 'SafeInt',
      description: 'Counted where `claimsPerHour` is set.',
    }),
    valueThisHour: t.expose('valueThisHour', {
      type: 'SafeInt',
      description: 'Counted where `valuePerHour` is set.',
    }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime', nullable: true }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since then it may do and read nothing; null: it is not disabled.',
    }),
    disabledBy: t.exposeString('disabledBy', {
      nullable: true,
      description: 'A staff ID, or the name of an operator.',
    }),
    disabledReason: t.exposeString('disabledReason', { nullable: true }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'The newest change of it that waits for an approval, or was approved.',
    }),
  }),
});
