// Chooses the operation name to send. GraphiQL reads the names of a document a moment after it was put into the editor,
// so right after a change of tabs it still offers the last tab's name.
import { Kind, parse } from 'graphql';

/** The offered name if the document has it, else that of the only operation; undefined leaves the choice to the server. */
export function chooseOperationName(
  document: string,
  offered: string | null | undefined,
): string | undefined {
  const names = operationNames(document);
  if (offered && names.includes(offered)) return offered;
  return names.length === 1 ? names[0] : undefined;
}

function operationNames(document: string): (string | undefined)[] {
  try {
    return parse(document, { noLocation: true }).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : [],
    );
  } catch {
    // A document that does not parse is the server's to refuse, with a better message.
    return [];
  }
}
