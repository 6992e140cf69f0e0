/** Codes: staff make them, and see what exists. The answer that makes them shows them, and nothing else ever does. */
import { CODE_TEXT_FORM, parseCode, printedCode, withCheckCharacter } from '../domain/code-form.ts';
import { codeDigest, originDigest, randomCodes } from '../domain/codes.ts';
import { CREATE_CODES, type CreateCodes, decideCreateCodes, MAX_CODES } from '../domain/create-codes.ts';
import { badInput, type Fault } from '../domain/fault.ts';
import { checkGrants, type Grant } from '../domain/manual-reward.ts';
import type { Facts } from '../domain/rules.ts';
import type { Code, PositiveInt, Quantity, Reason } from '../domain/values.ts';
import { isRecordCursor, readRecords, recordCursor } from '../ledger/read-records.ts';
import type { RequestContext } from '../schema/builder.ts';
import { CodeBatch, type CodeBatchShape } from '../schema/code-batch.ts';
import { GrantInput } from '../schema/inputs.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { FaultError, throwIfFault } from './observe.ts';
import { codeSecretOf } from './redeem-code.ts';

const MAX_LABEL = 64;

interface CodesInput {
  readonly label: string;
  readonly type: string | null;
  readonly facts: Facts | null;
  readonly gives: readonly Grant[] | null;
  readonly count: PositiveInt;
  readonly text: string | null;
  readonly seed: string;
  readonly uses: PositiveInt | null;
  readonly perPlayer: Quantity | null;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  readonly reason: Reason;
}

/** `codes`: for the answer alone. */
interface Made extends CreateCodes {
  readonly codes: readonly Code[];
}

function parse(input: CodesInput, context: RequestContext): Made {
  throwIfFault(checkInput(input));
  const secret = codeSecretOf(context);
  const { label, type, facts, gives, text, seed, count, uses, perPlayer, opensAt, closesAt, reason } = input;
  const codes = text === null ? randomCodes(secret, seed, count) : [codeOfText(text)];
  return {
    label,
    type,
    facts,
    gives,
    uses: uses ?? 1,
    perPlayer: perPlayer ?? 1,
    opensAt: opensAt?.toISOString() ?? null,
    closesAt: closesAt?.toISOString() ?? null,
    reason,
    origin: originDigest(secret, codes[0] as Code, seed),
    digests: codes.map((code) => codeDigest(secret, code)),
    codes,
  };
}

function checkInput({ label, type, facts, gives, text, count, opensAt, closesAt }: CodesInput): Fault | null {
  if (label.length > MAX_LABEL) return badInput('label', `must have at most ${MAX_LABEL} characters`);
  if (count > MAX_CODES) return badInput('count', `must be an integer from 1 to ${MAX_CODES}`);
  if ((type === null) === (gives === null)) return badInput('type', 'send either type or gives');
  if (facts !== null && type === null) return badInput('facts', 'only a type has facts');
  if (text !== null && count !== 1) return badInput('count', 'a code with a text of its own is one code');
  if (opensAt && closesAt && opensAt >= closesAt) return badInput('closesAt', 'must be after opensAt');
  const fault = gives && checkGrants(gives);
  return fault && { ...fault, field: fault.field?.replace('grants', 'gives') ?? null };
}

function codeOfText(text: string): Code {
  const code = parseCode(withCheckCharacter(text));
  if (code === undefined) throw new FaultError(badInput('text', `must be ${CODE_TEXT_FORM}`));
  return code as Code;
}

const CodeBatchReceipt = defineReceipt('CodeBatchReceipt', 'batch', CodeBatch);

export const createCodes = defineAction({
  ...CREATE_CODES,
  description: `Staff: creates up to ${MAX_CODES} codes with the same terms. The answer shows them; they are stored as HMACs alone. The same request sent again, with its seed, shows the same codes.`,
  input: (t) => ({
    label: t.field({
      type: 'ClaimKey',
      required: true,
      description: `What they are for, such as \`spring-stream\`: at most ${MAX_LABEL} characters. Several batches may share it.`,
    }),
    type: t.field({
      type: 'ClaimType',
      description: 'Either this: a claim type whose reward each code gives, computed now for `facts`.',
    }),
    facts: t.field({ type: 'Facts' }),
    gives: t.field({ type: [GrantInput], description: 'Or this: what each code gives.' }),
    count: t.field({ type: 'PositiveInt', required: true, description: `At most ${MAX_CODES}.` }),
    text: t.field({
      type: 'Text',
      description: `The text of a shared code: ${CODE_TEXT_FORM}. Its check character is added. Absent: the codes are random, with 80 bits.`,
    }),
    seed: t.field({
      type: 'Seed',
      required: true,
      description:
        'Made at random for this request, and sent again with it. Random codes follow from it and from the secret of the service. It is not stored.',
    }),
    uses: t.field({ type: 'PositiveInt', description: 'How often each code can be redeemed. Absent: once.' }),
    perPlayer: t.field({
      type: 'Quantity',
      description: 'How often one player can redeem the same code. Absent: once.',
    }),
    opensAt: t.field({ type: 'DateTime', description: 'From this moment on. Absent: now.' }),
    closesAt: t.field({ type: 'DateTime', description: 'Before this moment. Absent: for good.' }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' }),
  }),
  receipt: CodeBatchReceipt,
  rejections: ['code_exists'],
  parse: (input, context) => parse(input as unknown as CodesInput, context),
  decide: decideCreateCodes,
  show: (record: CodeBatchShape, { codes }: Made) => ({ ...record, codes: codes.map(printedCode) }),
  example: {
    label: 'spring-stream',
    gives: [{ resource: 'lumees', amount: 100 }],
    count: 2,
    seed: 'make-this-at-random-for-each-request',
    reason: 'for the stream of the spring festival',
  },
  notes: '"npm run codes -- create" makes more of them, and writes them into a CSV file.',
});

export const codeBatches = defineConnection({
  name: 'codeBatches',
  description: `Staff: codes that were created together, with how often they were redeemed, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. It shows no code.`,
  type: CodeBatch,
  actors: ['staff'],
  args: () => ({}),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('code_batch'), isValid: isRecordCursor('code_batch') }),
  resolve: (_, page, { actor, read }) =>
    read((database) => readRecords<CodeBatchShape>(database, actor, { kind: 'code_batch', page })),
  example: { first: 20 },
});
