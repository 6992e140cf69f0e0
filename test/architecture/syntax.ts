/** Walks a parsed file, whatever kinds of nodes it has. */
import { parseFile, type SourceFile } from './source-tree.ts';

export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

const parsed = new WeakMap<SourceFile, unknown>();

/** Every node of the file, outermost first; the same node objects each time. */
export function* nodesOf(file: SourceFile): Generator<SyntaxNode> {
  if (!parsed.has(file)) parsed.set(file, parseFile(file).program);
  yield* walk(parsed.get(file));
}

/** Every node below a value. */
export function* walk(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    if ('type' in value && 'start' in value) yield value as SyntaxNode;
    for (const member of Object.values(value)) yield* walk(member);
  }
}

export function lineOf({ text }: SourceFile, { start }: SyntaxNode): number {
  return text.slice(0, start).split('\n').length;
}

export function nameOf(node: unknown): string | null {
  const { type, name } = (node ?? {}) as { type?: unknown; name?: unknown };
  return type === 'Identifier' && typeof name === 'string' ? name : null;
}
