/**
 * The constants of the contract, held to the widget's by the compiler: the bff takes types from the widget and no code,
 * so that a published bff needs no widget at run time.
 */
import type { RETURN_FRAGMENT as FRAGMENT, MAXIMUM_WAIT_SECONDS as WAIT } from '@atto-connect/widget/contract';

export const RETURN_FRAGMENT: typeof FRAGMENT = 'atto_return';
export const MAXIMUM_WAIT_SECONDS: typeof WAIT = 25;
