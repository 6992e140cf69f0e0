/** The counters, queues and audit of the reference service. */
import type { ClaimRow, Rows } from '../../simulation/invariants/rows.ts';
import { numberIn } from '../../simulation/model/claim-id.ts';
import type { ClaimEffect } from '../../simulation/model/effect.ts';
import { subjectOf } from '../../simulation/model/limits.ts';

export type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

export const CONFIG = 1;
/** The day of time 0, at which everything happens. */
export const DAY = '1970-01-01';

/** As the ledger names the subjects of counters. */
const KINDS = { player: 'player', recipient: 'player', server: 'staff', game: 'game' } as const;

/** What a granted claim leaves besides its entries: an outbox row, pending and reversed claims, and used limits. */
export function recordCounters(
  rows: Mutable<Rows>,
  claim: ClaimRow & { number: number },
  { announces, limits = [] }: Pick<ClaimEffect, 'announces' | 'limits'>,
): void {
  const { player, number, type, key, operation } = claim;
  rows.outbox.push({ player, number, at: `7-${rows.outbox.length + 1}`, writtenBy: '7' });
  rows.pendingRewards = rows.pendingRewards.filter(
    (row) => row.player !== player || row.type !== type || row.key !== key,
  );
  if (announces) {
    const { type: announced, key: announcedKey } = announces;
    rows.pendingRewards.push({
      player,
      type: announced,
      key: announcedKey,
      number,
      configVersion: CONFIG,
      expiresAt: announces.expiry?.at ?? null,
      isHeld: false,
    });
  }
  if (operation === 'reverseClaim')
    rows.reversed.push({
      ...{ player, number: numberIn(key), units: 1, reversed: 1, reversedBy: number },
      reopened: false,
    });
  for (const use of limits) {
    const { subject, name, period, amount } = use;
    if (subject === 'call') continue;
    const recipient = claim.counterparty?.player ?? null;
    const whose = subjectOf(use, { player, recipient, server: claim.actorId });
    const counter = rows.limitCounters.find(
      (row) => row.subject === whose && row.name === name && row.day === period,
    );
    if (counter) counter.used += amount;
    else rows.limitCounters.push({ kind: KINDS[subject], subject: whose, name, day: period, used: amount });
  }
}

/** The audit row of a claim or refusal of staff, and the counters of its staff member. */
export function recordAudit(rows: Mutable<Rows>, claim: ClaimRow, amount: number): void {
  const { actorId, operation: action, outcome, player, number, correlationId } = claim;
  const granted = rows.audit.filter((one) => one.actorId === actorId && one.outcome === 'granted');
  const spentBefore = granted.reduce((sum, one) => sum + one.amount, 0);
  const row = { actorId, action, outcome, player, number, correlationId, amount, spentBefore };
  rows.audit.push(row);
  if (outcome === 'granted') granted.push(row);
  const counters = {
    'staff:budget': granted.reduce((sum, one) => sum + one.amount, 0),
    'staff:awards': granted.filter((one) => one.action !== 'reverseClaim').length,
  };
  rows.limitCounters = [
    ...rows.limitCounters.filter(({ subject }) => subject !== actorId),
    ...Object.entries(counters).map(([name, used]) => ({
      kind: 'staff' as const,
      subject: actorId,
      name,
      day: DAY,
      used,
    })),
  ];
}

/** The audit row of what a game server gave. */
export function recordServerAudit(rows: Mutable<Rows>, claim: ClaimRow, amount: number): void {
  const { actorId, operation: action, outcome, player, number, correlationId } = claim;
  rows.serverAudit.push({ actorId, action, outcome, player, number, correlationId, amount, spentBefore: 0 });
}
