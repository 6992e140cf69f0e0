/**
 * Every input of the schema, found by walking it: the arguments of each query, mutation and nested field, down to the
 * scalars inside input objects and lists. A new input is fuzzed because it is there; nobody has to name it.
 */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A field with arguments, and where it stands: `mutation { claimReward` or `{ me { balance`. */
export interface FuzzedField {
  readonly name: string;
  /** The operation that the log names: the field at the root. */
  readonly operation: string;
  readonly open: string;
  readonly close: string;
  readonly args: readonly GraphQLArgument[];
  readonly selection: string;
}

/** One scalar or enum somewhere in a field's arguments. */
export interface FuzzedInput {
  readonly field: FuzzedField;
  /** As in ["input", "grants", 0, "amount"]. */
  readonly path: readonly (string | number)[];
  readonly type: string;
}

export function fieldsOf(schema: GraphQLSchema): FuzzedField[] {
  const found: FuzzedField[] = [];
  const seen = new Set<string>();
  const walk = (type: GraphQLNamedType, open: string, close: string, operation: string): void => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    if (isUnionType(type)) {
      for (const member of type.getTypes())
        walk(member, `${open} ... on ${member.name} {`, `}${close}`, operation);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const root = operation || field.name;
      const isRead = !open.startsWith('mutation');
      if (field.args.length > 0)
        found.push({
          name: `${type.name}.${field.name}`,
          operation: root,
          open,
          close,
          args: field.args,
          selection: selectionOf(field),
        });
      // Below a mutation there is nothing that a query does not show as well, without writing anything.
      if (isRead && field.args.every(({ type: of }) => !isNonNullType(of)))
        walk(getNamedType(field.type), `${open} ${field.name} {`, `}${close}`, root);
    }
  };
  for (const [root, open] of [
    [schema.getQueryType(), '{'],
    [schema.getMutationType(), 'mutation {'],
  ] as const)
    if (root) walk(root, open, '}', '');
  return found;
}

/** Enough of the answer to run what makes it: the scalars, two levels deep. Of a union, what tells a receipt. */
function selectionOf({ type }: GraphQLField<unknown, unknown>): string {
  return select(type, 2);
}

function select(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isUnionType(named)) {
    const isMutation = named.getTypes().some(({ name }) => name === 'Receipt');
    return isMutation ? '{ __typename ... on Receipt { replayed } }' : '{ __typename }';
  }
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.length > 0) return [];
    const nested = select(field.type, depth - 1);
    const isLeaf = nested === '';
    return isLeaf || depth > 1 ? [`${field.name} ${nested}`] : [];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

export function inputsOf(field: FuzzedField): FuzzedInput[] {
  const inputs: FuzzedInput[] = [];
  const walk = (
    type: GraphQLInputType,
    path: readonly (string | number)[],
    within: readonly string[],
  ): void => {
    if (isNonNullType(type)) walk(type.ofType, path, within);
    else if (isListType(type)) walk(type.ofType, [...path, 0], within);
    else if (!isInputObjectType(type)) inputs.push({ field, path, type: type.name });
    else if (!within.includes(type.name))
      for (const member of Object.values(type.getFields()))
        walk(member.type, [...path, member.name], [...within, type.name]);
  };
  for (const arg of field.args) walk(arg.type, [arg.name], []);
  return inputs;
}

export const nameOf = ({ field, path }: FuzzedInput): string =>
  `${field.name}(${path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1)})`;
