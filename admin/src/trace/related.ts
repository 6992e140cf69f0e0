// Which other claims belong to the story of one: its announcement, the claim that paid it, and the newest reversal.
import type { RewardClaim, Trace } from '@onceward/client';

interface Reference {
  readonly type: string;
  readonly key: string;
}

/** As the key of an announcement is made: the length of each text before it. A key that is too long is a digest. */
const announcementKey = ({ type, key }: Reference) => `${type.length}:${type}${key.length}:${key}`;

const ANNOUNCEMENT = /^(\d{1,2}):([a-z][a-z0-9_]*?)(\d{1,3}):([!-~]+)$/;

/** What an announcement announces; null: its key does not say it. */
function announcedBy(key: string): Reference | null {
  const length = Number(/^(\d{1,2}):/.exec(key)?.[1] ?? Number.NaN);
  const start = String(length).length + 1;
  const type = key.slice(start, start + length);
  const rest = key.slice(start + length);
  const found = ANNOUNCEMENT.test(key) && /^(\d{1,3}):(.*)$/s.exec(rest);
  if (!found || Number(found[1]) !== found[2]?.length) return null;
  return { type, key: found[2] };
}

const MAX_KEY_LENGTH = 255;

/** Where the other claims are found; they need not exist. */
export function relatedTo({
  type,
  key,
  id,
}: Pick<RewardClaim, 'type' | 'key' | 'id'>): (Reference | { id: string })[] {
  if (type === 'reversal') return [{ id: key }];
  const reversal = { type: 'reversal', key: id };
  if (type === 'announcement') {
    const announced = announcedBy(key);
    return announced ? [announced, reversal] : [reversal];
  }
  const announcement = announcementKey({ type, key });
  return announcement.length > MAX_KEY_LENGTH
    ? [reversal]
    : [{ type: 'announcement', key: announcement }, reversal];
}

/** One story of several requests: of each, what concerns the player. */
export function togetherOf(traces: readonly Trace[], playerId: string): Trace {
  const [first] = traces;
  if (traces.length === 1 && first) return first;
  return {
    correlationId: traces.map(({ correlationId }) => correlationId).join(', '),
    attempts: traces.flatMap(({ attempts }) =>
      attempts.filter(({ claim }) => claim.playerId === playerId || claim.counterpartyId === playerId),
    ),
    audit: traces.flatMap(({ audit }) =>
      audit.filter((event) => event.playerId === null || event.playerId === playerId),
    ),
    earlier: null,
  };
}
