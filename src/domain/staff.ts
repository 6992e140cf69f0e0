/**
 * What staff with `staff:manage` change: members, their limits, and roles. The kernel decides whether a change is executed, proposed
 * or refused (drizzle/kernel/61_staff_changes.sql).
 */
import { STAFF_PERMISSION_NAMES } from './actor.ts';
import type { Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { NonNegativeInt, Reason } from './values.ts';

const KIND = { permission: 'staff:manage' } as const;
export const ADD_MEMBER = { ...KIND, name: 'addStaffMember', claimType: 'staff_addition' } as const;
export const ASSIGN_ROLE = { ...KIND, name: 'assignStaffRole', claimType: 'staff_assignment' } as const;
export const SET_LIMITS = { ...KIND, name: 'setStaffLimits', claimType: 'staff_limits' } as const;
export const DISABLE_MEMBER = { ...KIND, name: 'disableStaffMember', claimType: 'staff_disabling' } as const;
export const ENABLE_MEMBER = { ...KIND, name: 'enableStaffMember', claimType: 'staff_enabling' } as const;
export const CREATE_ROLE = { ...KIND, name: 'createRole', claimType: 'role_creation' } as const;
export const CHANGE_ROLE = { ...KIND, name: 'changeRole', claimType: 'role_change' } as const;
export const DELETE_ROLE = { ...KIND, name: 'deleteRole', claimType: 'role_deletion' } as const;

/** Own limits of resources of one member. */
export const MAX_RESOURCE_LIMITS = 50;

interface MemberRequest {
  readonly staffId: string;
  /** Of additions and assignments. */
  readonly role?: string;
  readonly reason: Reason;
}

/** What needs nothing but the member, and perhaps a role. */
export function decideOnMember(kind: ActionKind, effect: 'add' | 'assign' | 'disable' | 'enable') {
  return (intent: Intent, { staffId, role, reason }: MemberRequest): DecidedAction =>
    decideAction({
      intent,
      kind,
      input: { staffId, role, reason },
      reason,
      effect: { kind: `staff.${effect}`, member: staffId, ...(role !== undefined && { role }), reason },
    });
}

export interface ResourceLimit {
  readonly resource: string;
  /** Of taking; otherwise of giving. */
  readonly takes: boolean;
  /** Null: the config's. */
  readonly perCall: NonNegativeInt | null;
  readonly perDay: NonNegativeInt | null;
}

export interface SetLimits {
  readonly staffId: string;
  /** In value; null: the config's. */
  readonly rewardLimit: NonNegativeInt | null;
  readonly dailyBudget: NonNegativeInt | null;
  readonly resources: readonly ResourceLimit[];
  readonly reason: Reason;
}

export function checkResourceLimits(resources: readonly ResourceLimit[]): Fault | null {
  if (resources.length > MAX_RESOURCE_LIMITS)
    return badInput('resources', `must have at most ${MAX_RESOURCE_LIMITS} entries`);
  const seen = new Set<string>();
  for (const [index, { resource, takes, perCall, perDay }] of resources.entries()) {
    const field = `resources[${index}]`;
    if (perCall === null && perDay === null) return badInput(field, 'needs perCall or perDay');
    const key = `${takes} ${resource}`;
    if (seen.has(key)) return badInput(field, 'has a resource that another entry has');
    seen.add(key);
  }
  return null;
}

export function decideSetLimits(intent: Intent, request: SetLimits): DecidedAction {
  const { staffId, rewardLimit, dailyBudget, reason } = request;
  const resources = request.resources.map(({ resource, takes, perCall, perDay }) => ({
    resource,
    takes,
    perCall,
    perDay,
  }));
  const limits = { rewardLimit, dailyBudget, resources };
  return decideAction({
    intent,
    kind: SET_LIMITS,
    input: { staffId, ...limits, reason },
    reason,
    effect: { kind: 'staff.limits', member: staffId, limits, reason },
  });
}

interface RoleRequest {
  readonly name: string;
  readonly permissions?: readonly string[];
  readonly reason: Reason;
}

export function checkPermissions(given: readonly string[]): Fault | null {
  const names: readonly string[] = STAFF_PERMISSION_NAMES;
  const unknown = given.findIndex((each) => !names.includes(each));
  return unknown < 0
    ? null
    : badInput(`permissions[${unknown}]`, `there is no permission ${given[unknown]} for staff`);
}

export function decideOnRole(kind: ActionKind, effect: 'create_role' | 'change_role' | 'delete_role') {
  return (intent: Intent, { name, permissions, reason }: RoleRequest): DecidedAction => {
    const given = permissions && [...new Set(permissions)].sort();
    return decideAction({
      intent,
      kind,
      input: { name, permissions: given, reason },
      reason,
      effect: { kind: `staff.${effect}`, role: name, ...(given && { permissions: given }), reason },
    });
  };
}
