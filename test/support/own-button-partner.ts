import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { JourneySettings } from '@atto-connect/widget/headless';
import { listen } from './listen.ts';

const HEADLESS = import.meta.resolve('@atto-connect/widget/headless');

/** A partner whose one page draws its own button and shows what the headless entry says. */
export interface OwnButtonPartner {
  readonly url: string;
  /** How its page calls the bff. */
  settings: JourneySettings;
  close(): Promise<void>;
}

export async function startOwnButtonPartner(hostname: string): Promise<OwnButtonPartner> {
  const server = createServer(({ url = '/' }, response) => {
    const [, name] = /^\/modules\/([\w-]+\.js)$/.exec(url) ?? [];
    const type = name ? 'text/javascript' : 'text/html; charset=utf-8';
    response
      .writeHead(200, { 'content-type': type })
      .end(name ? readFileSync(new URL(name, HEADLESS)) : pageOf(partner.settings));
  });
  const { port, close } = await listen(server);
  const partner: OwnButtonPartner = {
    url: `http://${hostname}:${port}`,
    settings: { bff: '', partner: '' },
    close,
  };
  return partner;
}

/** Writes the news down in `sessionStorage`, where a redirect does not erase them. */
function pageOf(settings: JourneySettings): string {
  return `<!doctype html><html lang="en"><title>Our own button</title><link rel="icon" href="data:,">
<button>Link my account</button> <output></output>
<script type="module">
  import { JourneyController } from './modules/headless.js';
  const journey = new JourneyController(${JSON.stringify(settings)}, {
    changed() {
      const { phase, view } = journey;
      document.querySelector('output').textContent = [phase, view?.status, view?.dataAvailability].join(' ');
    },
    tell(what) {
      const told = JSON.parse(sessionStorage.getItem('told') ?? '[]');
      sessionStorage.setItem('told', JSON.stringify([...told, what]));
      return true;
    },
  });
  void journey.begin();
  document.querySelector('button').addEventListener('click', () => void journey.start());
</script></html>`;
}
