/** The rejections of balance configs that staff publish: a part of the catalogue (rejections.ts). */
import { type ConfigRefusal, row } from './rejection-row.ts';

const REFUSALS: Readonly<Record<ConfigRefusal, (version: number | null) => string>> = {
  off: () => 'The owner of this service has switched publishing through the API off.',
  scheduled: (version) =>
    `Version ${version} is scheduled. Name it in \`cancels\` or \`keeps\`, or cancel it first.`,
  not_scheduled: (version) => `Version ${version} is not scheduled. It may have taken effect.`,
  past: () => 'The time is over by the clock of the database. Leave publishAt out to publish now.',
  game_limits: () =>
    'Limits of the whole game cannot change at a scheduled moment. Publish them at once, with a window for what they limit.',
  unchanged: (version) => `Version ${version} has this document and is current.`,
};

export const CONFIG_REJECTIONS = {
  config_changed: row({
    description:
      'Another version has become current, or another one is scheduled, than those that the request names.',
    fields: {
      current: { type: 'SafeInt', nullable: true, description: 'The current version; null: there is none.' },
      scheduled: {
        type: 'SafeInt',
        nullable: true,
        description: 'The version that is scheduled; null: none is.',
      },
    },
    message: ({ current, scheduled }) =>
      `The current version is ${current ?? 'none'}${scheduled === null ? '' : `, and version ${scheduled} is scheduled`}. Look at the changes against it, then publish with a new key.`,
  }),
  config_invalid: row({
    description: 'The document is not valid. Nothing was published.',
    fields: {
      problems: {
        type: '[ConfigProblem]',
        description: 'At most 100; previewBalanceConfig shows them, too.',
      },
    },
    message: ({ problems: [first] }) =>
      `The document is not valid: ${first ? `${first.path} ${first.message}`.trim() : 'it has problems'}.`,
  }),
  config_reopens: row({
    description:
      'The document would pay something again that `reopens` does not name, or `reopens` names what pays nothing again.',
    fields: { changes: { type: '[ConfigProblem]', description: 'At most 100.' } },
    message: ({ changes }) =>
      `Change the document, or name in reopens what is paid again: ${changes.map(({ path }) => path).join(', ')}.`,
  }),
  config_refused: row({
    description: 'This cannot be published, scheduled or cancelled now: see `why`.',
    fields: {
      why: { type: 'ConfigRefusal' },
      version: { type: 'SafeInt', nullable: true, description: 'The version that `why` is about.' },
    },
    message: ({ why, version }) => REFUSALS[why](version),
  }),
} as const;
