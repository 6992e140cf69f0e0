/** I10 and I11 on game servers: the audit of what they give, scopes, limits of an hour, and revocation. */
import type { Attempt } from '../clients/journal.ts';
import type { Rules } from '../model/rules.ts';
import type { World } from '../schedule/world.ts';
import { involved } from './answers.ts';
import type { DisabledInterval } from './permissions.ts';
import { type ClaimRow, isHeld, placeOf, type Rows } from './rows.ts';
import type { Tally } from './tally.ts';

/** What a reward that is held gives is not among the entries. */
function grantsOf({ row }: ClaimRow): { readonly resource: string; readonly requested: number }[] {
  const { grants } = row.input as { readonly grants: readonly { resource: string; amount: number }[] };
  return grants.map(({ resource, amount }) => ({ resource, requested: amount }));
}

/** Each granted reward of a server has one audit row with its value, and nothing else has one. */
export function checkServers(
  tally: Tally,
  { claims, entries, serverAudit }: Rows,
  rulesOf: (version: number) => Rules | undefined,
): void {
  const audited = new Map(serverAudit.map((row) => [placeOf({ ...row, player: row.player ?? '' }), row]));
  tally.check('I10', audited.size === serverAudit.length, () => ({
    what: 'a reward of a server has two audit rows',
    player: '',
  }));
  const given = Map.groupBy(
    entries.filter(({ cause, requested }) => cause === 'operation' && requested > 0),
    placeOf,
  );
  for (const claim of claims) {
    const { actorKind, actorId, operation, outcome, player, correlationId } = claim;
    if (actorKind !== 'server' || operation !== 'manualReward' || outcome !== 'granted') continue;
    const { values = {} } = rulesOf(claim.configVersion) ?? {};
    const gives = isHeld(claim) ? grantsOf(claim) : (given.get(placeOf(claim)) ?? []);
    const amount = gives.reduce(
      (sum, { resource, requested }) => sum + requested * (values[resource] ?? 0),
      0,
    );
    const due = [actorId, operation, outcome, amount, correlationId];
    const row = audited.get(placeOf(claim));
    audited.delete(placeOf(claim));
    const found = row && [row.actorId, row.action, row.outcome, row.amount, row.correlationId];
    tally.check('I10', JSON.stringify(found) === JSON.stringify(due), () => ({
      what: `the reward is ${JSON.stringify(due)}, its audit row ${JSON.stringify(found ?? null)}`,
      player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const { actorId, action, player, number } of audited.values())
    tally.check('I10', false, () => ({
      what: `an audit row says that ${actorId} made ${action} with number ${number}, which is no reward of a server`,
      player: player ?? '',
    }));
}

const HOUR = 3_600_000;

/** A server with a scope made claims of its types alone, and no more in an hour than it may. It was refused only where it had made those. */
export function checkScope(
  tally: Tally,
  {
    attempts,
    rows,
    world: { scoped },
  }: {
    readonly attempts: readonly Attempt[];
    readonly rows: Rows;
    readonly world: World;
  },
): void {
  const { id, claimTypes, claimsPerHour } = scoped;
  const made = rows.claims.filter(({ actorId, outcome }) => actorId === id && outcome === 'granted');
  for (const claim of made)
    tally.check('I10', claimTypes.includes(claim.type), () => ({
      what: `${id} may make ${claimTypes.join(', ')}, and made ${claim.type}`,
      ...{ player: claim.player, keys: [claim.idempotencyKey], claims: [claim.id] },
    }));
  const hours = Map.groupBy(made, ({ claimedAt }) => Math.floor(claimedAt / HOUR));
  for (const claims of hours.values())
    tally.check('I11', claims.length <= claimsPerHour, () => ({
      what: `${id} made ${claims.length} claims in an hour, it may make ${claimsPerHour}`,
      ...{ player: claims.at(-1)?.player ?? '', claims: claims.map((claim) => claim.id).slice(-2) },
    }));
  const most = Math.max(0, ...[...hours.values()].map(({ length }) => length));
  for (const attempt of attempts) {
    const { answer, intent } = attempt;
    if (intent.actor.id !== id || answer?.kind !== 'fault' || answer.code !== 'RATE_LIMITED') continue;
    tally.check('I11', most >= claimsPerHour, () => ({
      what: `${id} was refused after ${most} of ${claimsPerHour} claims in an hour`,
      ...involved(attempt),
    }));
  }
}

/** Nothing that a server began after its revocation was answered is recorded before it is enabled again. */
export function checkRevocations(
  tally: Tally,
  {
    attempts,
    rows,
    disabled,
  }: {
    readonly attempts: readonly Attempt[];
    readonly rows: Rows;
    readonly disabled: readonly DisabledInterval[];
  },
): void {
  const recorded = new Map(rows.claims.map((claim) => [claim.sentCorrelationId, claim]));
  for (const { id, disabledAt, enableSentAt, enableSentMs = 0 } of disabled) {
    const begun = attempts.filter(
      ({ intent, began }) =>
        intent.actor.kind === 'server' &&
        intent.actor.id === id &&
        began > disabledAt &&
        began < enableSentAt,
    );
    for (const attempt of begun) {
      const claim = recorded.get(attempt.correlationId);
      const isLate = claim === undefined || claim.claimedAt >= enableSentMs;
      tally.check('I10', isLate, () => ({
        what: `${id} was disabled, and its ${attempt.intent.operation} is recorded as ${claim?.outcome}`,
        ...involved(attempt),
        claims: claim ? [claim.id] : [],
      }));
    }
  }
}
