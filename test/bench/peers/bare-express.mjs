/**
 * The peer of the benchmarks: Express as it comes. `GET /` sends the bytes that were given as the first argument,
 * `POST /` reads JSON and keeps nothing, `GET /held` answers when its parent says so.
 */
import express from 'express';

const bytes = JSON.parse(process.argv[2] ?? '{}');
const app = express();
app.get('/', (_request, response) => {
  response.json(bytes);
});
app.post('/', express.json(), (_request, response) => {
  response.status(204).end();
});
const held = [];
app.get('/held', (_request, response) => {
  held.push(response);
});
process.on('message', () => {
  for (const response of held.splice(0)) response.json(bytes);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
