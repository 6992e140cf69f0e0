/** What bulks answer: counts, and of each item a receipt, a rejection or the error because of which it has no outcome. */
import type { Receipt as ReceiptShape } from '../domain/receipt.ts';
import { builder, type SchemaTypes } from './builder.ts';
import type { ErrorCode } from './errors.ts';
import type { Rejected } from './rejections.ts';

/** An item that has no outcome. */
export interface ItemFailure {
  readonly kind: 'failure';
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: string | null;
  readonly retryable: boolean;
}

export interface BulkItem<Item> {
  readonly item: Item;
  readonly result: ReceiptShape | Rejected | ItemFailure;
}

export interface BulkReceipt<Item> {
  readonly kind: 'bulk';
  readonly granted: number;
  readonly pending: number;
  readonly rejected: number;
  readonly failed: number;
  readonly replayed: boolean;
  readonly correlationId: string;
  readonly items: readonly BulkItem<Item>[];
}

export const ItemFailed = builder.objectRef<ItemFailure>('ItemFailed').implement({
  description:
    'This item has no outcome: a fault, as its own request would have had. If it is retryable, send the whole call again with its key: only such items are tried again.',
  fields: (t) => ({
    errorCode: t.exposeString('code', { description: 'As `extensions.code` of an error.' }),
    message: t.exposeString('message'),
    field: t.exposeString('field', { nullable: true, description: 'The field that is at fault.' }),
    retryable: t.exposeBoolean('retryable'),
  }),
});

type Fields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Shape>;

/** The counts of a bulk's answer. */
export function bulkFields(t: Fields<BulkReceipt<unknown>>) {
  return {
    granted: t.exposeInt('granted', { description: 'Items with a receipt, replayed ones included.' }),
    pending: t.exposeInt('pending', {
      description: 'Of the granted ones: those that did not fit, or were held, and became pending.',
    }),
    rejected: t.exposeInt('rejected', { description: 'Items with a rejection.' }),
    failed: t.exposeInt('failed', {
      description: 'Items without an outcome. The same call tries those again that are retryable.',
    }),
    replayed: t.exposeBoolean('replayed', { description: 'True: this key was recorded before.' }),
    correlationId: t.exposeID('correlationId', {
      description: 'Of this request. Each item names the one that made it.',
    }),
  };
}
