/** What the packages of the bff alone take: an Express server that imports them and uses none. */
import 'cors';
import 'express-rate-limit';
import 'helmet';
import 'jose';
import 'node:sqlite';
import 'pino';
import 'undici';
import 'zod';
import './bare-express.mjs';
