/** Notes of staff on a player: written once, and never changed. Players see nothing of them. */
import { decideWriteNote, WRITE_NOTE } from '../domain/notes.ts';
import { isNoteCursor, noteCursor, readNotes } from '../ledger/read-staff.ts';
import { builder } from '../schema/builder.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';

interface NoteShape {
  readonly id: number;
  readonly playerId: string;
  readonly author: string;
  readonly writtenAt: string;
  readonly text: string;
}

const Note = builder.objectRef<NoteShape>('Note').implement({
  description: 'What a staff member wrote about a player. It never changes.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    author: t.exposeString('author', { description: 'A staff ID.' }),
    writtenAt: t.expose('writtenAt', { type: 'DateTime' }),
    text: t.exposeString('text'),
  }),
});

export const writeNote = defineAction({
  ...WRITE_NOTE,
  description:
    'Staff: writes a note on a player, for other staff. It cannot be changed; players never see it.',
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true }),
    text: t.field({ type: 'NoteText', required: true }),
  }),
  receipt: defineReceipt('NoteReceipt', 'note', Note),
  rejections: ['unknown_player'],
  decide: decideWriteNote,
  example: { playerId: 'player-1', text: 'asked twice about the same order' },
});

export const notes = defineConnection({
  name: 'notes',
  description: `Staff: the notes on a player, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: Note,
  actors: ['staff'],
  args: (t) => ({ playerId: t({ type: 'PlayerId', required: true }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: noteCursor, isValid: isNoteCursor }),
  resolve: ({ playerId }, page, { actor, read }) =>
    read((database) => readNotes<NoteShape>(database, actor, { playerId, page })),
  example: { playerId: 'player-1', first: 20 },
});
