// What forms hold as text, and the API takes as numbers and moments.

/** ISO 8601 of a field in the viewer's zone; null: the field is empty. */
export const momentOf = (value: string): string | null =>
  value === '' ? null : new Date(value).toISOString();

/** An amount of a resource, as it is typed. */
export interface GivenText {
  readonly resource: string;
  readonly amount: string;
}

export const NOTHING: GivenText = { resource: '', amount: '' };

export const grantsOf = (gives: readonly GivenText[]) =>
  gives.map(({ resource, amount }) => ({ resource, amount: Number(amount) }));
