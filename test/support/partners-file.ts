import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, secret } from './start-bff.ts';

/** A partner of a `PARTNERS_FILE`, with what its own people must know. */
export interface FilePartner {
  readonly id: string;
  readonly origin: string;
  readonly signingSecret: string;
  readonly apiKey: string;
}

/**
 * Writes the partner of the variables and one more for each id, all of one application unless the fields say otherwise.
 * @param fields of each of the others
 * @returns the environment with `PARTNERS_FILE`, and the others
 */
export function withPartners(
  environment: Environment,
  fields: object,
  ...ids: string[]
): { environment: Environment; others: FilePartner[] } {
  const others = ids.map((id) => ({ id, origin: `https://${id}.example`, signingSecret: secret(), apiKey: secret() }));
  const ours = {
    id: environment['PARTNER_ID'],
    name: environment['PARTNER_NAME'],
    origins: environment['PARTNER_ORIGINS'],
    returnUrls: environment['PARTNER_RETURN_URLS'],
    signingSecret: environment['PARTNER_SIGNING_SECRET'],
    apiKey: environment['PARTNER_API_KEY'],
    configIds: ['ours'],
    guests: true,
    reference: environment['PARTNER_REFERENCE'],
    webhookUrl: environment['PARTNER_WEBHOOK_URL'],
    webhookSecret: environment['PARTNER_WEBHOOK_SECRET'],
  };
  const theirs = others.map(({ origin, ...partner }) => ({
    ...partner,
    origins: [origin],
    returnUrls: { main: `${origin}/done` },
    configIds: [partner.id],
    guests: true,
    ...fields,
  }));
  const path = join(environment['DATA_DIR'] ?? '', 'partners.json');
  writeFileSync(path, JSON.stringify([ours, ...theirs]));
  return { environment: { ...environment, PARTNERS_FILE: path }, others };
}
