import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

/** The script-tag build lies in the widget's package, wherever that is installed. */
const FOLDER = dirname(fileURLToPath(import.meta.resolve('@atto-connect/widget/script/manifest.json')));

const YEAR_SECONDS = 31_536_000;

/**
 * GET /widget/…: the script-tag file that this bff was released with and the languages beside it, under immutable
 * versioned names, `manifest.json` with their integrity, and the licence of the Lit in the script. Any page may load them.
 */
export function widgetFilesRoute(): RequestHandler {
  return express.static(FOLDER, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const isVersioned = /-\d+\.\d+\.\d+[^/]*\.js(on)?$/.test(path);
      response.setHeader('Cache-Control', isVersioned ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      // `crossorigin="anonymous"`, which integrity needs, makes the browser ask for leave.
      response.setHeader('Access-Control-Allow-Origin', '*');
    },
  });
}
