/** staffMember: who the caller is as staff, and what their role may do. Pages show what it permits. */
import { readStaffMember, type StaffMember as StaffMemberShape } from '../ledger/read-authority.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery } from './define-query.ts';

const StaffMember = builder.objectRef<StaffMemberShape>('StaffMember').implement({
  description: 'A staff member.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'The subject of the token.' }),
    role: t.exposeString('role'),
    permissions: t.stringList({
      description: 'What the role may do, such as `reward:manual`, by name.',
      resolve: ({ permissions }) => [...permissions],
    }),
    rewardLimit: t.expose('rewardLimit', {
      type: 'SafeInt',
      nullable: true,
      description: 'The most of one award, in value; null: as the balance config says.',
    }),
    dailyBudget: t.expose('dailyBudget', {
      type: 'SafeInt',
      nullable: true,
      description: 'The most of a day, in value; null: as the balance config says.',
    }),
  }),
});

export const staffMember = defineQuery({
  name: 'staffMember',
  description: 'The staff member of this token.',
  type: StaffMember,
  nullable: true,
  actors: ['staff'],
  args: () => ({}),
  resolve: async (_, { actor, read }) => {
    const [row] = await read((database) => readStaffMember(database, actor));
    return row ?? null;
  },
  example: {},
});
