import assert from 'node:assert/strict';
import { after } from 'node:test';
import { exampleSuite } from '../examples/example-suite.ts';
import { Project, type ProjectKind } from './project.ts';

/**
 * A page that a framework draws on a server first, with the README's component in it: it takes a customer to the bank and
 * back, and neither the framework nor the browser complains of what it finds.
 */
export function serverRenderedSuite(name: string, kind: ProjectKind): void {
  let project: Project;
  exampleSuite(name, {
    title: `in ${name}, drawn on a server`,
    build: async () => {
      project = await Project.install(name, kind);
    },
    serve: (port, bff) => project.serve(port, bff),
    also: {
      'is in the page before any script has run': async (page, url) => {
        const html = await (await page.goto(url))?.text();
        assert.match(`${html}`, /<atto-connect [^>]*partner="acme"/);
      },
    },
  });
  after(() => project?.remove());
}
