/** exportPlayer: everything about one player, in pages, for a file that the player can be given (`npm run export`). */
import { badInput } from '../domain/fault.ts';
import {
  EXPORT_PAGE,
  type ExportPage as ExportPageShape,
  exportPosition,
  readExport,
} from '../ledger/read-export.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery } from './define-query.ts';
import { FaultError } from './observe.ts';

/** Rises when a section or a column gets another meaning. New ones do not raise it. */
const FORMAT_VERSION = 1;

const PlayerExportPage = builder.objectRef<ExportPageShape>('PlayerExportPage').implement({
  description: 'A page of an export.',
  fields: (t) => ({
    formatVersion: t.int({
      description: 'Of what the sections contain (docs/erasure.md).',
      resolve: () => FORMAT_VERSION,
    }),
    sections: t.expose('sections', {
      type: 'JSON',
      description:
        'Each `{section, rows}`, in order: a section is a table, and a row has its columns, with names and IDs instead of numbers. A section may go on in the next page.',
    }),
    next: t.exposeString('next', {
      nullable: true,
      description: 'Pass it as `after` for the next page; null: there is none.',
    }),
  }),
});

export const exportPlayer = defineQuery({
  name: 'exportPlayer',
  description: `Everything about a player, with what staff wrote and did: \`npm run export\` writes it into a file. ${EXPORT_PAGE} rows per page. Each export is audited when it begins; a staff member reads one page at a time. Null: there is no such player.`,
  type: PlayerExportPage,
  nullable: true,
  actors: ['staff'],
  permission: 'player:export',
  args: (t) => ({
    playerId: t({ type: 'PlayerId', description: 'Begins an export.' }),
    after: t({ type: 'Text', description: 'Instead: `next` of the page before.' }),
    first: t({ type: 'PositiveInt', description: `At most ${EXPORT_PAGE}.` }),
  }),
  resolve: async ({ playerId = null, after = null, first }, { actor, audited, read }) => {
    const size = first ?? EXPORT_PAGE;
    if (size > EXPORT_PAGE)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${EXPORT_PAGE}`));
    if ((playerId === null) === (after === null))
      throw new FaultError(badInput('playerId', 'send either playerId or after'));
    const position = after === null ? null : exportPosition(after);
    if (after !== null && position === null)
      throw new FaultError(badInput('after', 'not a cursor of an export; take it from `next`'));
    const request = { playerId, after: position, first: size };
    const [page] = await read((database) => readExport(database, actor, audited({}), request));
    if (page === undefined && position !== null)
      throw new FaultError(badInput('after', 'not a cursor of an export of yours; begin another'));
    return page ?? null;
  },
  example: { playerId: 'player-1', first: 100 },
  notes: 'For admins. It has what staff wrote about the player, which players never see.',
});
