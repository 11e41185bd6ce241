import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../support/until.ts';
import { type Engine, PATIENCE_MS } from './drivers/driver.ts';

/** The cookie that a frame of another site is left with after it has set one: empty where third parties keep nothing. */
export async function thirdPartyCookie(engine: Engine): Promise<string> {
  const server = createServer(({ url }, response) => {
    const { port } = server.address() as AddressInfo;
    const frame = `<script>document.cookie = 'kept=1'; parent.postMessage(document.cookie, '*')</script>`;
    const page = `<script>onmessage = ({ data }) => { cookie = data }</script>
<iframe src="http://third.localhost:${port}/frame"></iframe>`;
    response.setHeader('content-type', 'text/html').end(`<!doctype html>${url === '/frame' ? frame : page}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = await engine.profile();
  try {
    const page = await profile.open(`http://partner.localhost:${(server.address() as AddressInfo).port}/`);
    const read = () => (globalThis as { cookie?: string }).cookie ?? null;
    let cookie: string | null = null;
    const isSaid = async () => {
      cookie = await page.evaluate(read, null).catch(() => null);
      return cookie !== null;
    };
    await until('the frame has said what it keeps', isSaid, PATIENCE_MS);
    return cookie ?? '';
  } finally {
    await profile.close();
    server.close();
    server.closeAllConnections();
  }
}
