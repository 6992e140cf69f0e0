/**
 * Explains which input graphql-js refused: the path of the field and what it must be, for variables and literals alike. graphql-js
 * reports no path, so on an error this checks the input against its type again. The answer never quotes a value, which may be a
 * ticket in the wrong field.
 */
import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLEnumType,
  type GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { graphqlErrors, isErrorCode, type MalformedInput } from '../schema/errors.ts';

/** graphql-js' execute. If the variables do not fit their types, it answers with one BAD_USER_INPUT error per field. */
export function executeWithInputErrors(args: ExecutionArgs): ReturnType<typeof execute> {
  const result = execute(args);
  if (!('errors' in result) || 'data' in result) return result;
  const faults = variableFaults(args);
  if (faults.length === 0) return result;
  return { errors: faults.map(graphqlErrors.malformedInput) } satisfies ExecutionResult;
}

function variableFaults({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): MalformedInput[] {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return definitions.flatMap(({ variable, type: node, defaultValue }) => {
    const name = variable.name.value;
    const type = typeFromAST(schema, node as never);
    const value = variableValues?.[name];
    if (!isInputType(type) || (value === undefined && defaultValue)) return [];
    return [...inputFaults(value, type, name)];
  });
}

/** The field and problem of a validation error about a literal. Null if the error is not about a literal. */
export function literalFault(schema: GraphQLSchema, { nodes, path }: GraphQLError): MalformedInput | null {
  const node = nodes?.[0];
  if (path || !node?.loc || !isValue(node)) return null;
  const { start, source } = node.loc;
  let fault: MalformedInput | null = null;
  const locate = (name: string, value: ValueNode, type: GraphQLInputType | null | undefined) => {
    const literalPath = pathAt(start, value, name);
    // An unknown field is a fault of the object that holds it.
    const field =
      node.kind === Kind.OBJECT_FIELD ? literalPath.slice(0, literalPath.lastIndexOf('.')) : literalPath;
    const faults = type ? [...inputFaults(literalValue(value), type, name)] : [];
    // The fault at the position itself, otherwise the first one below it.
    fault = faults.find((each) => each.field === field) ??
      faults.find((each) => each.field.startsWith(`${field}.`) || each.field.startsWith(`${field}[`)) ?? {
        field,
        problem: 'is not valid',
      };
  };
  const types = new TypeInfo(schema);
  visit(
    parse(source),
    visitWithTypeInfo(types, {
      Argument: (argument) => {
        if (contains(argument, start)) locate(argument.name.value, argument.value, types.getArgument()?.type);
      },
      VariableDefinition: (definition) => {
        if (definition.defaultValue && contains(definition, start))
          locate(`$${definition.variable.name.value}`, definition.defaultValue, types.getInputType());
      },
    }),
  );
  return fault;
}

function contains({ loc }: Pick<ValueNode, 'loc'>, position: number): boolean {
  return loc !== undefined && loc.start <= position && position < loc.end;
}

/** The path of the value at a position of the document: `input.grants[0].amount`. */
function pathAt(position: number, value: ValueNode, path: string): string {
  if (value.kind === Kind.LIST) {
    const index = value.values.findIndex((item) => contains(item, position));
    const item = value.values[index];
    return item ? pathAt(position, item, `${path}[${index}]`) : path;
  }
  if (value.kind !== Kind.OBJECT) return path;
  const field = value.fields.find((each) => contains(each, position));
  return field ? pathAt(position, field.value, `${path}.${field.name.value}`) : path;
}

function isValue({ kind }: { readonly kind: string }): boolean {
  return VALUE_KINDS.has(kind);
}

const VALUE_KINDS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
]);

/** An enum literal, kept apart from strings because no scalar accepts it. */
class EnumName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A variable inside a literal: its value is checked where the variable is. */
const CHECKED_AS_VARIABLE = Symbol('checked as a variable');

function literalValue(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.LIST:
      return node.values.map(literalValue);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, literalValue(value)]));
    case Kind.ENUM:
      return new EnumName(node.value);
    case Kind.VARIABLE:
      return CHECKED_AS_VARIABLE;
    default:
      return valueFromASTUntyped(node);
  }
}

/** Everything that is wrong with the value, field by field. */
function* inputFaults(value: unknown, type: GraphQLInputType, field: string): Generator<MalformedInput> {
  if (value === CHECKED_AS_VARIABLE) return;
  const isMissing = value === undefined || value === null;
  if (isNonNullType(type)) {
    if (isMissing) yield { field, problem: 'is required' };
    else yield* inputFaults(value, type.ofType, field);
    return;
  }
  if (isMissing) return;
  if (isListType(type)) {
    // GraphQL accepts a single value as a list with one item.
    const items = Array.isArray(value) ? value.entries() : null;
    if (items === null) yield* inputFaults(value, type.ofType, field);
    else for (const [index, item] of items) yield* inputFaults(item, type.ofType, `${field}[${index}]`);
    return;
  }
  if (isInputObjectType(type)) {
    yield* objectFaults(value, type, field);
    return;
  }
  const problem = isEnumType(type) ? enumProblem(value, type) : scalarProblem(value, type);
  if (problem !== null) yield { field, problem };
}

function* objectFaults(
  value: unknown,
  type: GraphQLInputObjectType,
  field: string,
): Generator<MalformedInput> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof EnumName) {
    yield { field, problem: `must be an object (${type.name})` };
    return;
  }
  const fields = type.getFields();
  const members = value as Record<string, unknown>;
  for (const { name, type: fieldType, defaultValue } of Object.values(fields)) {
    const isLeftOut = !Object.hasOwn(members, name);
    if (isLeftOut && defaultValue !== undefined) continue;
    yield* inputFaults(isLeftOut ? undefined : members[name], fieldType, `${field}.${name}`);
  }
  for (const name of Object.keys(members)) {
    if (!Object.hasOwn(fields, name)) yield { field, problem: unknownField(name, type) };
  }
}

/** The name is quoted only where it can be the name of a field. */
function unknownField(name: string, { name: type }: GraphQLInputObjectType): string {
  return /^[A-Za-z_]\w{0,63}$/.test(name)
    ? `${type} has no field "${name}"`
    : `has a field that ${type} does not have`;
}

function enumProblem(value: unknown, type: GraphQLEnumType): string | null {
  const name = value instanceof EnumName ? value.name : value;
  const names = type.getValues().map((each) => each.name);
  return names.includes(name as string) ? null : `must be ${names.join(' or ')} (${type.name})`;
}

function scalarProblem(value: unknown, type: GraphQLScalarType): string | null {
  try {
    type.parseValue(value);
    return null;
  } catch (error) {
    const { message, extensions } = error as GraphQLError;
    // Messages of graphql-js' own scalars quote the value.
    return isErrorCode(extensions?.code) ? message : `must be of type ${type.name}`;
  }
}
