/**
 * Finds every input of the schema: the arguments of queries, mutations and nested fields, down to the scalars and enums inside
 * input objects and lists. A new input is tested because it is there.
 */
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedInputType,
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

/** A field with arguments, and the document around it: `mutation {` … `}` or `{ me {` … `} }`. */
export interface FieldWithInputs {
  /** Such as "Mutation.claimReward" or "Player.balance". */
  readonly name: string;
  /** The operation that the log names: the field at the root. */
  readonly operation: string;
  readonly open: string;
  readonly close: string;
  readonly args: readonly GraphQLArgument[];
  readonly selection: string;
}

/** A scalar, enum, list or input object in the arguments of a field. */
export interface Input {
  readonly field: FieldWithInputs;
  /** Such as ["input", "grants", 0, "amount"]. */
  readonly path: readonly (string | number)[];
  readonly type: GraphQLNamedInputType;
  readonly isRequired: boolean;
  readonly isList: boolean;
}

export function fieldsOf(schema: GraphQLSchema): FieldWithInputs[] {
  const found: FieldWithInputs[] = [];
  const seen = new Set<string>();
  const walk = (type: GraphQLNamedType, open: string, close: string, operation: string): void => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    if (isUnionType(type)) {
      for (const member of type.getTypes())
        walk(member, `${open} ... on ${member.name} {`, `}${close}`, operation);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const { name, args, type: fieldType } of Object.values(type.getFields())) {
      const root = operation || name;
      if (args.length > 0) {
        const selection = selectionOf(fieldType, 2);
        found.push({ name: `${type.name}.${name}`, operation: root, open, close, args, selection });
      }
      // What a mutation answers is found below queries as well, where it writes nothing.
      const isRead = !open.startsWith('mutation');
      if (isRead && args.every((argument) => !isNonNullType(argument.type)))
        walk(getNamedType(fieldType), `${open} ${name} {`, `}${close}`, root);
    }
  };
  const roots = [
    [schema.getQueryType(), '{'],
    [schema.getMutationType(), 'mutation {'],
  ] as const;
  for (const [root, open] of roots) if (root) walk(root, open, '}', '');
  return found;
}

/** Whether the field is an operation itself, not a field below one. */
export function isRoot({ name }: FieldWithInputs): boolean {
  return /^(Query|Mutation)\./.test(name);
}

/** The scalars, two levels deep, so that their resolvers run. Of the result of a mutation, what identifies a receipt. */
function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isUnionType(named)) {
    const isMutation = named.getTypes().some(({ name }) => name === 'Receipt');
    return isMutation ? '{ __typename ... on Receipt { replayed } }' : '{ __typename }';
  }
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.length > 0) return [];
    const nested = selectionOf(field.type, depth - 1);
    const isLeaf = nested === '';
    return isLeaf || depth > 1 ? [`${field.name} ${nested}`] : [];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

/** Every input of a field, at any depth. */
export function allInputsOf(field: FieldWithInputs): Input[] {
  const inputs: Input[] = [];
  const walk = (type: GraphQLInputType, path: Input['path'], within: readonly string[]): void => {
    const isRequired = isNonNullType(type);
    const nullable = isNonNullType(type) ? type.ofType : type;
    const named = getNamedType(type);
    inputs.push({ field, path, type: named, isRequired, isList: isListType(nullable) });
    if (isListType(nullable)) walk(nullable.ofType, [...path, 0], within);
    else if (isInputObjectType(named) && !within.includes(named.name))
      for (const member of Object.values(named.getFields()))
        walk(member.type, [...path, member.name], [...within, named.name]);
  };
  for (const argument of field.args) walk(argument.type, [argument.name], []);
  return inputs;
}

/** The scalars and enums of a field. */
export function inputsOf(field: FieldWithInputs): Input[] {
  return allInputsOf(field).filter(({ type, isList }) => !isList && !isInputObjectType(type));
}

/** Such as `input.grants[0].amount`. */
export function pathName({ path }: Pick<Input, 'path'>): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

export function nameOf(input: Input): string {
  return `${input.field.name}(${pathName(input)})`;
}
