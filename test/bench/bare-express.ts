/** The peer of the benchmarks: a default Express route that only sends bytes, given as the first argument. */
import type { AddressInfo } from 'node:net';
import express from 'express';

const bytes = JSON.parse(process.argv[2] ?? '{}') as unknown;
const app = express();
app.get('/', (_request, response) => {
  response.json(bytes);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
