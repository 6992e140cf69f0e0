/**
 * Which input GraphQL itself refused, and why: its path and a sentence, for variables and literals alike. Nothing that was
 * sent is quoted, since it may be a ticket in the wrong field.
 */
import { type ASTNode, BREAK, type GraphQLError, Kind, parse, type ValueNode, visit } from 'graphql';
import type { MalformedInput } from '../schema/errors.ts';

/** Null: the error is not about a value of the input. */
export function malformedInput(error: GraphQLError): MalformedInput | null {
  return inVariable(error) ?? inLiteral(error);
}

/** graphql-js puts the path at the end of `Variable "$input" got invalid value … at "input.key"`, before its reason. */
function inVariable({ message, originalError }: GraphQLError): MalformedInput | null {
  const name = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (name === undefined || !originalError) return null;
  const head = message.slice(0, -`; ${originalError.message}`.length);
  const field = / at "([\w.[\]]+)"$/.exec(head)?.[1] ?? name;
  return { field, problem: withoutValues(originalError.message) };
}

const VALUES: ReadonlySet<string> = new Set([
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

/** The error of a literal knows its place in the text alone: the document is read again to find whose value it is. */
function inLiteral({ message, nodes, path }: GraphQLError): MalformedInput | null {
  const node = nodes?.[0];
  if (path || !node?.loc || !VALUES.has(node.kind)) return null;
  const { start, source } = node.loc;
  let field: string | null = null;
  const look = (name: string, holder: ASTNode, value: ValueNode | undefined) => {
    if (!value || !holds(holder, start)) return undefined;
    field = pathWithin(value, start, name);
    return BREAK;
  };
  visit(parse(source), {
    Argument: (argument) => look(argument.name.value, argument, argument.value),
    VariableDefinition: (variable) =>
      look(`$${variable.variable.name.value}`, variable, variable.defaultValue),
  });
  return field === null ? null : { field, problem: withoutValues(message) };
}

function pathWithin(value: ValueNode, start: number, path: string): string {
  if (value.kind === Kind.LIST) {
    const index = value.values.findIndex((item) => holds(item, start));
    const item = value.values[index];
    return item ? pathWithin(item, start, `${path}[${index}]`) : path;
  }
  if (value.kind === Kind.OBJECT) {
    const field = value.fields.find((each) => holds(each, start));
    return field ? pathWithin(field.value, start, `${path}.${field.name.value}`) : path;
  }
  return path;
}

function holds({ loc }: ASTNode, position: number): boolean {
  return loc !== undefined && loc.start <= position && position < loc.end;
}

/** graphql-js quotes the value behind these words. A field's name is quoted too, and may be long. */
function withoutValues(message: string): string {
  return message
    .replace(/, found .*$/s, '')
    .replace(/ value: .*$/s, ' value')
    .replace(/^Value ".*" does not exist in "(\w+)" enum\..*$/s, 'must be one of the values of $1')
    .slice(0, 400);
}
