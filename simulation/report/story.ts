/**
 * Shows a violation as text: the invariant, what is wrong, and the few attempts of the player that show it, in order. Of an answer
 * that is INTERNAL it shows the Worker's log lines, which name the class of the failure.
 */
import type { Attempt } from '../clients/journal.ts';
import { AnswerChecker } from '../invariants/answers.ts';
import { type Finding, INVARIANTS, Tally } from '../invariants/tally.ts';
import type { SeedResult } from '../run/run-seed.ts';

const MAX_ATTEMPTS = 30;

export function story(finding: Finding, result: SeedResult): string {
  const { invariant, what, player, evidence = [] } = finding;
  const attempts = relevantAttempts(finding, result);
  const shown = attempts.slice(0, MAX_ATTEMPTS);
  const more = attempts.length - shown.length;
  return [
    `${invariant} violated: ${INVARIANTS[invariant]}`,
    `  seed ${result.seed}, player ${player}: ${what}`,
    ...evidence.map((line) => `    ${line}`),
    ...shown.flatMap((attempt) => [
      `    ${describeAttempt(attempt)}`,
      ...(result.defects.get(attempt.correlationId) ?? []).map((line) => `      logged: ${line}`),
    ]),
    ...(more > 0 ? [`    … and ${more} more attempts`] : []),
  ].join('\n');
}

/** The attempts with the finding's keys and claims. If answers alone show the violation: the fewest attempts that show it. */
function relevantAttempts(finding: Finding, { attempts, disabled }: SeedResult): readonly Attempt[] {
  const ofPlayer = attempts
    .filter(({ intent }) => intent.player === finding.player || intent.others?.includes(finding.player))
    .sort((a, b) => a.ended - b.ended);
  const show = (some: readonly Attempt[]) => {
    const tally = new Tally();
    const checker = new AnswerChecker(tally, { disabled, sent: attempts });
    for (const attempt of some) checker.answered(attempt);
    return tally.findings.some(
      ({ invariant, player }) => invariant === finding.invariant && player === finding.player,
    );
  };
  const relevant = show(ofPlayer)
    ? shrink(ofPlayer, show)
    : ofPlayer.filter((attempt) => isInvolved(attempt, finding));
  return relevant.toSorted((a, b) => a.began - b.began);
}

function isInvolved({ intent, answer }: Attempt, { keys = [], claims = [] }: Finding): boolean {
  if (keys.includes(intent.key)) return true;
  if (answer?.kind === 'receipt') return claims.includes(answer.receipt.claim.id);
  return answer?.kind === 'rejected' && answer.original !== null && claims.includes(answer.original.claim.id);
}

function describeAttempt(attempt: Attempt): string {
  const { began, ended, category, intent, sent, injected, expiredTicket, secondMutation, answer } = attempt;
  const { idempotencyKey, ...input } = sent;
  const faults = [
    injected.client,
    injected.database,
    injected.lane,
    expiredTicket ? 'expired ticket' : null,
    secondMutation ? `a second mutation: ${secondMutation}` : null,
  ].filter(Boolean);
  const actor = `${intent.actor.kind} ${intent.actor.id}`;
  return (
    `[${began}–${ended}] ${category}: ${actor}, ${intent.operation} ${JSON.stringify(input)}, key ${idempotencyKey}` +
    `${faults.length > 0 ? ` (${faults.join(', ')})` : ''} → ${describeAnswer(answer)}`
  );
}

function describeAnswer(answer: Attempt['answer']): string {
  switch (answer?.kind) {
    case 'receipt': {
      const { claim, changes, replayed } = answer.receipt;
      const moved = changes.map(
        ({ resource, before, after, sequence }) => `${resource} #${sequence} ${before}→${after}`,
      );
      const { id, playerVersion, configVersion } = claim;
      return `${replayed ? 'replayed ' : ''}version ${playerVersion}, claim ${id}, config ${configVersion}: ${moved.join(', ')}`;
    }
    case 'rejected':
      return `${answer.rejection.kind} ${JSON.stringify(answer.rejection.details)}`;
    case 'fault':
      return answer.code;
    case 'call':
      return `${answer.replayed ? 'replayed ' : ''}call with ${answer.items.map(({ id }) => id).join(' ')}`;
    default:
      return `no answer (${answer?.why ?? 'still running'})`;
  }
}

/**
 * Delta debugging: leaves out halves, quarters, eighths and so on for as long as the rest still fails. The result fails, and
 * leaving out any single item of it makes it pass.
 */
export function shrink<T>(items: readonly T[], stillFails: (items: readonly T[]) => boolean): readonly T[] {
  let left = items;
  for (let parts = 2; left.length > 1; ) {
    const size = Math.ceil(left.length / parts);
    const smaller = withoutOnePart(left, size).find(stillFails);
    if (smaller) {
      left = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size > 1) {
      parts = Math.min(parts * 2, left.length);
    } else {
      return left;
    }
  }
  return left;
}

function withoutOnePart<T>(items: readonly T[], size: number): T[][] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => [...items.slice(0, start), ...items.slice(start + size)]);
}
