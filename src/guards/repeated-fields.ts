/**
 * How often one selection may ask for the same thing. GraphQL merges repeats into one answer, so they are of no use to an
 * honest client, and each costs time to compare with every other.
 */
import { type ASTVisitor, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';
import { graphqlErrors } from '../telemetry/graphql-errors.ts';

/** Refuses a selection with more than `most` of one field or fragment; inline fragments belong to what they stand in. */
export function limitRepeats(most: number): (context: ValidationContext) => ASTVisitor {
  return (context) => {
    const check = ({ selectionSet }: { readonly selectionSet?: SelectionSetNode | undefined }) => {
      const counts = new Map<string, number>();
      for (const name of selectionSet ? asked(selectionSet) : []) {
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        if (count > most) return context.reportError(graphqlErrors.repeated(most));
      }
    };
    return { OperationDefinition: check, FragmentDefinition: check, Field: check };
  };
}

/** No field is called "...": a fragment never counts for the field of its name. */
function* asked({ selections }: SelectionSetNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield (selection.alias ?? selection.name).value;
    else if (selection.kind === Kind.FRAGMENT_SPREAD) yield `...${selection.name.value}`;
    else yield* asked(selection.selectionSet);
  }
}
