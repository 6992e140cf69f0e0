/** I7 on calls that collect all that is pending: what such a call lists is what was pending then, the oldest first. */
import { EXPIRY } from '../model/claim-keys.ts';
import type { PendingReward } from '../model/effect.ts';
import type { Timeline } from '../model/timeline.ts';
import { couldBeCollected } from './held.ts';
import type { History } from './history.ts';
import { same, type Tally } from './tally.ts';

/** The most that one call collects. */
const MOST = 50;
/** A reward that expires so close to the call may be listed or not: the call lists first, and pays then. */
const CLOSE_MS = 1_000;

export function checkCollections(tally: Tally, { attempts, rows }: History, timeline: Timeline): void {
  // What could not be released is collected like everything else.
  const mayWait = couldBeCollected(rows) > 0;
  for (const { answer, intent, sent } of attempts) {
    // A retry may be answered for what was collected since. Without a grant nothing says when it was listed.
    if (answer?.kind !== 'call' || answer.replayed || sent.all !== true) continue;
    const granted = answer.items.flatMap((item) => {
      const claim = item.answer.kind === 'receipt' ? timeline.claim(item.answer.receipt.claim.id) : undefined;
      return claim ? [claim] : [];
    });
    const [first] = granted.sort((a, b) => a.number - b.number);
    if (!first) continue;
    const isSure = ({ expiry, isHeld }: Pick<PendingReward, 'expiry' | 'isHeld'>) =>
      !isHeld && (expiry === null || Math.abs(expiry.at - first.claimedAt) > CLOSE_MS);
    // The call itself may have settled an expired reward before.
    const before = numberBefore(intent.player, first.number, timeline);
    const pending = timeline.pendingAt(intent.player, before).filter(({ isHeld }) => mayWait || !isHeld);
    const due = pending
      .filter((one) => isSure(one) && (one.expiry === null || one.expiry.at > first.claimedAt))
      .map(({ announcedBy }) => announcedBy)
      .slice(0, MOST);
    const unsure = pending.filter((one) => !isSure(one)).map(({ announcedBy }) => announcedBy);
    const listed = answer.items.map(({ id }) => id).filter((id) => !unsure.includes(id));
    tally.check('I7', pending.length > MOST || same(listed, due), () => ({
      what: `a call for all pending rewards listed ${listed.join(' ')}, expected ${due.join(' ')}`,
      player: intent.player,
      keys: [intent.key],
      claims: [first.id],
    }));
  }
}

function numberBefore(player: string, number: number, timeline: Timeline): number {
  let before = number - 1;
  while (timeline.claimAt(player, before)?.operation === EXPIRY) before -= 1;
  return before;
}
