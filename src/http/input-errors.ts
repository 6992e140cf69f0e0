/**
 * Explains which input graphql-js refused: the path of the field and what it must be, for variables and literals alike. It
 * compares the input with its type once more, on errors only. The answer never quotes a value, which may be a ticket in the
 * wrong field.
 */
import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
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

/** graphql-js' execute. Where the variables do not fit their types, it answers with one error of ours per field. */
export function executeExplaining(args: ExecutionArgs): ReturnType<typeof execute> {
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
    return inputFault(value, type, name) ?? [];
  });
}

/** For a validation error about a literal: the path of the argument or field that holds it. Null: it is about none. */
export function literalFault(schema: GraphQLSchema, { nodes, path }: GraphQLError): MalformedInput | null {
  const node = nodes?.[0];
  if (path || !node?.loc || !isValue(node)) return null;
  const { start, source } = node.loc;
  const holds = ({ loc }: { readonly loc?: { readonly start: number; readonly end: number } | undefined }) =>
    loc !== undefined && loc.start <= start && start < loc.end;
  let fault: MalformedInput | null = null;
  const explain = (name: string, value: ValueNode, type: GraphQLInputType | null | undefined) => {
    fault = (type && inputFault(untyped(value), type, name)) ?? { field: name, problem: 'is not valid' };
  };
  const types = new TypeInfo(schema);
  visit(
    parse(source),
    visitWithTypeInfo(types, {
      Argument: (argument) => {
        if (holds(argument)) explain(argument.name.value, argument.value, types.getArgument()?.type);
      },
      VariableDefinition: (definition) => {
        if (definition.defaultValue && holds(definition))
          explain(`$${definition.variable.name.value}`, definition.defaultValue, types.getInputType());
      },
    }),
  );
  return fault;
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

/** The name of an enum value in a literal: no text, and no value of any scalar. */
class EnumName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A variable inside a literal: its value is checked where the variable is. */
const ELSEWHERE = Symbol('elsewhere');

function untyped(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.LIST:
      return node.values.map(untyped);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, untyped(value)]));
    case Kind.ENUM:
      return new EnumName(node.value);
    case Kind.VARIABLE:
      return ELSEWHERE;
    default:
      return valueFromASTUntyped(node);
  }
}

/** The first thing that is wrong with the value; null where it fits its type. */
function inputFault(value: unknown, type: GraphQLInputType, field: string): MalformedInput | null {
  if (value === ELSEWHERE) return null;
  if (isNonNullType(type)) {
    const isMissing = value === undefined || value === null;
    return isMissing ? { field, problem: 'is required' } : inputFault(value, type.ofType, field);
  }
  if (value === undefined || value === null) return null;
  if (isListType(type)) {
    if (!Array.isArray(value)) return inputFault(value, type.ofType, field);
    return firstFault(value.map((item, index) => () => inputFault(item, type.ofType, `${field}[${index}]`)));
  }
  if (isInputObjectType(type)) return objectFault(value, type, field);
  if (isEnumType(type)) {
    const name = value instanceof EnumName ? value.name : value;
    const names = type.getValues().map((each) => each.name);
    return names.includes(name as string) ? null : { field, problem: `must be ${names.join(' or ')}` };
  }
  try {
    type.parseValue(value);
    return null;
  } catch (error) {
    const { message, extensions } = error as GraphQLError;
    // Messages of graphql-js' own scalars quote the value.
    return { field, problem: isErrorCode(extensions?.code) ? message : `must be of type ${type.name}` };
  }
}

function objectFault(value: unknown, type: GraphQLInputObjectType, field: string): MalformedInput | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof EnumName)
    return { field, problem: `must be an object (${type.name})` };
  const fields = type.getFields();
  const known = Object.values(fields);
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  const members = value as Record<string, unknown>;
  const isLeftOut = (name: string) => !Object.hasOwn(members, name);
  return (
    firstFault(
      known.map((each) => () => {
        if (isLeftOut(each.name) && each.defaultValue !== undefined) return null;
        return inputFault(members[each.name], each.type, `${field}.${each.name}`);
      }),
    ) ?? (unknown === undefined ? null : { field, problem: unknownField(unknown, type) })
  );
}

/** The name is quoted only where it can be a name of a field. */
function unknownField(name: string, { name: type }: GraphQLInputObjectType): string {
  return /^[A-Za-z_]\w{0,63}$/.test(name)
    ? `${type} has no field "${name}"`
    : `has a field that ${type} does not have`;
}

function firstFault(checks: readonly (() => MalformedInput | null)[]): MalformedInput | null {
  for (const check of checks) {
    const fault = check();
    if (fault) return fault;
  }
  return null;
}
