/**
 * Requests with one value that should be refused; everything else in them would be granted. As variables, and as literals in the
 * document.
 */
import { getNamedType, isEnumType, isListType, isNonNullType } from 'graphql';
import { type OperationName, takesKey, variablesOf } from './client.ts';
import { type FieldWithInputs, type Input, isRoot } from './inputs.ts';
import { scalarValues } from './scalar-values.ts';
import { ACTIONS, BULKS, type PreparedScene, READS, SCENES } from './scenes.ts';
import { freshKey } from './service.ts';

export interface Sound {
  readonly playerId: string;
  readonly token: string;
  /** The arguments of the field, for each request with a key of its own. */
  readonly variables: () => object;
}

/** Arguments of the field that are granted: of an action as staff take it, else from the scene of the operation's first actor. */
export async function soundRequest(field: FieldWithInputs): Promise<Sound> {
  const scenes = [...SCENES, ...ACTIONS, ...BULKS, ...READS].filter(
    ({ operation }) => operation === field.operation,
  );
  const scene = scenes.find((each) => ACTIONS.includes(each as never) && each.actor === 'staff') ?? scenes[0];
  if (!scene) throw new Error(`${field.operation} has no scene.`);
  const { playerId, token, input } = (await scene.prepare()) as PreparedScene<OperationName>;
  const isMutation = takesKey(scene.operation);
  const variables = () =>
    isRoot(field)
      ? variablesOf(scene.operation, isMutation ? { idempotencyKey: freshKey(), ...input } : input)
      : acceptedArguments(field, playerId);
  return { playerId, token, variables };
}

/** Staff may send a hundred requests in ten seconds. */
const MOST_ON_A_SCENE = 90;

/**
 * Sound requests of which those of a field share a scene, up to 90. For requests that leave the scene as it is: `soon` of them follow
 * each call.
 */
export function sharedScenes(): (field: FieldWithInputs, soon: number) => Promise<Sound> {
  const scenes = new Map<FieldWithInputs, { readonly sound: Sound; left: number }>();
  return async (field, soon) => {
    const known = scenes.get(field);
    const scene =
      known && known.left >= soon ? known : { sound: await soundRequest(field), left: MOST_ON_A_SCENE };
    scene.left -= soon;
    scenes.set(field, scene);
    return scene.sound;
  };
}

/** The required arguments of a field below an operation. They are scalars. */
function acceptedArguments({ args }: FieldWithInputs, playerId: string): object {
  return Object.fromEntries(
    args.flatMap(({ name, type }) =>
      isNonNullType(type) && !isListType(type.ofType)
        ? [[name, scalarValues((type.ofType as { name: string }).name).accepted(playerId)]]
        : [],
    ),
  );
}

/** A copy of the value with another one at the path. Missing objects and lists on the way are added. */
export function withValueAt(value: unknown, [step, ...rest]: Input['path'], to: unknown): unknown {
  if (step === undefined) return to;
  const inner = withValueAt((value as Record<string | number, unknown> | undefined)?.[step], rest, to);
  if (typeof step === 'string') return { ...(value as object | undefined), [step]: inner };
  return Object.assign([...((value as unknown[] | undefined) ?? [])], { [step]: inner });
}

/** A copy of the value without what is at the path. */
export function withoutValueAt(value: unknown, path: Input['path']): unknown {
  return JSON.parse(JSON.stringify(withValueAt(value, path, undefined)));
}

const HOLE = '@@hole@@';

/**
 * The body of a request whose value at the path is this JSON text, which may be a number that JavaScript cannot hold. Null where
 * a literal cannot be written that way.
 */
export function bodyWith(
  field: FieldWithInputs,
  variables: object,
  { path, json }: { readonly path: Input['path']; readonly json: string },
  as: 'variables' | 'literals',
): string | null {
  const holed = withValueAt(variables, path, HOLE) as Record<string, unknown>;
  const fill = (text: string) => text.replace(JSON.stringify(HOLE), () => json);
  if (as === 'literals') {
    const query = documentWithLiterals(field, holed, fill);
    return query === null ? null : JSON.stringify({ query });
  }
  return `{"query": ${JSON.stringify(documentWithVariables(field, holed))}, "variables": ${fill(JSON.stringify(holed))}}`;
}

export function soundBody(field: FieldWithInputs, variables: object): string {
  const query = documentWithVariables(field, variables as Record<string, unknown>);
  return JSON.stringify({ query, variables });
}

/** The document of a field, with the arguments as literals. Null where a member has a name that GraphQL cannot write. */
export function documentWithLiterals(
  field: FieldWithInputs,
  variables: Readonly<Record<string, unknown>>,
  fill: (text: string) => string = (text) => text,
): string | null {
  const given = Object.entries(variables).map(([name, value]) => {
    const literal = isNameOf(field, name, value) ? String(value) : literalOf(fill(JSON.stringify(value)));
    return literal === null ? null : `${name}: ${literal}`;
  });
  return given.includes(null) ? null : documentOf(field, '', given.join(', '));
}

/** Whether the argument is an enum, and the value one of its names: as a literal it has no quotes. */
function isNameOf({ args }: FieldWithInputs, argument: string, value: unknown): boolean {
  const type = args.find(({ name }) => name === argument)?.type;
  const named = type && getNamedType(type);
  return isEnumType(named) && named.getValues().some(({ name }) => name === value);
}

function documentWithVariables(field: FieldWithInputs, variables: Readonly<Record<string, unknown>>): string {
  const args = field.args.filter(({ name }) => name in variables);
  return documentOf(
    field,
    args.map(({ name, type }) => `$${name}: ${type}`).join(', '),
    args.map(({ name }) => `${name}: $${name}`).join(', '),
  );
}

function documentOf(
  { name, open, close, selection }: FieldWithInputs,
  declared: string,
  given: string,
): string {
  const inBrackets = (text: string) => text && `(${text})`;
  const [root, start] = open.startsWith('mutation')
    ? ['mutation', open.slice('mutation'.length)]
    : ['query', open];
  return `${root} Tested${inBrackets(declared)} ${start} ${name.split('.')[1]}${inBrackets(given)} ${selection} ${close}`;
}

/** JSON as GraphQL writes it: names of members without quotes. Null where a name is not a GraphQL name. */
function literalOf(json: string): string | null {
  let isPossible = true;
  const text = json.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (token, colon: string | undefined) => {
    if (!colon) return token;
    const name = JSON.parse(token.slice(0, -colon.length)) as string;
    if (!/^[_A-Za-z]\w*$/.test(name)) isPossible = false;
    return `${name}:`;
  });
  return isPossible ? text : null;
}
