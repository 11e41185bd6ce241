import { circumstanceLies } from './circumstance-lies.ts';
import { consentLies } from './consent-lies.ts';
import type { Lie } from './lie.ts';
import { returnLies } from './return-lies.ts';

/** Every lie that is told. */
export const lies: readonly Lie[] = [...consentLies, ...returnLies, ...circumstanceLies];
