import { banks, countryNames } from './banks.ts';

/** The kinds of data a configuration may ask for; each is one expandable group on the consent screen. */
export type DataGroup = 'Accounts' | 'Balances' | 'Transactions' | 'RegularPayments' | 'Party';

/**
 * One Connect configuration, as Atto's account manager would set it up.
 * @see documentation, "Configuration" and "Parameters" (config_id)
 */
export interface ConnectConfiguration {
  /** Who asks for the data, in the customer's words. Default "Example Lending". */
  clientName: string;
  /** Provider ids shown as tiles on the first page. */
  favourites: number[];
  /** Selected by default for search; ISO 3166-1 alpha-2. Default GB. */
  defaultCountry: string;
  /** Countries one can search in. Default: every country with an invented bank. */
  availableCountries: string[];
  /** The client's own terms by language tag, a sentence each; the browser's language chooses, English is the fallback. */
  terms: Record<string, string[]>;
  /** Where the customer is sent at the end, or null: then the journey ends on Connect's own final page. */
  redirectUrl: string | null;
  /** Groups listed on the consent screen, also the consent's `permissions`. Default all five. */
  dataGroups: DataGroup[];
  /** Let the customer pick accounts after logging in. Default false. */
  accountSelection: boolean;
  /** Default Limited. Infinite has no end and no duration. */
  consentDurationType: 'Single' | 'Limited' | 'Infinite';
  /** Days from start to end of a consent. Default 90, the most PSD2 allowed. */
  consentDays: number;
}

/** The configuration that a launch without `config_id` uses. */
export const defaultConfigurationId = 'default';

/** What an account manager would start from; options and `configure` change parts of it. */
export function baseConfiguration(): ConnectConfiguration {
  return {
    clientName: 'Example Lending',
    favourites: [1001, 1002, 1003, 1004, 1005, 1101],
    defaultCountry: 'GB',
    availableCountries: Object.keys(countryNames),
    terms: {
      en: [
        'Example Lending uses your data once, to decide on your application.',
        'We keep it for as long as the law asks of a lender, and never sell it.',
      ],
      de: [
        'Example Lending verwendet Ihre Daten einmalig, um über Ihren Antrag zu entscheiden.',
        'Wir bewahren sie so lange auf, wie es das Gesetz von Kreditgebern verlangt, und verkaufen sie nie.',
      ],
      fr: [
        'Example Lending utilise vos données une seule fois, pour étudier votre demande.',
        'Nous les conservons aussi longtemps que la loi l’exige d’un prêteur et ne les vendons jamais.',
      ],
      es: [
        'Example Lending usa sus datos una sola vez, para decidir sobre su solicitud.',
        'Los conservamos el tiempo que la ley exige a un prestamista y nunca los vendemos.',
      ],
    },
    redirectUrl: null,
    dataGroups: ['Accounts', 'Balances', 'Transactions', 'RegularPayments', 'Party'],
    accountSelection: false,
    consentDurationType: 'Limited',
    consentDays: 90,
  };
}

/** The configurations there are before any option: one for Britain and one for the continent. */
export function builtInConfigurations(): Record<string, ConnectConfiguration> {
  const continental = banks.filter(({ country }) => ['DE', 'FR', 'ES', 'NL'].includes(country));
  return {
    [defaultConfigurationId]: baseConfiguration(),
    continental: {
      ...baseConfiguration(),
      favourites: continental.map(({ providerId }) => providerId).slice(0, 6),
      defaultCountry: 'DE',
      availableCountries: ['DE', 'FR', 'ES', 'NL'],
    },
  };
}
