/** How Connect reaches a bank: its own API, or a page run by Atto that takes the customer's credentials. */
export type Connection = 'direct' | 'credential-sharing';

/** The shapes that `pages/logos.ts` can draw. */
export type Mark = 'wave' | 'leaf' | 'arch' | 'star' | 'ring' | 'hill' | 'key' | 'bird' | 'lantern' | 'grain';

/** An invented bank. Any likeness in name or logo to a real one is a mistake we would like to hear about. */
export interface Bank {
  /** Atto's integer provider id. */
  readonly providerId: number;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly connection: Connection;
  /** National bank codes (sort code, Bankleitzahl, routing number) that `bank_code` may name. */
  readonly bankCodes: readonly string[];
  /** Background colour of logo and login page; white text on it passes WCAG AA. */
  readonly colour: string;
  readonly mark: Mark;
  /** What this bank always does, unless the person or the test asks for something else. */
  readonly habit?: { readonly outcome?: 'provider_permanent_error'; readonly delayMs?: number };
}

/** Every bank the simulator knows. The default favourites all succeed at once. */
export const banks: readonly Bank[] = [
  bank(1001, 'Harbour & Vale Bank', 'GB', 'direct', ['990101', '990102'], '#0b4f6c', 'wave'),
  bank(1002, 'Thistlewick Building Society', 'GB', 'direct', ['990201'], '#7a1f4b', 'bird'),
  bank(1003, 'Northmoor Bank', 'GB', 'direct', ['990301'], '#1f3d2b', 'hill'),
  bank(1004, 'Pennywell Savings', 'GB', 'credential-sharing', ['990401'], '#8a3b12', 'grain'),
  bank(1005, 'Quillstone Business Bank', 'GB', 'direct', ['990501'], '#2d2a6e', 'arch'),
  { ...bank(1006, 'Slowmere Bank', 'GB', 'direct', ['990601'], '#4a5568', 'ring'), habit: { delayMs: 6_000 } },
  {
    ...bank(1007, 'Brackenfold Bank', 'GB', 'direct', ['990701'], '#6b4423', 'leaf'),
    habit: { outcome: 'provider_permanent_error' },
  },
  bank(1101, 'Fuchsia Quay Bank', 'IE', 'direct', ['999101'], '#8e1560', 'wave'),
  bank(1102, 'Glenmarra Credit Union', 'IE', 'credential-sharing', ['999102'], '#14532d', 'leaf'),
  bank(1201, 'Lindenau Direktbank', 'DE', 'direct', ['99920100'], '#14532d', 'leaf'),
  bank(1202, 'Kranichsee Bank', 'DE', 'credential-sharing', ['99920200'], '#1e3a8a', 'bird'),
  bank(1301, 'Banque des Tilleuls', 'FR', 'direct', ['99301'], '#5b21b6', 'star'),
  bank(1302, 'Caisse du Vieux Moulin', 'FR', 'credential-sharing', ['99302'], '#9a3412', 'grain'),
  bank(1401, 'Banco Tramontana', 'ES', 'direct', ['9941'], '#b02a1c', 'hill'),
  bank(1402, 'Caja Almendro', 'ES', 'credential-sharing', ['9942'], '#9d174d', 'star'),
  bank(1501, 'Prairie Lantern Bank', 'US', 'direct', ['990000015'], '#92400e', 'lantern'),
  bank(1502, 'Juniper Flats Bank', 'US', 'credential-sharing', ['990000028'], '#155e75', 'key'),
  bank(1601, 'Zilvermeeuw Bank', 'NL', 'direct', ['ZMEE'], '#0f4c81', 'bird'),
];

/** English names of the countries above, for the search page. */
export const countryNames: Readonly<Record<string, string>> = {
  GB: 'United Kingdom',
  IE: 'Ireland',
  DE: 'Germany',
  FR: 'France',
  ES: 'Spain',
  US: 'United States',
  NL: 'Netherlands',
};

/** The bank with this provider id, if there is one. */
export function findBank(providerId: number): Bank | undefined {
  return banks.find((candidate) => candidate.providerId === providerId);
}

/** The bank registered for a national bank code in a country, if there is one. */
export function findBankByCode(bankCode: string, countryCode: string): Bank | undefined {
  const code = bankCode.replace(/[\s-]/g, '').toUpperCase();
  const country = countryCode.toUpperCase();
  return banks.find((candidate) => candidate.country === country && candidate.bankCodes.includes(code));
}

function bank(
  providerId: number,
  name: string,
  country: string,
  connection: Connection,
  bankCodes: readonly string[],
  colour: string,
  mark: Mark,
): Bank {
  return { providerId, name, country, connection, bankCodes, colour, mark };
}
