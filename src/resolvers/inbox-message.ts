/** What the inbox shows of a reward that is announced or becomes pending: inputs of several mutations. */
import { badInput } from '../domain/fault.ts';
import type { InboxMessage } from '../domain/operation.ts';
import type { MessageText, Title } from '../domain/values.ts';
import { builder } from '../schema/builder.ts';
import type { InputFields } from '../schema/inputs.ts';
import { FaultError } from './observe.ts';

export interface MessageInput {
  readonly message: string | null;
  readonly title: Title | null;
  readonly text: MessageText | null;
}

/** `without`: what is shown without them. */
export const messageFields = (t: InputFields, without: string) => ({
  message: t.field({
    type: 'MessageName',
    description: `What the inbox shows: a message of the balance config, whose title and text are translated like the catalogue. Without it and without \`title\`: ${without}.`,
  }),
  title: t.field({ type: 'Title', description: 'What the inbox shows, instead of `message`.' }),
  text: t.field({ type: 'MessageText', description: 'With `title`.' }),
});

export function messageOf({ message, title, text }: MessageInput): InboxMessage {
  if (message !== null) {
    if (title === null && text === null) return { name: message };
    throw new FaultError(badInput('message', 'leave it out where title or text is given'));
  }
  if (title !== null) return { title, text };
  if (text !== null) throw new FaultError(badInput('title', 'required with text'));
  return null;
}

const OnFull = builder.enumType('OnFull', {
  description: 'What becomes of a gift that exceeds a ceiling.',
  values: {
    PENDING: {
      value: 'pending',
      description: 'All of it waits in the inbox of its player, who collects it when there is room.',
    },
  } as const,
});

export const onFullFields = (t: InputFields) => ({
  onFull: t.field({
    type: OnFull,
    description: 'Left out: it is rejected, cut or converted, as the balance config says of the resource.',
  }),
  ...messageFields(t, 'nothing'),
});

interface OnFullInput extends MessageInput {
  readonly onFull: 'pending' | null;
}

export function onFullOf(input: OnFullInput): { readonly message: InboxMessage } | null {
  const message = messageOf(input);
  if (input.onFull !== null) return { message };
  if (message !== null) throw new FaultError(badInput('onFull', 'required with a message or title'));
  return null;
}
