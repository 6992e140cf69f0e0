/**
 * Explains which input graphql-js refused: the path of the field and what it must be, for variables and literals alike. graphql-js
 * reports no path, so on an error this checks the input against its type again. The answer never quotes a value, which may be a
 * ticket in the wrong field.
 */
import {
  type ArgumentNode,
  type DocumentNode,
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
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { graphqlErrors, isErrorCode, MAX_ERRORS, type MalformedInput } from '../schema/errors.ts';

/** A body has room for tens of thousands of wrong values. */
const OPTIONS = { maxCoercionErrors: MAX_ERRORS };

/** graphql-js' execute. If variables do not fit their types, it answers with one BAD_USER_INPUT error per field. */
export function executeWithInputErrors(args: ExecutionArgs): ReturnType<typeof execute> {
  const result = execute({ ...args, options: OPTIONS });
  if (!('errors' in result) || 'data' in result) return result;
  const faults = variableFaults(args);
  if (faults.length === 0) return result;
  return { errors: faults.map((fault) => graphqlErrors.malformedInput(fault)) } satisfies ExecutionResult;
}

function variableFaults({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): MalformedInput[] {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const faults: MalformedInput[] = [];
  for (const { variable, type: node, defaultValue } of definitions) {
    const name = variable.name.value;
    const type = typeFromAST(schema, node as never);
    const value = variableValues?.[name];
    if (!isInputType(type) || (value === undefined && defaultValue)) continue;
    for (const fault of inputFaults(value, type, name)) {
      if (faults.push(fault) === MAX_ERRORS) return faults;
    }
  }
  return faults;
}

/**
 * Validation errors with the field and problem of those that are about a literal. The document is walked once, however many
 * literals are wrong.
 */
export function explainLiterals(
  schema: GraphQLSchema,
  document: DocumentNode,
  errors: readonly GraphQLError[],
): GraphQLError[] {
  let literals: readonly Literal[] | null = null;
  return errors.map((error) => {
    const node = error.nodes?.[0];
    if (!node?.loc || !isValue(node)) return error;
    const { start } = node.loc;
    literals ??= literalsOf(schema, document);
    // The last one is the innermost: a variable definition may have directives with arguments.
    const literal = literals.findLast((each) => contains(each.node, start));
    return literal ? graphqlErrors.malformedInput(faultAt(literal, start, node.kind), node) : error;
  });
}

/** The literal value of an argument, or the default of a variable. */
interface Literal {
  readonly name: string;
  readonly node: ArgumentNode | VariableDefinitionNode;
  readonly value: ValueNode;
  readonly type: GraphQLInputType | null | undefined;
}

function literalsOf(schema: GraphQLSchema, document: DocumentNode): Literal[] {
  const literals: Literal[] = [];
  const add = (node: Literal['node'], name: string, value: ValueNode | undefined, type: Literal['type']) => {
    if (value) literals.push({ name, node, value, type });
  };
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Argument: (node) => add(node, node.name.value, node.value, types.getArgument()?.type),
      VariableDefinition: (node) =>
        add(node, `$${node.variable.name.value}`, node.defaultValue, types.getInputType()),
    }),
  );
  return literals;
}

/** The fault at a position, otherwise the first one below it. */
function faultAt({ name, value, type }: Literal, position: number, kind: string): MalformedInput {
  const faults = type ? [...inputFaults(literalValue(value), type, name)] : [];
  const path = pathAt(position, value, name);
  // An unknown field is a fault of the object that holds it.
  const field = kind === Kind.OBJECT_FIELD ? path.slice(0, path.lastIndexOf('.')) : path;
  return (
    faults.find((each) => each.field === field) ??
    faults.find((each) => each.field.startsWith(`${field}.`) || each.field.startsWith(`${field}[`)) ?? {
      field,
      problem: 'is not valid',
    }
  );
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
