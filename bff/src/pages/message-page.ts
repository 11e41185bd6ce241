import type { Response } from 'express';

/** A small page for a person who came where nothing is left to do, with one way on. */
export interface MessagePage {
  status: number;
  title: string;
  text: string;
  /** Where the person came from, if we know. */
  back: { url: string; name: string } | null;
}

/** Sends the page. It loads nothing, runs nothing and may not be framed. */
export function sendMessagePage(response: Response, { status, title, text, back }: MessagePage): void {
  const link = back === null ? '' : `<p><a href="${escaped(back.url)}">Back to ${escaped(back.name)}</a></p>`;
  response
    .status(status)
    .set({ 'Referrer-Policy': 'no-referrer' })
    .type('html')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<meta name="color-scheme" content="light dark"><title>${escaped(title)}</title>` +
        `<main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${link}</main></html>`,
    );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
