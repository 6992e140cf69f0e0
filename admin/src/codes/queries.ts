// What the page about codes reads. No query shows a code.
import { codeBatches } from '@onceward/client';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

export const batchesQuery = { ...pagesQuery(['codeBatches'], (page) => client.query(codeBatches, page)) };

export const refreshCodes = () => queryClient.invalidateQueries({ queryKey: ['codeBatches'] });
