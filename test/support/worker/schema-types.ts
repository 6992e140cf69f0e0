/** The types of the API for the client of the tests: those of the client package. */
export type * from '../../../packages/client/src/generated.ts';
