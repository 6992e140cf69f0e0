/** Takes from a staff member what they may do, and gives it back, through the API: by disabling them, or by another role. */
import { mutationBody, OUTCOME } from '../clients/document.ts';
import type { Deployment } from '../stack/deployment.ts';

export interface StaffChanges {
  /** `nth`: each has keys of its own. False: there is no answer, and it may have been done. The same can be sent again. */
  readonly revoke: (id: string, nth: number) => Promise<boolean>;
  readonly restore: (id: string, nth: number) => Promise<boolean>;
}

interface Options {
  readonly deployment: Deployment;
  readonly seed: string;
  /** An admin who is no participant of the seed. */
  readonly adminId: string;
  /** The member's own. */
  readonly role: string;
}

export function openStaffChanges({ deployment, seed, adminId, role }: Options): StaffChanges {
  const admin = { kind: 'staff', id: adminId } as const;
  const send = async (name: string, nth: number, input: object) => {
    const idempotencyKey = `${name}-of-${seed}-${nth}`.padEnd(24, '-');
    const body = mutationBody(name, { ...input, idempotencyKey, reason: 'for the simulation' }, null);
    const answer = await deployment.send(admin, body).catch(() => null);
    const { __typename } = (answer?.[OUTCOME] ?? {}) as { readonly __typename?: string };
    return __typename === 'StaffMemberReceipt';
  };
  // Every other time by another role.
  const byRole = (nth: number) => nth % 2 === 0;
  return {
    revoke: (staffId, nth) =>
      byRole(nth)
        ? send('assignStaffRole', nth * 2, { staffId, role: 'auditor' })
        : send('disableStaffMember', nth, { staffId }),
    restore: (staffId, nth) =>
      byRole(nth)
        ? send('assignStaffRole', nth * 2 + 1, { staffId, role })
        : send('enableStaffMember', nth, { staffId }),
  };
}
