/** replayClaims: stored claims of all players, for a replay under another config by the caller (src/domain/replay.ts). */
import { badInput } from '../domain/fault.ts';
import {
  REPLAY_PAGE,
  type ReplayPage as ReplayPageShape,
  readReplay,
  replayPosition,
} from '../ledger/read-replay.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery } from './define-query.ts';
import { FaultError } from './observe.ts';

const ReplayPage = builder.objectRef<ReplayPageShape>('ReplayPage').implement({
  description: 'A page of claims across players, for a replay.',
  fields: (t) => ({
    claims: t.expose('claims', {
      type: 'JSON',
      description:
        'By player, and of a player in their order; each an array: number of the player, number of the claim, time (ms since 1970), operation, claim type, kind of the actor (1 player, 2 server, 3 staff, 4 operator), config version of its amounts, input, what was read of the player, balances that levels follow from by resource, draws, which price was paid, what it requested as `[resource, amount, balance before]` each, where its amounts come from if not from input and config, and the announcement that it paid: operation, kind, time, input, what was read, balances. Names are numbers.',
    }),
    names: t.expose('names', {
      type: 'JSON',
      description: '`{resources, types, operations}`: the names of the numbers.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      description: 'Where the window ends: some seconds before the replay began, or earlier if it asked so.',
    }),
    progress: t.exposeFloat('progress', { description: 'How much of all players is behind: from 0 to 1.' }),
    next: t.exposeString('next', {
      nullable: true,
      description:
        'Pass it as `after` for the next page; null: there is none. A page may be empty although there is.',
    }),
  }),
});

export const replayClaims = defineQuery({
  name: 'replayClaims',
  description: `Claims of all players in a window, with what they were decided from and what they requested, to compute what another config would have paid: \`npm run config:replay\` and the console do. ${REPLAY_PAGE} per page. Each replay is audited when it begins; a staff member reads one page at a time.`,
  type: ReplayPage,
  nullable: false,
  actors: ['staff'],
  permission: 'config:replay',
  args: (t) => ({
    from: t({ type: 'DateTime', description: 'Begins a replay of the claims from this moment on.' }),
    until: t({ type: 'DateTime', description: 'Before this moment; left out: as new as possible.' }),
    after: t({ type: 'Text', description: 'Instead: `next` of the page before.' }),
    first: t({ type: 'PositiveInt', description: `At most ${REPLAY_PAGE}.` }),
  }),
  resolve: async ({ from, until = null, after = null, first }, { actor, audited, read }) => {
    const size = first ?? REPLAY_PAGE;
    if (size > REPLAY_PAGE)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${REPLAY_PAGE}`));
    if ((after === null) === !from) throw new FaultError(badInput('from', 'required, or after instead'));
    if (after !== null && until)
      throw new FaultError(badInput('until', 'leave it out: after has the window'));
    const position = after === null ? null : replayPosition(after);
    if (after !== null && position === null)
      throw new FaultError(badInput('after', 'not a cursor of a replay; take it from `next`'));
    const window = { from: from?.toISOString(), until: until?.toISOString() ?? null };
    const [page] = await read((database) =>
      readReplay(database, actor, audited(window), { after: position, first: size }),
    );
    if (!page) throw new FaultError(badInput('after', 'not a cursor of a replay of yours; begin another'));
    return page;
  },
  example: { from: '2026-11-01T00:00:00Z', first: 100 },
  notes: 'For staff. It computes nothing itself.',
});
