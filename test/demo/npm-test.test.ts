import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = dirname(dirname(import.meta.dirname));
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-test-'));
});

after(() => {
  rmSync(folder, { recursive: true });
});

describe('npm test: making sure of the engines', () => {
  it('goes on without an engine, saying which one', () => {
    const { status, stdout } = installMissing({ CHROMIUM_PATH: '/nowhere/chromium' });
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^Chromium is missing \(CHROMIUM_PATH names nothing that runs\): its tests will be skipped\.$/m,
    );
  });

  for (const variable of ['CHROMIUM_PATH', 'FIREFOX_PATH', 'WEBKIT_DRIVER_PATH', 'MINIBROWSER_PATH']) {
    it(`fails with CI=true where ${variable} points nowhere`, () => {
      const { status, stdout } = installMissing({ CI: 'true', [variable]: '/nowhere/browser' });
      assert.equal(status, 1);
      assert.match(stdout, /is missing/);
    });
  }
});

describe('npm start and npm test: making sure of the packages', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-x' };
  const installations: Record<string, { says: object; has: string[]; installs: boolean }> = {
    'takes what npm says is there, and is': {
      says: { 'node_modules/a': entry },
      has: ['node_modules/a'],
      installs: false,
    },
    'installs what npm says is there, and is not': { says: { 'node_modules/a': entry }, has: [], installs: true },
    'installs what npm does not know of': { says: {}, has: ['node_modules/a'], installs: true },
    'installs what is there in another version': {
      says: { 'node_modules/a': { ...entry, integrity: 'sha512-y' } },
      has: ['node_modules/a'],
      installs: true,
    },
  };
  for (const [what, { says, has, installs }] of Object.entries(installations)) {
    it(what, () => {
      const clone = mkdtempSync(join(folder, 'clone-'));
      cpSync(join(root, 'demo'), join(clone, 'demo'), { recursive: true, filter: (path) => !/examples/.test(path) });
      for (const path of ['node_modules', ...has]) mkdirSync(join(clone, path), { recursive: true });
      const optional = { 'node_modules/of-another-platform': { ...entry, optional: true } };
      writeFileSync(
        join(clone, 'package-lock.json'),
        JSON.stringify({ packages: { '': {}, 'node_modules/a': entry, ...optional } }),
      );
      writeFileSync(join(clone, 'node_modules/.package-lock.json'), JSON.stringify({ packages: says }));
      writeFileSync(join(clone, 'npm.mjs'), "import { writeFileSync } from 'node:fs'; writeFileSync('was-run', '');");
      const { status } = spawnSync(process.execPath, ['demo/install-missing.mjs'], {
        cwd: clone,
        env: { ...cleanEnvironment(), npm_execpath: join(clone, 'npm.mjs') },
      });
      assert.deepEqual({ status, installs: existsSync(join(clone, 'was-run')) }, { status: 0, installs });
    });
  }
});

describe('npm run test:all: counting', () => {
  it('passes when every test passed, and says so in its last line', () => {
    const { status, lastLine } = testAll("it('a', () => {}); it('b', () => {});");
    assert.deepEqual({ status, lastLine }, { status: 0, lastLine: '2 passed, 0 failed, 0 skipped' });
  });

  it('counts tests, not the groups that they are in', () => {
    const { lastLine } = testAll("describe('group', () => { describe('inner', () => { it('a', () => {}); }); });");
    assert.equal(lastLine, '1 passed, 0 failed, 0 skipped');
  });

  it('counts every test of a file that has more to tell than a pipe holds', () => {
    const { lastLine } = testAll("for (let number = 0; number < 5000; number++) it('number ' + number, () => {});");
    assert.equal(lastLine, '5000 passed, 0 failed, 0 skipped');
  });

  it('prints each skip with its reason, and passes', () => {
    const { status, stdout, lastLine } = testAll("it('a', () => {}); it('b', { skip: 'no such server' }, () => {});");
    assert.match(stdout, /^skipped: b \(no such server\)$/m);
    assert.deepEqual({ status, lastLine }, { status: 0, lastLine: '1 passed, 0 failed, 1 skipped' });
  });

  it('fails on a skip with CI=true', () => {
    // Nothing is switched off here: the skip is in the sample, which must fail because of it.
    const { status, lastLine } = testAll("it('a', () => {}); it.skip('b', () => {});", { CI: 'true' });
    assert.deepEqual({ status, lastLine }, { status: 1, lastLine: '1 passed, 0 failed, 1 skipped' });
  });

  it('fails on an engine that is missing with CI=true', () => {
    const { status, stdout } = testAll("it('a', () => {});", { CI: 'true', FIREFOX_PATH: '/nowhere/firefox' }, [
      'engines',
    ]);
    assert.match(
      stdout,
      /^skipped: everything in Firefox \(FIREFOX_PATH names nothing that runs: \/nowhere\/firefox\)$/m,
    );
    assert.equal(status, 1);
  });

  it('fails when a test fails, says which and why at its end, and runs the others', () => {
    const { status, stdout, lastLine } = testAll("it('a', () => { throw new Error('no'); }); it('b', () => {});");
    assert.match(stdout, /^failed: a, .*sample\.test\.mjs \(no\)$/m);
    assert.deepEqual({ status, lastLine }, { status: 1, lastLine: '1 passed, 1 failed, 0 skipped' });
  });

  it('fails when a file does not load', () => {
    const { status, lastLine } = testAll('this is no program');
    assert.deepEqual({ status, lastLine }, { status: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
  });

  it('fails when no test ran', () => {
    const { status, lastLine } = testAll('');
    assert.deepEqual({ status, lastLine }, { status: 1, lastLine: '0 passed, 0 failed, 0 skipped' });
  });
});

function installMissing(environment: Record<string, string>) {
  return spawnSync(process.execPath, ['demo/install-missing.mjs', '--browsers'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...cleanEnvironment(), ...environment },
  });
}

/** Runs the real runner over a test file with this body. */
function testAll(body: string, environment: Record<string, string> = {}, suites: string[] = []) {
  const file = join(folder, 'sample.test.mjs');
  writeFileSync(file, `import { describe, it } from 'node:test';\n${body}`);
  const { status, stdout } = spawnSync(process.execPath, ['test/run.ts', ...suites, file], {
    cwd: root,
    encoding: 'utf8',
    env: { ...cleanEnvironment(), ...environment },
  });
  return { status, stdout, lastLine: stdout.trimEnd().split('\n').at(-1) };
}

/** Without what this run itself was started with: node:test refuses to run inside node:test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { CI: _ci, NODE_TEST_CONTEXT: _context, ...environment } = process.env;
  return environment;
}
