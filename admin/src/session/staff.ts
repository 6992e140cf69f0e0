// Who uses the console. Pages ask it what they may show; nothing is fetched for a page before it says yes.
import { type StaffMember, staffMember } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useCell } from '../ui/cell.ts';
import { client, codeOf } from './api.ts';
import { token } from './token.ts';
import { decodeTokenClaims } from './token-claims.ts';

export type Viewer =
  | { readonly kind: 'signed_out' }
  /** A token of a player or a game server. */
  | { readonly kind: 'not_staff'; readonly tokenKind: string }
  | { readonly kind: 'loading' }
  /** The server does not accept the token, or the staff member. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unreachable'; readonly retry: () => void }
  | { readonly kind: 'staff'; readonly member: StaffMember };

export function useViewer(): Viewer {
  const current = useCell(token);
  const tokenKind = decodeTokenClaims(current)?.kind ?? null;
  const isOther = tokenKind !== null && tokenKind !== 'staff';
  const { data, error, refetch } = useQuery({
    queryKey: ['staffMember'],
    queryFn: () => client.query(staffMember),
    enabled: current !== '' && !isOther,
    staleTime: 60_000,
  });
  if (current === '') return { kind: 'signed_out' };
  if (isOther) return { kind: 'not_staff', tokenKind };
  if (data) return { kind: 'staff', member: data };
  if (error) {
    const code = codeOf(error);
    if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN')
      return { kind: 'refused', code, message: error.message };
    return { kind: 'unreachable', retry: () => refetch() };
  }
  if (data === null)
    return { kind: 'refused', code: 'FORBIDDEN', message: 'You are not registered as staff.' };
  return { kind: 'loading' };
}

export function may(viewer: Viewer, permission: string): boolean {
  return viewer.kind === 'staff' && viewer.member.permissions.includes(permission);
}
