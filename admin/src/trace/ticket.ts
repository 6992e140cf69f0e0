// What a ticket says it is for. Its signature is not checked: it only finds the claim.
export interface TicketContents {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
}

export function decodeTicket(text: string): TicketContents | null {
  const [, payload, signature, ...rest] = text.split('.');
  if (!payload || !signature || rest.length > 0) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const { sub, type, key } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const isWhole = typeof sub === 'string' && typeof type === 'string' && typeof key === 'string';
    return isWhole ? { playerId: sub, type, key } : null;
  } catch {
    return null;
  }
}
