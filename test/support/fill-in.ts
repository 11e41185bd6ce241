import { widgetScript } from '../../demo/partner/widget-script.ts';
import type { BffAccess } from './bare-partner.ts';

/** An example's file with what the README leaves to its reader: the bff's address, the script's sum, the partner, a token. */
export async function fillerFor(bff: BffAccess, customerToken: string): Promise<(text: string) => string> {
  const { integrity } = await widgetScript(bff.url, bff.directUrl);
  return (text) =>
    text
      .replaceAll('https://bank.example.com', bff.url)
      .replaceAll('sha384-…', integrity)
      .replaceAll('partner="acme"', `partner="${bff.partnerId}"`)
      .replaceAll('customer-token="…"', `customer-token="${customerToken}"`);
}
