/** Tells whether a query asks for certain fields, so that a costly read happens only where it is needed. */
import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/**
 * Whether one of `names` is selected below `path`, the fields on the way down from the resolved one. Directives are ignored.
 * Each fragment is visited once per step of the path, because fragments that spread each other several times would otherwise
 * take exponential time.
 */
export function selects(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  path: readonly string[],
  names: ReadonlySet<string>,
): boolean {
  const visited = new Set<string>();
  const isNew = (name: string, rest: readonly string[]): boolean => {
    const key = `${rest.length} ${name}`;
    return !visited.has(key) && visited.add(key) !== undefined;
  };
  const found = (set: SelectionSetNode | undefined, rest: readonly string[]): boolean =>
    set?.selections.some((node) => {
      if (node.kind === 'InlineFragment') return found(node.selectionSet, rest);
      const name = node.name.value;
      if (node.kind === 'FragmentSpread')
        return isNew(name, rest) && found(fragments[name]?.selectionSet, rest);
      const [step, ...below] = rest;
      if (step === undefined) return names.has(name);
      return name === step && found(node.selectionSet, below);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => found(selectionSet, path));
}
