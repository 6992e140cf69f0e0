/**
 * defineQuery and defineConnection: one definition per query, and the pipeline that runs it after authentication
 * (src/http/access.ts): authorise → read in one request → shape. `actors` admits kinds of actors. Each definition restricts
 * players to themselves, with `requireOwn` or in its SQL.
 */
import type {
  ArgBuilder,
  InputFieldMap,
  InputShapeFromFields,
  ShapeFromTypeParam,
  TypeParam,
} from '@pothos/core';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { GraphQLResolveInfo } from 'graphql';
import type { Actor, ActorKind, StaffPermission } from '../domain/actor.ts';
import { badInput, forbidden } from '../domain/fault.ts';
import type { Database } from '../ledger/database.ts';
import type { PageRequest } from '../ledger/page.ts';
import type { AuditedList, Authorised } from '../ledger/read-authority.ts';
import type { RequestContext } from '../schema/builder.ts';
import { builder, type SchemaTypes } from '../schema/builder.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { authorise, FORBIDDEN } from './authorise.ts';
import { FaultError, type Observation, observe } from './observe.ts';
import { registerPermission } from './permitted.ts';

/** The public description of a query. */
export interface Query {
  readonly root: 'query';
  readonly name: string;
  readonly description: string;
  readonly actors: readonly ActorKind[];
  /** What staff need; its read checks it. */
  readonly permission: StaffPermission;
  /** Example arguments for the admin page, the documentation and generated tests. */
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes: string;
}

interface CommonDefinition {
  readonly name: string;
  readonly description: string;
  readonly actors: readonly ActorKind[];
  /** Left out: `ledger:read`. */
  readonly permission?: StaffPermission;
  readonly example: Query['example'];
  readonly notes?: string;
}

export type Args = ArgBuilder<SchemaTypes>;

/** What a query's resolver works with. */
export interface Reading {
  readonly actor: Actor;
  readonly context: RequestContext;
  readonly note: Observation['note'];
  /** What the audit records of a list across players. */
  readonly audited: (filter: AuditedList['filter']) => AuditedList;
  /** Runs one request to the database. Throws FORBIDDEN if the staff member or game server may not read. */
  readonly read: <Row>(
    query: (database: Database, actor: Actor) => Promise<Authorised<Row>>,
  ) => Promise<Row[]>;
}

interface QueryDefinition<
  Type extends TypeParam<SchemaTypes>,
  Nullable extends boolean,
  Fields extends InputFieldMap,
> extends CommonDefinition {
  readonly type: Type;
  readonly nullable: Nullable;
  readonly args: (t: Args) => Fields;
  readonly resolve: (
    args: InputShapeFromFields<Fields>,
    reading: Reading,
  ) => Promise<ShapeFromTypeParam<SchemaTypes, Type, Nullable>>;
}

export function defineQuery<
  Type extends TypeParam<SchemaTypes>,
  const Nullable extends boolean,
  Fields extends InputFieldMap,
>(definition: QueryDefinition<Type, Nullable, Fields>): Query {
  const { name, description, type, nullable } = definition;
  builder.queryField(name, (t) =>
    t.field({
      type,
      nullable,
      description,
      args: definition.args(t.arg as unknown as Args),
      // Pothos computes these types from the same parameters; TypeScript cannot see that they are the same.
      resolve: ((_: unknown, args: InputShapeFromFields<Fields>, context: RequestContext) =>
        run(definition, { context, args }, (reading) => definition.resolve(args, reading))) as never,
    }),
  );
  return queryOf(definition);
}

function queryOf({ permission = 'ledger:read', notes = '', ...definition }: CommonDefinition): Query {
  const { name, description, actors, example } = definition;
  registerPermission(permission, name);
  return { root: 'query', name, description, actors, permission, example, notes };
}

function run<T>(
  { name, actors, permission = 'ledger:read' }: CommonDefinition,
  { context, args }: { readonly context: RequestContext; readonly args: object },
  resolve: (reading: Reading) => Promise<T>,
): Promise<T> {
  return observe(context, name, async (observation) => {
    // Also where the caller may not read this player.
    if ('playerId' in args && typeof args.playerId === 'string') observation.note({ player: args.playerId });
    const actor = authorise(context, name, actors);
    const read: Reading['read'] = async (query) => {
      const result = await observation.timeDatabase(() => query(context.services.database, actor));
      if (result.kind === 'forbidden')
        throw new FaultError(
          forbidden(result.why ? FORBIDDEN[result.why] : 'This staff member may not read the ledger'),
        );
      if (result.kind === 'too_often') throw graphqlErrors.listedTooOften();
      return result.rows;
    };
    const { requestId, correlationId } = context;
    const clientCorrelationId = correlationId === requestId ? null : correlationId;
    const audited: Reading['audited'] = (filter) => ({
      list: name,
      filter,
      needs: permission,
      correlationId: requestId,
      clientCorrelationId,
    });
    return resolve({ actor, context, note: observation.note, audited, read });
  });
}

/** What a client may ask of a page. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

export const PAGE = { defaultSize: 20, maxSize: 100 } as const;

interface ConnectionDefinition<Type extends TypeParam<SchemaTypes>, Fields extends InputFieldMap, Row>
  extends CommonDefinition {
  /** The object type of a row. */
  readonly type: Type;
  readonly args: (t: Args) => Fields;
  /** Runs before the page is checked, so that a request that fails both is FORBIDDEN. */
  readonly authorisePlayer: (args: InputShapeFromFields<Fields>, reading: Reading) => void;
  /** The cursor of a row, and whether a cursor belongs to this list. */
  readonly cursor: (args: InputShapeFromFields<Fields>) => {
    readonly toCursor: (row: Row) => string;
    readonly isValid: (cursor: string) => boolean;
  };
  readonly resolve: (
    args: InputShapeFromFields<Fields>,
    page: PageRequest,
    reading: Reading & { readonly info: GraphQLResolveInfo },
  ) => Promise<Row[]>;
}

/** A Relay connection, paged by key. */
export function defineConnection<Type extends TypeParam<SchemaTypes>, Fields extends InputFieldMap, Row>(
  definition: ConnectionDefinition<Type, Fields, Row>,
): Query {
  const { name, description, type } = definition;
  const resolve = (
    _: unknown,
    args: InputShapeFromFields<Fields> & PageArguments,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ) => {
    const { toCursor, isValid } = definition.cursor(args);
    return resolveCursorConnection<Promise<Row[]>>(
      { args: withoutWrongSizes(args), ...PAGE, toCursor },
      (page) =>
        run(definition, { context, args }, (reading) => {
          definition.authorisePlayer(args, reading);
          checkPage(args, isValid);
          return definition.resolve(args, page, { ...reading, info });
        }),
    );
  };
  builder.queryField(name, (t) =>
    t.connection({
      type,
      description,
      args: definition.args(t.arg as unknown as Args),
      resolve: resolve as never,
    } as never),
  );
  return queryOf(definition);
}

function isPageSize(size: number): boolean {
  return size >= 0 && size <= PAGE.maxSize;
}

/** Pothos throws for a negative size before authorisation and silently lowers one above the maximum: checkPage refuses both. */
function withoutWrongSizes({ first, last, after, before }: PageArguments): PageArguments {
  return {
    after,
    before,
    first: first && !isPageSize(first) ? null : first,
    last: last && !isPageSize(last) ? null : last,
  };
}

function checkPage({ first, last, after, before }: PageArguments, isCursor: (cursor: string) => boolean) {
  for (const [field, size] of Object.entries({ first, last })) {
    if (size && !isPageSize(size)) {
      throw new FaultError(badInput(field, `must be an integer from 0 to ${PAGE.maxSize}`));
    }
  }
  for (const [field, cursor] of Object.entries({ after, before })) {
    // An empty cursor starts at the first row.
    if (cursor && !isCursor(cursor)) {
      const problem =
        'not a cursor of this list (same player, same filter); take it from pageInfo or an edge';
      throw new FaultError(badInput(field, problem));
    }
  }
}
