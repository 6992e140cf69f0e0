/** The words of a pending reward in an inbox. */
import { type Catalogue, catalogueEntry, type Texts } from './catalogue.ts';
import { badInput, type Fault } from './fault.ts';
import type { InboxMessage } from './operation.ts';
import type { BalanceRules } from './rules.ts';

export interface InboxTexts {
  /** Null: the config has none. */
  readonly title: string | null;
  readonly text: string | null;
}

/** What was sent with it; else the message of the config, or the texts of the claim type (of what was held back, that of its claim), in the language of `texts`. */
export function inboxTexts(
  {
    type,
    heldType,
    message,
  }: { readonly type: string; readonly heldType: string | null; readonly message: InboxMessage },
  catalogue: Catalogue,
  texts: Texts,
): InboxTexts {
  if (message !== null && 'title' in message) return { title: message.title, text: message.text ?? null };
  const named = message && catalogueEntry(catalogue, 'messages', message.name, texts);
  // A later config may have dropped the message.
  const { title, text } = named?.title
    ? named
    : catalogueEntry(catalogue, 'claimTypes', heldType ?? type, texts);
  return { title, text };
}

export function unknownMessage(message: InboxMessage, { catalogue }: BalanceRules): Fault | null {
  if (message === null || !('name' in message)) return null;
  const { name } = message;
  return catalogueEntry(catalogue, 'messages', name).title === null
    ? badInput('message', `the balance config has no message ${name}; add it to messages`)
    : null;
}
