/** Members of staff: the caller, the list, and what staff with `staff:manage` change. */
import {
  ADD_MEMBER,
  ASSIGN_ROLE,
  checkResourceLimits,
  DISABLE_MEMBER,
  decideOnMember,
  decideSetLimits,
  ENABLE_MEMBER,
  MAX_RESOURCE_LIMITS,
  SET_LIMITS,
  type SetLimits,
} from '../domain/staff.ts';
import { readStaffMember } from '../ledger/read-authority.ts';
import { isMemberCursor, memberCursor, readStaff } from '../ledger/read-staff.ts';
import { builder } from '../schema/builder.ts';
import type { InputFields } from '../schema/inputs.ts';
import { StaffMember, type StaffMemberShape } from '../schema/staff.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, defineQuery, PAGE } from './define-query.ts';
import { throwIfFault } from './observe.ts';

export const staffMember = defineQuery({
  name: 'staffMember',
  description: 'The staff member of this token.',
  type: StaffMember,
  nullable: true,
  actors: ['staff'],
  args: () => ({}),
  resolve: async (_, { actor, read }) => {
    const [row] = await read((database) => readStaffMember<StaffMemberShape>(database, actor));
    return row ?? null;
  },
  example: {},
});

export const staffMembers = defineConnection({
  name: 'staffMembers',
  description: `Staff members with their roles and limits, in the order in which they were registered; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: StaffMember,
  actors: ['staff'],
  permission: 'staff:read',
  args: (t) => ({
    staffId: t({ type: 'PlayerId', description: 'Only this member.' }),
    idPrefix: t({ type: 'PlayerId', description: 'Only those whose IDs begin so.' }),
    role: t({ type: 'RoleName', description: 'Only those who have it.' }),
    enabled: t.boolean({ description: 'Only those who are not disabled.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: memberCursor, isValid: isMemberCursor }),
  resolve: ({ staffId = null, idPrefix = null, role = null, enabled }, page, { actor, read }) =>
    read((database) => {
      const filter = { staffId, idPrefix, role, enabled: enabled === true };
      return readStaff<StaffMemberShape>(database, actor, { filter, page });
    }),
  example: { first: 20 },
  notes: 'For auditors and admins.',
});

const StaffMemberReceipt = defineReceipt('StaffMemberReceipt', 'staffMember', StaffMember);

const member = (t: InputFields) => ({
  staffId: t.field({ type: 'PlayerId', required: true, description: 'The subject of the member’s token.' }),
});
const reason = (t: InputFields) => ({
  reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' }),
});
const role = (t: InputFields) => ({ role: t.field({ type: 'RoleName', required: true }) });

const common = { receipt: StaffMemberReceipt, rejections: ['staff_refused'] } as const;
/** What a change answers that a second member has to approve. */
const APPROVAL =
  'it becomes a proposal instead (`proposalId`); once another member with `staff:manage` has approved that, send the same with a new key.';

export const addStaffMember = defineAction({
  ...ADD_MEMBER,
  ...common,
  description: `Staff: adds a member, with the limits of the balance config. Where the role holds \`staff:manage\`, ${APPROVAL}`,
  input: (t) => ({ ...member(t), ...role(t), ...reason(t) }),
  decide: decideOnMember(ADD_MEMBER, 'add'),
  example: { staffId: 'support-9', role: 'support', reason: 'joins the team' },
});

export const assignStaffRole = defineAction({
  ...ASSIGN_ROLE,
  ...common,
  description: `Staff: gives a member another role, which counts from their next operation on. Where it adds \`staff:manage\`, ${APPROVAL} Nobody changes their own.`,
  input: (t) => ({ ...member(t), ...role(t), ...reason(t) }),
  decide: decideOnMember(ASSIGN_ROLE, 'assign'),
  example: { staffId: 'support-9', role: 'economist', reason: 'another team' },
});

export const disableStaffMember = defineAction({
  ...DISABLE_MEMBER,
  ...common,
  description: 'Staff: disables a member. After the answer they do and read nothing.',
  input: (t) => ({ ...member(t), ...reason(t) }),
  decide: decideOnMember(DISABLE_MEMBER, 'disable'),
  example: { staffId: 'support-9', reason: 'left the team' },
});

export const enableStaffMember = defineAction({
  ...ENABLE_MEMBER,
  ...common,
  description: `Staff: enables a member who was disabled, with their role and limits. Where the role holds \`staff:manage\`, ${APPROVAL}`,
  input: (t) => ({ ...member(t), ...reason(t) }),
  decide: decideOnMember(ENABLE_MEMBER, 'enable'),
  example: { staffId: 'support-9', reason: 'is back' },
});

const ResourceLimitInput = builder.inputType('StaffResourceLimitInput', {
  description: 'A limit of one resource that the balance config limits in units. One of the bounds, or both.',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName', required: true }),
    takes: t.boolean({ required: true, description: 'Of taking it; otherwise of giving it.' }),
    perCall: t.field({ type: 'NonNegativeInt', description: 'Left out: the balance config’s.' }),
    perDay: t.field({ type: 'NonNegativeInt', description: 'Left out: the balance config’s.' }),
  }),
});

export const setStaffLimits = defineAction({
  ...SET_LIMITS,
  ...common,
  description: `Staff: sets all limits of a member. What is left out is as in the balance config. Lower limits count at once. Where one is raised (in value: above \`staff_approval_above\` of the database’s settings, at first 0), ${APPROVAL} Nobody changes their own.`,
  input: (t) => ({
    ...member(t),
    rewardLimit: t.field({ type: 'NonNegativeInt', description: 'The most of one award, in value.' }),
    dailyBudget: t.field({ type: 'NonNegativeInt', description: 'The most of a day, in value.' }),
    resources: t.field({
      type: [ResourceLimitInput],
      description: `At most ${MAX_RESOURCE_LIMITS}, each resource once for giving and once for taking.`,
    }),
    ...reason(t),
  }),
  parse: ({ resources, ...input }) => {
    const limits = (resources ?? []).map(({ resource, takes, perCall = null, perDay = null }) => ({
      resource,
      takes,
      perCall,
      perDay,
    }));
    throwIfFault(checkResourceLimits(limits));
    return { ...input, resources: limits } as SetLimits;
  },
  decide: decideSetLimits,
  example: { staffId: 'support-9', rewardLimit: 500, dailyBudget: 2000, reason: 'is new in the team' },
});
