/** Walks the syntax tree of a parsed file, whatever kinds of nodes it has. */
import { parseFile, type SourceFile } from './source-tree.ts';

export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** All nodes of the file, parents first. */
export function nodesOf(file: SourceFile): Generator<SyntaxNode> {
  return walk(parseFile(file).program);
}

/** All nodes within a value. */
export function* walk(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    if ('type' in value && 'start' in value) yield value as SyntaxNode;
    for (const member of Object.values(value)) yield* walk(member);
  }
}

/** The line of an offset, counted from 1. */
export function lineOf({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function nameOf(node: unknown): string | null {
  const { type, name } = (node ?? {}) as { type?: unknown; name?: unknown };
  return type === 'Identifier' && typeof name === 'string' ? name : null;
}
