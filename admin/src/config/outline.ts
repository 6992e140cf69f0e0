// Where the parts of a document are in its text.
import { type Node, parseTree } from 'jsonc-parser';
import { pathText } from '../../../src/config/problem.ts';

/** Each value by its path, with the name before it. */
export function placesOf(tree: Node): ReadonlyMap<string, Node> {
  const places = new Map<string, Node>();
  const walk = (node: Node, at: readonly (string | number)[], place: Node) => {
    places.set(pathText(at), place);
    for (const [i, child] of (node.children ?? []).entries()) {
      const [key, value] = child.children ?? [];
      if (node.type === 'array') walk(child, [...at, i], child);
      else if (value) walk(value, [...at, String(key?.value)], child);
    }
  };
  walk(tree, [], tree);
  return places;
}

/** Of what does not exist, the nearest part that does. */
export function placeOf(places: ReadonlyMap<string, Node>, path: string): Node | null {
  for (let rest = path; rest !== ''; rest = rest.replace(/(^|\.|\[)[^.[]*$/, '')) {
    const node = places.get(rest);
    if (node) return firstLine(node);
  }
  return null;
}

/** Of a long value, its name alone: a whole section in red says nothing. */
function firstLine(node: Node): Node {
  const [key, value] = node.children ?? [];
  const isLong = value?.type === 'object' || value?.type === 'array';
  return node.type === 'property' && key && isLong ? key : node;
}

/** Where something is in a text, or else the nearest part of it that exists. */
export function placeIn(text: string, path: string): number {
  const tree = parseTree(text);
  return (tree && placeOf(placesOf(tree), path)?.offset) ?? 0;
}

export interface Place {
  /** The path. */
  readonly id: string;
  readonly offset: number;
}

/** Where the entries of sections and the parts are in the text, also of one that is being written. */
export function outlineOf(text: string): Place[] {
  const tree = parseTree(text);
  return (tree?.children ?? []).flatMap((property): Place[] => {
    const [key, value] = property.children ?? [];
    const section = String(key?.value);
    const whole = { id: section, offset: property.offset };
    const names = (value?.type === 'object' ? value.children : undefined) ?? [];
    return [
      whole,
      ...names.map((entry) => ({
        id: `${section}.${String(entry.children?.[0]?.value)}`,
        offset: entry.offset,
      })),
    ];
  });
}
