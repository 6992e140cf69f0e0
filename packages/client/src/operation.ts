/**
 * What a generated operation is: its name, its document, and the types of its input and result, which exist only for the
 * compiler.
 */
export interface MutationOperation<Name extends string, Input, Result> {
  readonly kind: 'mutation';
  readonly name: Name;
  readonly document: string;
  /** Never set. */
  readonly types?: (input: Input) => Result;
}

export interface QueryOperation<Name extends string, Variables, Result> {
  readonly kind: 'query';
  readonly name: Name;
  readonly document: string;
  /** Never set. */
  readonly types?: (variables: Variables) => Result;
}
