// What an opening tab is made of: a documented GraphQL document and the variables to start from. GraphiQL titles a tab
// with the name of its first operation.

export interface OpeningTab {
  readonly document: string;
  /** Null where the document takes none. `newKey` makes a fresh idempotency key. */
  readonly variables: ((newKey: () => string) => Record<string, unknown>) | null;
}
