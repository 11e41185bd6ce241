import { type Bank, findBank, findBankByCode } from '../banks.ts';
import { type ConnectConfiguration, defaultConfigurationId } from '../configuration.ts';
import type { Settings } from '../settings.ts';

/** A launch that cannot become a journey, told to the customer on a page of its own: there is nowhere to return to. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly status: number;
  /** Atto's code where its table has one. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A first journey as asked for by the client's link. */
export interface Launch {
  configId: string;
  configuration: ConnectConfiguration;
  customerReference: string;
  /** Named by provider_id or bank_code, and offered by this configuration; null shows the bank search. */
  bank: Bank | null;
  /** The invitation whose link was followed; null for a client's own link. */
  invitationId: string | null;
}

/** Longest reference that comes back on the redirect. @see documentation, "Parameters" */
const longestReference = 255;

/** Reads the documented launch parameters; others are ignored. Throws a LaunchError. */
export function readLaunch(parameters: Record<string, unknown>, settings: Settings): Launch {
  const clientId = single(parameters, 'client_id');
  if (!clientId) throw new LaunchError(400, 'parameters_invalid', 'The link that brought you here names no client_id.');
  if (clientId.toLowerCase() !== settings.applicationId.toLowerCase()) {
    throw new LaunchError(404, 'client_not_found', 'The link that brought you here names a client_id we do not know.');
  }
  const configId = single(parameters, 'config_id') ?? defaultConfigurationId;
  const configuration = Object.hasOwn(settings.configurations, configId)
    ? settings.configurations[configId]
    : undefined;
  if (!configuration) {
    throw new LaunchError(
      404,
      'configuration_not_found',
      'The link that brought you here names a config_id we do not know.',
    );
  }
  const customerReference = single(parameters, 'customer_ref');
  if (!customerReference) {
    throw new LaunchError(400, 'parameters_invalid', 'The link that brought you here names no customer_ref.');
  }
  if (customerReference.length > longestReference) {
    throw new LaunchError(400, 'parameters_invalid', `The customer_ref is longer than ${longestReference} characters.`);
  }
  const bank = namedBank(parameters, configuration);
  return { configId, configuration, customerReference, bank, invitationId: null };
}

/** One value, or undefined when it is missing or empty. A repeated parameter has no meaning and is refused. */
export function single(parameters: Record<string, unknown>, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new LaunchError(400, 'parameters_invalid', `The link that brought you here gives ${name} more than once.`);
}

/** An unknown bank, one of another country, or a bank_code without its country_code falls back to the search. */
function namedBank(parameters: Record<string, unknown>, configuration: ConnectConfiguration): Bank | null {
  const providerId = single(parameters, 'provider_id');
  const bankCode = single(parameters, 'bank_code');
  const countryCode = single(parameters, 'country_code');
  const byId = providerId && /^\d{1,9}$/.test(providerId) ? findBank(Number(providerId)) : undefined;
  const bank = byId ?? (bankCode && countryCode ? findBankByCode(bankCode, countryCode) : undefined);
  return bank && configuration.availableCountries.includes(bank.country) ? bank : null;
}
