/**
 * The peer of the benchmarks: Express as it comes. `GET /` sends the bytes that were given as the first argument,
 * `POST /` reads JSON and keeps nothing.
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
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
