/** Undoing an incident: staff select claims, see a dry run, have it approved, and reverse them. */
import { badInput } from '../domain/fault.ts';
import {
  CANCEL_UNDO,
  CREATE_UNDO,
  decideCreateUndo,
  decideOnUndo,
  MAX_UNDO_PLAYERS,
  PAUSE_UNDO,
  RESUME_UNDO,
  RUN_UNDO,
  type UndoFilter,
} from '../domain/undo.ts';
import { isRecordCursor, readRecords, recordCursor } from '../ledger/read-records.ts';
import { isUndoPlayerCursor, readUndo, readUndoPlayers, undoPlayerCursor } from '../ledger/read-undo.ts';
import { builder, type RequestContext } from '../schema/builder.ts';
import type { InputFields } from '../schema/inputs.ts';
import { Undo, type UndoShape } from '../schema/undo.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, defineQuery, PAGE } from './define-query.ts';
import { AFTER_ANSWER_MS, driveUndo } from './drive-undo.ts';
import { FaultError } from './observe.ts';
import { IfInsufficient } from './reverse-claim.ts';

const UndoFilterInput = builder.inputType('UndoFilter', {
  description: 'Which claims to undo. All of it has to hold, and something has to be said.',
  fields: (t) => ({
    type: t.field({
      type: 'ClaimType',
      description: 'A claim type or exchange, or one that the ledger reserves, such as `manual_reward`.',
    }),
    configVersion: t.field({
      type: 'PositiveInt',
      description: 'The balance config that they were made under: that of the wrong formula.',
    }),
    from: t.field({ type: 'DateTime', description: 'Granted from this moment on.' }),
    until: t.field({ type: 'DateTime', description: 'Granted before this moment.' }),
    server: t.field({ type: 'PlayerId', description: 'Made by this game server: the subject of its token.' }),
    players: t.field({ type: ['PlayerId'], description: `Of these players; at most ${MAX_UNDO_PLAYERS}.` }),
    campaign: t.field({
      type: 'PositiveInt',
      description:
        'The ID of a campaign, instead of everything else: what it granted is reversed, and what it announced withdrawn or, where it was collected, reversed.',
    }),
    ranking: t.field({
      type: 'PositiveInt',
      description: 'The ID of an uploaded ranking, instead of everything else.',
    }),
  }),
});

const UndoReceipt = defineReceipt('UndoReceipt', 'undo', Undo);

const undoId = (t: InputFields) => ({ undoId: t.field({ type: 'PositiveInt', required: true }) });

function goOn({ id }: UndoShape, { services, waitUntil }: RequestContext): void {
  waitUntil(driveUndo(services, id, AFTER_ANSWER_MS));
}

interface FilterInput {
  readonly type?: string | null;
  readonly configVersion?: number | null;
  readonly from?: Date | null;
  readonly until?: Date | null;
  readonly server?: string | null;
  readonly players?: readonly string[] | null;
  readonly campaign?: number | null;
  readonly ranking?: number | null;
}

function parseFilter(given: FilterInput): UndoFilter {
  const { type = null, configVersion = null, server = null, from, until } = given;
  const { campaign = null, ranking = null } = given;
  const players = given.players ? [...new Set(given.players)].toSorted() : null;
  if (players && (players.length === 0 || players.length > MAX_UNDO_PLAYERS))
    throw new FaultError(badInput('filter.players', `must name 1 to ${MAX_UNDO_PLAYERS} players`));
  if (from && until && from >= until) throw new FaultError(badInput('filter.until', 'must be after from'));
  const times = { from: from?.toISOString() ?? null, until: until?.toISOString() ?? null };
  const filter = { type, configVersion, ...times, server, players, campaign, ranking };
  const said = Object.values(filter).filter((value) => value !== null).length;
  if (said === 0)
    throw new FaultError(
      badInput(
        'filter',
        'say which claims: a type, a config version, times, a server, players, a campaign or a ranking',
      ),
    );
  if (said > 1 && (campaign !== null || ranking !== null))
    throw new FaultError(badInput('filter', 'a campaign or a ranking selects alone'));
  return filter;
}

export const createUndo = defineAction({
  ...CREATE_UNDO,
  description:
    'Staff: selects claims to be reversed after an incident, and tries their reversals without moving anything. `undo` shows how far that is. Reversals are not selected.',
  input: (t) => ({
    filter: t.field({ type: UndoFilterInput, required: true }),
    ifInsufficient: t.field({
      type: IfInsufficient,
      defaultValue: 'refuse',
      description: 'For players who no longer have what a claim gave.',
    }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept with each reversal forever.' }),
  }),
  receipt: UndoReceipt,
  rejections: ['unknown_record', 'still_at_work'],
  parse: ({ filter, ifInsufficient, reason }) => ({
    filter: parseFilter(filter as FilterInput),
    ifInsufficient: ifInsufficient ?? 'refuse',
    reason,
  }),
  decide: decideCreateUndo,
  afterwards: goOn,
  example: {
    filter: { type: 'daily_quest', configVersion: 1 },
    reason: 'the formula paid ten times too much',
  },
});

export const runUndo = defineAction({
  ...RUN_UNDO,
  description:
    'Staff: proposes an undo whose dry run is done; after another staff member has approved the proposal, starts it. It reverses the newest claims of each player first, each like `reverseClaim` by this staff member.',
  input: undoId,
  receipt: UndoReceipt,
  rejections: ['unknown_record', 'undo_refused'],
  decide: decideOnUndo(RUN_UNDO, 'run'),
  afterwards: goOn,
  example: { undoId: 1 },
});

export const pauseUndo = defineAction({
  ...PAUSE_UNDO,
  description: 'Staff: pauses an undo that runs. What is reversed stays reversed.',
  input: undoId,
  receipt: UndoReceipt,
  rejections: ['unknown_record', 'undo_refused'],
  decide: decideOnUndo(PAUSE_UNDO, 'pause'),
  example: { undoId: 1 },
});

export const resumeUndo = defineAction({
  ...RESUME_UNDO,
  description: 'Staff: goes on with an undo that was paused. From now on this staff member reverses.',
  input: undoId,
  receipt: UndoReceipt,
  rejections: ['unknown_record', 'undo_refused'],
  decide: decideOnUndo(RESUME_UNDO, 'resume'),
  afterwards: goOn,
  example: { undoId: 1 },
});

export const cancelUndo = defineAction({
  ...CANCEL_UNDO,
  description: 'Staff: ends an undo that is not done. What is reversed stays reversed.',
  input: undoId,
  receipt: UndoReceipt,
  rejections: ['unknown_record', 'undo_refused'],
  decide: decideOnUndo(CANCEL_UNDO, 'cancel'),
  example: { undoId: 1 },
});

export const undo = defineQuery({
  name: 'undo',
  description: 'An undo: what it selected, what its dry run found, and how far it is.',
  type: Undo,
  nullable: true,
  actors: ['staff'],
  permission: 'ledger:search',
  args: (t) => ({ id: t({ type: 'PositiveInt', required: true }) }),
  resolve: async ({ id }, { actor, read }) => {
    const [row] = await read((database) => readUndo<UndoShape>(database, actor, id));
    return row ?? null;
  },
  example: { id: 1 },
});

export const undos = defineConnection({
  name: 'undos',
  description: `Undos, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: Undo,
  actors: ['staff'],
  permission: 'ledger:search',
  args: () => ({}),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('undo'), isValid: isRecordCursor('undo') }),
  resolve: (_, page, { actor, read }) =>
    read((database) => readRecords<UndoShape>(database, actor, { kind: 'undo', page })),
  example: { first: 20 },
});

const UndoPlayer = builder
  .objectRef<{
    readonly playerId: string;
    readonly forecast: readonly string[] | null;
    readonly differs: readonly string[] | null;
  }>('UndoPlayer')
  .implement({
    description: 'A player who may not have what they would have without the claims of an undo.',
    fields: (t) => ({
      playerId: t.expose('playerId', { type: 'PlayerId' }),
      forecast: t.field({
        type: ['String'],
        nullable: true,
        description: 'Why, as the dry run found; null: it found nothing.',
        resolve: ({ forecast }) => forecast && [...forecast],
      }),
      differs: t.field({
        type: ['String'],
        nullable: true,
        description:
          'Why, after the reversals: `not_reversed`, `debt`, `floor`, `ceiling`, `refusal`, `formula`, `price`, `draws`, `regeneration`, `progress`; null: nothing, or not reversed yet.',
        resolve: ({ differs }) => differs && [...differs],
      }),
    }),
  });

export const undoPlayers = defineConnection({
  name: 'undoPlayers',
  description: `The players who may not have what they would have without the claims of an undo, and why. A player who is not listed does. ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Each page is audited.`,
  type: UndoPlayer,
  actors: ['staff'],
  permission: 'ledger:search',
  args: (t) => ({ undoId: t({ type: 'PositiveInt', required: true }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: undoPlayerCursor, isValid: isUndoPlayerCursor }),
  resolve: ({ undoId: id }, page, { actor, audited, read }) =>
    read((database) => readUndoPlayers(database, actor, audited({ undoId: id }), { undoId: id, page })),
  example: { undoId: 1, first: 20 },
});
