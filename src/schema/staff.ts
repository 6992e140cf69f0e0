/** StaffMember and Role: who staff are, and what they may do. */
import { builder } from './builder.ts';

/** As drizzle/kernel/60_staff.sql makes them. */
export interface StaffMemberShape {
  readonly id: string;
  readonly role: string | null;
  readonly permissions: readonly string[];
  readonly rewardLimit: number | null;
  readonly dailyBudget: number | null;
  readonly resourceLimits: readonly ResourceLimitShape[];
  readonly disabledAt: string | null;
  readonly addedAt: string | null;
  readonly lastActionAt: string | null;
  readonly proposalId: number | null;
}

interface ResourceLimitShape {
  readonly resource: string;
  readonly takes: boolean;
  readonly perCall: number | null;
  readonly perDay: number | null;
}

export interface RoleShape {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly unknownPermissions: readonly string[];
  readonly members: number;
  readonly isDeleted: boolean;
  readonly proposalId: number | null;
}

const OWN = 'null: as the balance config says.';

const ResourceLimit = builder.objectRef<ResourceLimitShape>('StaffResourceLimit').implement({
  description: 'A limit of one staff member and one resource, instead of the balance config’s.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    takes: t.exposeBoolean('takes', { description: 'Of taking it; otherwise of giving it.' }),
    perCall: t.expose('perCall', { type: 'SafeInt', nullable: true, description: `In units; ${OWN}` }),
    perDay: t.expose('perDay', { type: 'SafeInt', nullable: true, description: `In units; ${OWN}` }),
  }),
});

export const StaffMember = builder.objectRef<StaffMemberShape>('StaffMember').implement({
  description: 'A staff member.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'The subject of the token.' }),
    role: t.exposeString('role', { nullable: true, description: 'Null: to be added, once it is approved.' }),
    permissions: t.stringList({
      description: 'What the role may do, such as `reward:manual`, by name.',
      resolve: ({ permissions }) => [...permissions],
    }),
    rewardLimit: t.expose('rewardLimit', {
      type: 'SafeInt',
      nullable: true,
      description: `The most of one award, in value; ${OWN}`,
    }),
    dailyBudget: t.expose('dailyBudget', {
      type: 'SafeInt',
      nullable: true,
      description: `The most of a day, in value; ${OWN}`,
    }),
    resourceLimits: t.field({
      type: [ResourceLimit],
      resolve: ({ resourceLimits }) => [...resourceLimits],
    }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since then they may do nothing; null: they are not disabled.',
    }),
    addedAt: t.expose('addedAt', { type: 'DateTime', nullable: true }),
    lastActionAt: t.expose('lastActionAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Of the newest event in the audit; null: there is none.',
    }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'The newest change of them that waits for an approval, or was approved.',
    }),
  }),
});

export const Role = builder.objectRef<RoleShape>('Role').implement({
  description: 'A role of staff: what its members may do.',
  fields: (t) => ({
    name: t.exposeString('name'),
    permissions: t.stringList({ resolve: ({ permissions }) => [...permissions] }),
    unknownPermissions: t.stringList({
      description: 'What the database holds for the role and this version does not know. It permits nothing.',
      resolve: ({ unknownPermissions }) => [...unknownPermissions],
    }),
    members: t.expose('members', { type: 'SafeInt', description: 'How many have it, disabled ones too.' }),
    isDeleted: t.exposeBoolean('isDeleted', { description: 'Also: not made yet, but proposed.' }),
    proposalId: t.expose('proposalId', {
      type: 'SafeInt',
      nullable: true,
      description: 'The change of it that waits for an approval, or was approved.',
    }),
  }),
});
