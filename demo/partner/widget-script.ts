import { request } from 'undici';
import { z } from 'zod';

const manifestSchema = z.object({
  version: z.string(),
  files: z.record(z.string(), z.object({ integrity: z.string().startsWith('sha384-') })),
});

export interface WidgetScript {
  src: string;
  integrity: string;
}

/**
 * The widget that the bff serves, with the hash that pins it: what a partner would paste from its release notes. It is
 * read for each page here, so that the demo always shows the widget that was just built.
 */
export async function widgetScript(bffUrl: string, bffInternalUrl: string): Promise<WidgetScript> {
  const { statusCode, body } = await request(`${bffInternalUrl}/widget/manifest.json`);
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`The bff answered ${statusCode} for the widget's manifest.`);
  }
  const { version, files } = manifestSchema.parse(await body.json());
  const file = `atto-connect-${version}.js`;
  const integrity = files[file]?.integrity;
  if (!integrity) {
    throw new Error(`The widget's manifest does not name ${file}.`);
  }
  return { src: `${bffUrl}/widget/${file}`, integrity };
}
