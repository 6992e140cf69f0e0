/** Roles of staff: the list, and what staff with `staff:manage` change. */
import { CHANGE_ROLE, CREATE_ROLE, checkPermissions, DELETE_ROLE, decideOnRole } from '../domain/staff.ts';
import { readRoles } from '../ledger/read-staff.ts';
import type { InputFields } from '../schema/inputs.ts';
import { Role, type RoleShape } from '../schema/staff.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineQuery } from './define-query.ts';
import { throwIfFault } from './observe.ts';

export const roles = defineQuery({
  name: 'roles',
  description: 'All roles of staff, by name; at most a hundred.',
  type: [Role],
  nullable: false,
  actors: ['staff'],
  permission: 'staff:read',
  args: () => ({}),
  resolve: (_, { actor, read }) => read((database) => readRoles<RoleShape>(database, actor)),
  example: {},
  notes: 'For auditors and admins.',
});

const RoleReceipt = defineReceipt('RoleReceipt', 'role', Role);

const named = (t: InputFields) => ({
  name: t.field({ type: 'RoleName', required: true }),
  reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' }),
});
const permitting = (t: InputFields) => ({
  permissions: t.field({
    type: ['Permission'],
    required: true,
    description: 'All that it permits. Only those that this version knows.',
  }),
});
const common = { receipt: RoleReceipt, rejections: ['staff_refused'] } as const;
const parse = <Given extends { readonly permissions: readonly string[] }>(input: Given): Given => {
  throwIfFault(checkPermissions(input.permissions));
  return input;
};

export const createRole = defineAction({
  ...CREATE_ROLE,
  ...common,
  description:
    'Staff: makes a role. Where it holds `staff:manage`, it becomes a proposal instead (`proposalId`); once another member with `staff:manage` has approved that, send the same with a new key.',
  input: (t) => ({ ...named(t), ...permitting(t) }),
  parse,
  decide: decideOnRole(CREATE_ROLE, 'create_role'),
  example: {
    name: 'community',
    permissions: ['ledger:read', 'ledger:search'],
    reason: 'answers in the forum',
  },
});

export const changeRole = defineAction({
  ...CHANGE_ROLE,
  ...common,
  description:
    'Staff: sets what a role permits, which counts from the next operation of each member on. Where it adds `staff:manage`, or anything to the role of the one who changes it, it becomes a proposal instead (`proposalId`); once another member with `staff:manage` has approved that, send the same with a new key.',
  input: (t) => ({ ...named(t), ...permitting(t) }),
  parse,
  decide: decideOnRole(CHANGE_ROLE, 'change_role'),
  example: {
    name: 'community',
    permissions: ['ledger:read', 'ledger:search', 'note:write'],
    reason: 'also writes notes',
  },
});

export const deleteRole = defineAction({
  ...DELETE_ROLE,
  ...common,
  description: 'Staff: deletes a role that nobody has.',
  input: named,
  decide: decideOnRole(DELETE_ROLE, 'delete_role'),
  example: { name: 'community', reason: 'nobody has it' },
});
