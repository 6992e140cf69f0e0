/** A violation as a person can follow it: the few attempts of the player concerned that show it, in order, in words. */
import type { Attempt } from '../clients/journal.ts';
import { type Finding, INVARIANTS, Tally } from '../invariants/finding.ts';
import { Observer } from '../invariants/observer.ts';
import type { SeedResult } from '../run/run-seed.ts';
import { shrink } from './shrink.ts';

const MOST_LINES = 30;

export function story(finding: Finding, result: SeedResult): string {
  const { invariant, what, player } = finding;
  const attempts = relevant(finding, result);
  const lines = attempts.slice(0, MOST_LINES).map(line);
  const more = attempts.length - lines.length;
  return [
    `${invariant} is broken: ${INVARIANTS[invariant]}`,
    `  seed ${result.seed}, player ${player}: ${what}`,
    ...lines.map((text) => `    ${text}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ].join('\n');
}

/** The attempts that the finding is about; fewer still where answers alone show it. */
function relevant(finding: Finding, { attempts, disabled, world }: SeedResult): readonly Attempt[] {
  const ofPlayer = attempts
    .filter(({ intent }) => intent.player === finding.player || intent.others?.includes(finding.player))
    .sort((a, b) => a.ended - b.ended);
  const shows = (some: readonly Attempt[]) => {
    const tally = new Tally();
    const observer = new Observer(tally, { disabled, temp: world.staff.temp.id });
    for (const attempt of some) observer.answered(attempt);
    return tally.findings.some(
      ({ invariant, player }) => invariant === finding.invariant && player === finding.player,
    );
  };
  if (shows(ofPlayer)) return shrink(ofPlayer, shows).toSorted((a, b) => a.began - b.began);
  return ofPlayer.filter((attempt) => concerns(attempt, finding)).toSorted((a, b) => a.began - b.began);
}

function concerns({ intent, answer }: Attempt, { keys = [], claims = [] }: Finding): boolean {
  if (keys.includes(intent.key)) return true;
  if (answer?.kind === 'receipt') return claims.includes(answer.receipt.claim.id);
  return answer?.kind === 'rejected' && answer.original !== null && claims.includes(answer.original.claim.id);
}

function line({ began, ended, category, intent, sent, faults, expiredTicket, answer }: Attempt): string {
  const { idempotencyKey, ...input } = sent;
  const broken = [faults.front, faults.database, expiredTicket ? 'expired ticket' : null]
    .filter(Boolean)
    .join(', ');
  const who = `${intent.actor.kind} ${intent.actor.id}`;
  return (
    `[${began}–${ended}] ${category}: ${who}, ${intent.operation} ${JSON.stringify(input)} under ${idempotencyKey}` +
    `${broken ? ` (${broken})` : ''} → ${told(answer)}`
  );
}

function told(answer: Attempt['answer']): string {
  switch (answer?.kind) {
    case 'receipt': {
      const { claim, changes, replayed } = answer.receipt;
      const moved = changes.map(
        ({ resource, before, after, sequence }) => `${resource} #${sequence} ${before}→${after}`,
      );
      return `${replayed ? 'replayed ' : ''}version ${claim.playerVersion}, claim ${claim.id}, config ${claim.configVersion}: ${moved.join(', ')}`;
    }
    case 'rejected':
      return `${answer.rejection.kind} ${JSON.stringify(answer.rejection.details)}`;
    case 'fault':
      return answer.code;
    default:
      return `no answer (${answer?.why ?? 'under way'})`;
  }
}
