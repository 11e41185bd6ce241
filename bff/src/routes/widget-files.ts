import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

/** Where the script-tag build of the widget lies: beside a published bff, or in the widget's own dist. */
const FOLDERS = ['../widget', '../../../widget/dist/script'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const YEAR_SECONDS = 31_536_000;

/**
 * GET /widget/…: the script-tag file that this bff was released with, under its immutable versioned name, and
 * `manifest.json` with its integrity. Any page may load it.
 */
export function widgetFilesRoute(): RequestHandler {
  const folder = FOLDERS.find((path) => existsSync(path)) ?? FOLDERS[0] ?? '';
  return express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const isVersioned = /-\d+\.\d+\.\d+[^/]*\.js$/.test(path);
      response.setHeader('Cache-Control', isVersioned ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      // `crossorigin="anonymous"`, which integrity needs, makes the browser ask for leave.
      response.setHeader('Access-Control-Allow-Origin', '*');
    },
  });
}
