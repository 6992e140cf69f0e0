/** CodeBatch: codes that were created together. */
import { builder } from './builder.ts';
import { ResourceAmount } from './preview.ts';

export interface CodeBatchShape {
  readonly id: string;
  readonly label: string;
  readonly rewardType: string | null;
  readonly gives: readonly { readonly resource: string; readonly amount: number }[];
  readonly uses: number;
  readonly perPlayer: number;
  readonly count: number;
  readonly redeemed: number;
  readonly configVersion: number;
  readonly opensAt: string | null;
  readonly closesAt: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  /** As they are printed, in the answer to the request that created them. */
  readonly codes?: readonly string[];
}

export const CodeBatch = builder.objectRef<CodeBatchShape>('CodeBatch').implement({
  description: 'Codes that were created together, with the same terms.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        'The claim ID of what created it. The claim key of a redemption begins with it: `<id>/<place of the code>`.',
    }),
    label: t.exposeString('label'),
    rewardType: t.exposeString('rewardType', {
      nullable: true,
      description: 'The claim type that the amounts were computed from; null: they were given.',
    }),
    gives: t.field({
      type: [ResourceAmount],
      description: 'What each redemption gives, whatever the config says then. A ceiling may clamp it.',
      resolve: ({ gives }) => [...gives],
    }),
    uses: t.expose('uses', { type: 'SafeInt', description: 'How often each code can be redeemed.' }),
    perPlayer: t.expose('perPlayer', {
      type: 'SafeInt',
      description: 'How often one player can redeem the same code.',
    }),
    count: t.expose('count', { type: 'SafeInt', description: 'How many codes there are.' }),
    redeemed: t.expose('redeemed', {
      type: 'SafeInt',
      description: 'How often they were redeemed, without what was reopened.',
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that the amounts come from.',
    }),
    opensAt: t.expose('opensAt', { type: 'DateTime', nullable: true }),
    closesAt: t.expose('closesAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.exposeString('createdBy'),
    codes: t.field({
      type: ['String'],
      nullable: true,
      description:
        'In the answer to `createCodes`: the codes as they are printed, in their order. Null elsewhere: they are not stored.',
      resolve: ({ codes }) => (codes ? [...codes] : null),
    }),
  }),
});
