/** Who acts. An actor comes from a verified token (src/auth), never from an input field. */
import type { ServerScope } from './server-scope.ts';

/** The roles that every database begins with. The staff row in the database holds the role; a token does not. */
export const STAFF_ROLES = ['support', 'economist', 'auditor', 'admin'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export type ActorKind = 'player' | 'server' | 'staff';

/** `id` is the token's subject: a player ID, the name of a game server, or a staff ID. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
  /** What the token of a player says of them, by the names of the token settings. Absent: nothing. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** What the token of a game server says of it. Absent: it acts without a token. */
  readonly token?: ServerToken;
  /** Of a game server: the operation that it calls, as the schema names it. The kernel checks its scope under that name. */
  readonly operation?: string;
}

export interface ServerToken {
  /** Of the key that signed it. */
  readonly keyId: string;
  readonly scope: ServerScope;
}

/** Someone who uses the command line with the owner's database connection. No token makes an operator. */
export interface Operator {
  readonly kind: 'operator';
  readonly id: string;
}

/**
 * What staff may do: a closed list. The database holds what each role may do, and the kernel compares it with the staff row; these
 * are the roles that hold a permission when a migration first finds it here. Without a role: it is not for staff.
 */
export const STAFF_PERMISSIONS = {
  'reward:manual': ['support', 'admin'],
  'reward:claim': ['support', 'admin'],
  'reward:reverse': ['support', 'admin'],
  'reward:recover': ['support', 'admin'],
  'reward:take': ['support', 'admin'],
  'combat:correct': ['support', 'admin'],
  'codes:create': ['admin'],
  'undo:manage': ['support', 'admin'],
  'ledger:search': ['support', 'economist', 'auditor', 'admin'],
  'config:replay': ['economist', 'auditor', 'admin'],
  'proposal:decide': ['support', 'economist', 'admin'],
  'list:manage': ['economist', 'admin'],
  'campaign:manage': ['economist', 'admin'],
  'ranking:manage': ['economist', 'admin'],
  'campaign:approve': ['admin'],
  'config:publish': ['economist', 'admin'],
  /** Of what another member publishes, where the owner asks for it. */
  'config:approve': ['economist', 'admin'],
  /** Of what drives a campaign: no role of staff has it. */
  'campaign:run': [],
  'breaker:release': ['support', 'admin'],
  'note:write': ['support', 'admin'],
  'player:freeze': ['support', 'admin'],
  'player:export': ['admin'],
  'player:merge': ['support', 'admin'],
  'event:read': ['economist', 'auditor', 'admin'],
  'player:erase': ['admin'],
  'event:manage': ['admin'],
  'economy:read': ['economist', 'auditor', 'admin'],
  'alarm:read': ['support', 'economist', 'auditor', 'admin'],
  'alarm:acknowledge': ['support', 'economist', 'admin'],
  'ledger:read': ['support', 'economist', 'auditor', 'admin'],
  'staff:read': ['auditor', 'admin'],
  'staff:manage': ['admin'],
  'server:manage': ['admin'],
} as const satisfies Record<string, readonly StaffRole[]>;
export type StaffPermission = keyof typeof STAFF_PERMISSIONS;

/** Those that a role of staff can hold. */
export const STAFF_PERMISSION_NAMES = (Object.keys(STAFF_PERMISSIONS) as StaffPermission[]).filter(
  (name) => STAFF_PERMISSIONS[name].length > 0,
);
