import type { Request } from 'express';
import type { Terms } from '../pages/consent.ts';

/** The client's terms in the browser's language, else English, else the first. @see documentation, "Configuration" */
export function termsFor(req: Request, terms: Readonly<Record<string, string[]>>): Terms {
  const languages = Object.keys(terms);
  const wanted = req.get('accept-language') === undefined ? false : req.acceptsLanguages(languages);
  const language = wanted || (languages.includes('en') ? 'en' : (languages[0] ?? 'en'));
  return { language, sentences: terms[language] ?? [] };
}
