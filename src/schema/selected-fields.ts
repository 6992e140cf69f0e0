/** Whether a query asks for one of these fields, so that what is dear to read is read only then. */
import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/**
 * `path`: the fields on the way down from the resolved one. A directive that leaves a field out is not looked at. Each fragment
 * is looked into once for each step of the way: one that spreads the next several times, forty times over, would never end.
 */
export function selects(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  path: readonly string[],
  names: ReadonlySet<string>,
): boolean {
  const seen = new Set<string>();
  const isNew = (name: string, way: readonly string[]): boolean => {
    const known = seen.has(`${way.length} ${name}`);
    seen.add(`${way.length} ${name}`);
    return !known;
  };
  const found = (set: SelectionSetNode | undefined, way: readonly string[]): boolean =>
    set?.selections.some((node) => {
      if (node.kind === 'InlineFragment') return found(node.selectionSet, way);
      if (node.kind === 'FragmentSpread') {
        const { value: name } = node.name;
        return isNew(name, way) && found(fragments[name]?.selectionSet, way);
      }
      const [step, ...rest] = way;
      if (step === undefined) return names.has(node.name.value);
      return node.name.value === step && found(node.selectionSet, rest);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => found(selectionSet, path));
}
