/**
 * Generates a GraphQL document that selects everything one query or mutation can answer. The document follows from the
 * schema, so a new field is selected without an edit. Depends on `graphql` alone: it runs in Node, workerd and a browser.
 */
import {
  type GraphQLAbstractType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isRequiredArgument,
  OperationTypeNode,
} from 'graphql';

export interface DocumentOptions {
  /** The response name of the root field, for a caller that reads the answer of every operation the same way. */
  readonly alias?: string;
}

/**
 * The operation is named after its field and takes each argument as a variable of the same name. It leaves out fields that
 * require arguments and fields that lead back to a type which contains them.
 */
export function operationDocument(
  schema: GraphQLSchema,
  kind: 'query' | 'mutation',
  fieldName: string,
  { alias }: DocumentOptions = {},
): string {
  const root = schema.getRootType(kind === 'query' ? OperationTypeNode.QUERY : OperationTypeNode.MUTATION);
  const field = root?.getFields()[fieldName];
  if (!field) throw new Error(`The schema has no ${kind} "${fieldName}".`);
  const selections = new Selections(schema);
  const call = withList(`  ${alias ? `${alias}: ` : ''}${fieldName}`, field.args.map(passed)).trim();
  const operation: Selection = {
    head: withList(`${kind} ${fieldName}`, field.args.map(declared)),
    children: [{ ...selections.ofField(field), head: call }],
  };
  return [operation, ...selections.fragments()].map((part) => selections.print(part)).join('\n\n');
}

/** A field, fragment or operation, and what it selects: nothing, the selections of `type`, or `children`. */
interface Selection {
  readonly head: string;
  readonly type?: string;
  readonly children?: readonly Selection[];
}

type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

const MAX_COLUMNS = 80;

/** The selections of each composite type, built once. A type that is used more than once becomes a named fragment. */
class Selections {
  readonly #schema: GraphQLSchema;
  readonly #byType = new Map<string, readonly Selection[]>();
  readonly #uses = new Map<string, number>();
  /** The types that are being built. A field of such a type would be recursive. */
  readonly #unfinished = new Set<GraphQLCompositeType>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Null if nothing can be selected below the field. */
  ofField({ name, type }: GraphQLField<unknown, unknown>): Selection | null {
    const named = getNamedType(type);
    if (isLeafType(named)) return { head: name };
    const composite = named as GraphQLCompositeType;
    if (this.#unfinished.has(composite)) return null;
    this.#uses.set(composite.name, (this.#uses.get(composite.name) ?? 0) + 1);
    const children = this.#byType.get(composite.name) ?? this.#build(composite);
    return children.length > 0 ? { head: name, type: composite.name } : null;
  }

  fragments(): Selection[] {
    return [...this.#uses.keys()].flatMap((name) =>
      this.#isFragment(name)
        ? [{ head: `fragment ${name} on ${name}`, children: this.#byType.get(name) ?? [] }]
        : [],
    );
  }

  /** Packs fields without a selection of their own into lines of at most 80 columns. */
  print(selection: Selection, indent = ''): string {
    const lines: string[] = [];
    let isOpen = false;
    for (const child of this.#childrenOf(selection)) {
      const text = this.print(child, `${indent}  `);
      const isLeaf = !child.type && !child.children;
      const extended = `${lines.at(-1)} ${text.trim()}`;
      if (isLeaf && isOpen && extended.length <= MAX_COLUMNS) lines[lines.length - 1] = extended;
      else lines.push(text);
      isOpen = isLeaf;
    }
    const head = `${indent}${selection.head}`;
    if (lines.length === 0) return head;
    const oneLine = `${head} { ${lines[0]?.trim()} }`;
    const fits = lines.length === 1 && isOpen && indent !== '' && oneLine.length <= MAX_COLUMNS;
    return fits ? oneLine : `${head} {\n${lines.join('\n')}\n${indent}}`;
  }

  #childrenOf({ type, children = [] }: Selection): readonly Selection[] {
    if (type === undefined) return children;
    return this.#isFragment(type) ? [{ head: `...${type}` }] : (this.#byType.get(type) ?? []);
  }

  #isFragment(type: string): boolean {
    return (this.#uses.get(type) ?? 0) > 1 && (this.#byType.get(type)?.length ?? 0) > 0;
  }

  #build(type: GraphQLCompositeType): readonly Selection[] {
    this.#unfinished.add(type);
    const selections = isAbstractType(type) ? this.#ofMembers(type) : this.#ofFields(type);
    this.#unfinished.delete(type);
    this.#byType.set(type.name, selections);
    return selections;
  }

  /** `__typename`, the fields of each interface that several members implement, then what is left of each member. */
  #ofMembers(type: GraphQLAbstractType): Selection[] {
    const members = this.#schema.getPossibleTypes(type);
    const own = isInterfaceType(type) ? [type] : [];
    const implementedBy = (each: GraphQLInterfaceType) =>
      members.filter((member) => member.getInterfaces().includes(each));
    const shared = [...new Set(members.flatMap((member) => member.getInterfaces()))].filter(
      (each) => !own.includes(each as never) && implementedBy(each).length > 1,
    );
    return [
      { head: '__typename' },
      ...own.flatMap((each) => this.#ofFields(each)),
      ...shared.flatMap((each) => this.#inlineFragment(each, own)),
      ...members.flatMap((member) => {
        const covering = shared.filter((each) => implementedBy(each).includes(member));
        return this.#inlineFragment(member, [...own, ...covering]);
      }),
    ];
  }

  #inlineFragment(type: FieldsType, covered: readonly FieldsType[]): Selection[] {
    this.#unfinished.add(type);
    const children = this.#ofFields(type, new Set(covered.flatMap((each) => Object.keys(each.getFields()))));
    this.#unfinished.delete(type);
    return children.length > 0 ? [{ head: `... on ${type.name}`, children }] : [];
  }

  #ofFields(type: FieldsType, except: ReadonlySet<string> = new Set()): Selection[] {
    return Object.values(type.getFields()).flatMap((field) => {
      if (except.has(field.name) || field.args.some(isRequiredArgument)) return [];
      return this.ofField(field) ?? [];
    });
  }
}

function passed({ name }: GraphQLArgument): string {
  return `${name}: $${name}`;
}

/** The variable of an argument with a default is nullable: leaving it out chooses the default. */
function declared(argument: GraphQLArgument): string {
  const type = isRequiredArgument(argument) ? argument.type : getNullableType(argument.type);
  return `$${argument.name}: ${type}`;
}

/** `head(a, b)`, with one item a line where that is too long. */
function withList(head: string, items: readonly string[]): string {
  if (items.length === 0) return head;
  const oneLine = `${head}(${items.join(', ')})`;
  if (oneLine.length <= MAX_COLUMNS - ' {'.length) return oneLine;
  const indent = /^ */.exec(head)?.[0] ?? '';
  return `${head}(\n${items.map((item) => `${indent}  ${item}`).join('\n')}\n${indent})`;
}
