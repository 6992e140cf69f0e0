/** What is kept beside claims and entries, against the model: quotas used up, and what stands as owed. */
import { same, type Tally } from '../invariants/finding.ts';
import type { History } from './history.ts';
import type { Timeline } from './timeline.ts';

export function compareBooks(tally: Tally, { rows: { quotas, owed } }: History, timeline: Timeline): void {
  const kept = Map.groupBy(quotas, ({ player, name }) => `${player}\n${name}`);
  for (const { player, name, total } of timeline.quotas()) {
    const days = kept.get(`${player}\n${name}`) ?? [];
    kept.delete(`${player}\n${name}`);
    const sum = days.reduce((all, { used }) => all + used, 0);
    tally.check('I11', sum === total, () => ({
      what: `${name}: ${sum} in the book, used were ${total}`,
      player,
    }));
    for (const { day, used } of days) {
      const [least, most] = timeline.used(player, timeline.version(player), name, day);
      tally.check('I11', used >= least && used <= most, () => ({
        what: `${name} on ${day}: ${used} in the book, used were ${least} to ${most}`,
        player,
      }));
    }
  }
  for (const [place, [first]] of kept)
    tally.check('I11', false, () => ({
      what: `${place}: in the book, and nothing used it`,
      player: first?.player ?? '',
    }));

  const standing = new Map(owed.map((row) => [row.announcedBy, row]));
  for (const { player, type, key, announcedBy, configVersion } of timeline.unsettled()) {
    const row = standing.get(announcedBy);
    standing.delete(announcedBy);
    const told = row && [row.player, row.type, row.key, row.configVersion];
    tally.check('I4', same(told, [player, type, key, configVersion]), () => ({
      what: `${type} ${key} is owed, and stands as ${JSON.stringify(told ?? null)}`,
      player,
      claims: [announcedBy],
    }));
  }
  for (const { player, type, key, announcedBy } of standing.values())
    tally.check('I4', false, () => ({
      what: `${type} ${key} stands as owed, and nobody owes it`,
      player,
      claims: [announcedBy],
    }));
}
