// Chooses the operation name to send. Directly after a change of tabs GraphiQL still offers the name of the previous tab,
// because it reads a document with a delay.
import { Kind, parse } from 'graphql';

/** The offered name if the document has it, otherwise the only operation's; undefined leaves the choice to the server. */
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
    // The server refuses a document that does not parse, with a better message.
    return [];
  }
}
