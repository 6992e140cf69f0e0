/** Who is acting. Derived from a verified token (src/auth), never from an input field. */

/** What a staff member may do is decided by the role in the database, inside the transaction. */
export const STAFF_ROLES = ['support', 'economist', 'auditor', 'admin'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** `id` is the token's subject: a player ID, the name of a game server, or a staff ID. */
export interface Actor {
  readonly kind: 'player' | 'server' | 'staff';
  readonly id: string;
}

/** Who works from the command line, with the owner's database connection; no token makes one. */
export interface Operator {
  readonly kind: 'operator';
  readonly id: string;
}

/** What staff may do, and the roles that may do it. The kernel compares the roles with the staff row. */
export const STAFF_PERMISSIONS = {
  'reward:manual': ['support', 'admin'],
  'reward:claim': ['support', 'admin'],
  'reward:reverse': ['support', 'admin'],
  'reward:recover': ['support', 'admin'],
  'ledger:read': ['support', 'economist', 'auditor', 'admin'],
} as const satisfies Record<string, readonly StaffRole[]>;
export type StaffPermission = keyof typeof STAFF_PERMISSIONS;
