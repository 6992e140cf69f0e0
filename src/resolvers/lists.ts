/** Lists of players for campaigns and rankings: made, uploaded in chunks or filled by a query, closed, listed. */

import type { ActorKind } from '../domain/actor.ts';
import { forbidden } from '../domain/fault.ts';
import {
  CHUNK_ROWS,
  CLOSE_LIST,
  CREATE_LIST,
  decideCloseList,
  decideCreateList,
  decideFillList,
  decideUploadListChunk,
  FILL_LIST,
  MAX_CHUNKS,
  UPLOAD_LIST_CHUNK,
} from '../domain/lists.ts';
import type { PlayerQuery } from '../domain/player-query.ts';
import { isRecordCursor, readRecords, recordCursor } from '../ledger/read-records.ts';
import { builder } from '../schema/builder.ts';
import { type ListShape, PlayerList } from '../schema/campaign.ts';
import { GrantInput, type InputFields } from '../schema/inputs.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

const ListReceipt = defineReceipt('ListReceipt', 'list', PlayerList);

const BalanceRangeInput = builder.inputType('BalanceRangeInput', {
  description: 'A range of balances of a resource that does not change with time by itself.',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName', required: true }),
    atLeast: t.field({ type: 'SafeInt' }),
    atMost: t.field({ type: 'SafeInt' }),
  }),
});

const SourceInput = builder.inputType('SourceInput', {
  description: 'A resource that the player was given once for a source (`onceFor`).',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName', required: true }),
    key: t.field({ type: 'ClaimKey', required: true }),
  }),
});

const PlayerQueryInput = builder.inputType('PlayerQueryInput', {
  description:
    'Which players: everything that is given must hold. Levels and tiers are those of the current balance config.',
  fields: (t) => ({
    levelAtLeast: t.field({ type: 'PositiveInt' }),
    levelAtMost: t.field({ type: 'PositiveInt' }),
    tier: t.field({ type: 'Text', description: 'The name of a tier.' }),
    balances: t.field({ type: [BalanceRangeInput] }),
    createdFrom: t.field({ type: 'DateTime' }),
    createdUntil: t.field({ type: 'DateTime', description: 'Before this moment.' }),
    activeFrom: t.field({ type: 'DateTime', description: 'Something was granted since then.' }),
    activeUntil: t.field({ type: 'DateTime', description: 'Nothing was granted since then.' }),
    sources: t.field({ type: [SourceInput] }),
  }),
});

const ListRowInput = builder.inputType('ListRowInput', {
  description: 'One player of a list.',
  fields: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true }),
    item: t.field({
      type: 'ClaimKey',
      description: 'A part of the claim key, where a campaign must not collide with another of its name.',
    }),
    gives: t.field({
      type: [GrantInput],
      description: 'What this player gets; left out: what the campaign says.',
    }),
    rank: t.field({
      type: 'PositiveInt',
      description:
        'In a ranking: the number of the line, or the rank of the line before, with which it is shared.',
    }),
  }),
});

/** Game servers upload rankings, and see their own lists alone. */
const WITH_SERVERS: readonly ActorKind[] = ['server', 'staff'];

const listId = (t: InputFields) => ({ listId: t.field({ type: 'PositiveInt', required: true }) });

export const createList = defineAction({
  ...CREATE_LIST,
  description:
    'Staff, and game servers for their rankings: makes a list of players, whose rows are uploaded or, for staff, found by a query.',
  actors: WITH_SERVERS,
  input: (t) => ({
    name: t.field({ type: 'ClaimType', required: true, description: 'No other list has it.' }),
    query: t.field({
      type: PlayerQueryInput,
      description:
        'Which players; left out: rows are uploaded. It asks players who existed when it was made.',
    }),
  }),
  receipt: ListReceipt,
  rejections: ['name_taken'],
  parse: ({ name, query }, { actor }) => {
    if (query && actor?.kind === 'server')
      throw new FaultError(forbidden('Only staff query players', 'query'));
    return { name, query: query && playerQueryOf(query) };
  },
  decide: decideCreateList,
  example: { name: 'winners_of_november' },
});

function playerQueryOf(query: Readonly<Record<string, unknown>>): PlayerQuery {
  const timeOf = (name: string) => (query[name] as Date | null | undefined)?.toISOString() ?? null;
  const given = <T>(name: string) => (query[name] as T | undefined) ?? null;
  const balances =
    given<readonly { resource: string; atLeast?: number | null; atMost?: number | null }[]>('balances');
  return {
    levelAtLeast: given('levelAtLeast'),
    levelAtMost: given('levelAtMost'),
    tier: given('tier'),
    balances:
      balances?.map(({ resource, atLeast, atMost }) => ({
        resource,
        atLeast: atLeast ?? null,
        atMost: atMost ?? null,
      })) ?? null,
    sources: given('sources'),
    createdFrom: timeOf('createdFrom'),
    createdUntil: timeOf('createdUntil'),
    activeFrom: timeOf('activeFrom'),
    activeUntil: timeOf('activeUntil'),
  };
}

export const uploadListChunk = defineAction({
  ...UPLOAD_LIST_CHUNK,
  actors: WITH_SERVERS,
  description: `Staff and game servers: adds 1 to ${CHUNK_ROWS} rows to a list, as a numbered chunk. The same chunk with the same rows again changes nothing. Row n of chunk c is line (c − 1) × ${CHUNK_ROWS} + n, by which faults name it.`,
  input: (t) => ({
    ...listId(t),
    chunk: t.field({ type: 'PositiveInt', required: true, description: `From 1 to ${MAX_CHUNKS}.` }),
    rows: t.field({ type: [ListRowInput], required: true }),
  }),
  receipt: ListReceipt,
  rejections: ['unknown_record', 'list_refused'],
  parse: ({ listId, chunk, rows }) => ({
    listId,
    chunk,
    rows: rows.map(({ playerId, item, gives, rank }) => ({
      playerId,
      item: item ?? null,
      gives: gives ?? null,
      rank: rank ?? null,
    })),
  }),
  decide: decideUploadListChunk,
  example: { listId: 1, chunk: 1, rows: [{ playerId: 'player-1' }] },
});

export const fillList = defineAction({
  ...FILL_LIST,
  description:
    'Staff: lets the query of a list look at the next players. Send it, each time with a new key, until `isFilled` is true.',
  input: listId,
  receipt: ListReceipt,
  rejections: ['unknown_record', 'list_refused'],
  decide: decideFillList,
  example: { listId: 1 },
});

export const closeList = defineAction({
  ...CLOSE_LIST,
  actors: WITH_SERVERS,
  description:
    'Staff and game servers: checks a list as a whole and closes it. From then on it never changes.',
  input: listId,
  receipt: ListReceipt,
  rejections: ['unknown_record', 'list_refused'],
  decide: decideCloseList,
  example: { listId: 1 },
});

export const lists = defineConnection({
  name: 'lists',
  description: `Lists of players, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: PlayerList,
  actors: ['staff'],
  args: () => ({}),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('list'), isValid: isRecordCursor('list') }),
  resolve: (_, page, { actor, read }) =>
    read((database) => readRecords<ListShape>(database, actor, { kind: 'list', page })),
  example: { first: 20 },
});
