/** Makes property tests repeatable: fast-check begins with the seed of the run. */
import fc from 'fast-check';
import { inject } from 'vitest';
import './provided.ts';

fc.configureGlobal({ seed: inject('fuzzSeed') });
