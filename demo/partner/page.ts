import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import type { RequestHandler } from 'express';
import { widgetScript } from './widget-script.ts';

interface PageOptions {
  /** The folder of index.html and what belongs to it. */
  folder: string;
  /** The bff as the browser reaches it. */
  bffUrl: string;
  /** The bff as this server reaches it. */
  bffInternalUrl: string;
  partnerId: string;
}

const assetTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
};

/** The application page, with the widget's script tag and the address of the bff written into it. */
export function pageRoute({ folder, bffUrl, bffInternalUrl, partnerId }: PageOptions): RequestHandler {
  const policy = contentSecurityPolicy(new URL(bffUrl).origin);
  return async (_request, response) => {
    const { src, integrity } = await widgetScript(bffUrl, bffInternalUrl);
    const values: Record<string, string> = {
      bff: bffUrl,
      partner: partnerId,
      widgetSrc: src,
      widgetIntegrity: integrity,
    };
    const template = await readFile(join(folder, 'index.html'), 'utf8');
    const html = template.replace(/\{\{(\w+)\}\}/g, (_match, name: string) => escapeAttribute(values[name] ?? ''));
    response.set('Content-Security-Policy', policy).set('Cache-Control', 'no-cache').type('html').send(html);
  };
}

/**
 * Style, pictures and scripts of the page. The scripts are TypeScript with the types taken out as they are served:
 * no bundler, so what the browser runs is what the file says, line for line.
 */
export function assetRoute(folder: string): RequestHandler<{ file: string }> {
  return async (request, response, next) => {
    const { file } = request.params;
    const type = assetTypes[extname(file)];
    if (!type || !/^[a-z-]+\.[a-z]+$/.test(file)) {
      next();
      return;
    }
    const source = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (source === undefined) {
      next();
      return;
    }
    const body = file.endsWith('.ts') ? stripTypeScriptTypes(source) : source;
    response.set('Cache-Control', 'no-cache').set('Content-Type', type).send(body);
  };
}

/** Nothing runs here but our own files and the bff's widget; nothing is sent anywhere but to the two servers. */
function contentSecurityPolicy(bffOrigin: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${bffOrigin}`,
    `connect-src 'self' ${bffOrigin}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types atto-connect',
  ].join('; ');
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
