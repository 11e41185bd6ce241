/**
 * Makes sure of the three engines that the tests drive. Where it cannot install them it says which one is missing and
 * leaves the rest to the tests, which skip by name; only CI treats that as a failure.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const libraries = ['/usr/lib', '/usr/libexec', '/usr/lib64'];

/** What each engine consists of: a variable that may name it, else where it is looked for, and its Debian package. */
const engines = {
  Chromium: [
    part('CHROMIUM_PATH', ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], 'chromium'),
  ],
  Firefox: [part('FIREFOX_PATH', ['firefox-esr', 'firefox'], 'firefox-esr')],
  WebKitGTK: [
    part('WEBKIT_DRIVER_PATH', ['WebKitWebDriver'], 'webkit2gtk-driver'),
    part(
      'MINIBROWSER_PATH',
      ['webkit2gtk-4.1/MiniBrowser', 'webkitgtk-6.0/MiniBrowser', 'webkit2gtk-4.0/MiniBrowser'],
      'webkit2gtk-driver',
    ),
    ...(process.env.DISPLAY ? [] : [part('XVFB_PATH', ['Xvfb'], 'xvfb')]),
  ],
};

/** Installs what is missing where that is possible. True when every engine is there. */
export function installBrowsers() {
  const toInstall = missingParts().filter((missing) => !process.env[missing.variable]);
  if (toInstall.length > 0 && isDebianRoot()) {
    installWithApt([...new Set(toInstall.map((missing) => missing.debianPackage))]);
  }
  const missing = Object.keys(engines).filter((engine) => !engines[engine].every(isPresent));
  for (const engine of missing) {
    console.log(
      `${engine} is missing (${engines[engine]
        .filter((each) => !isPresent(each))
        .map(describe)
        .join(', ')}): its tests will be skipped.`,
    );
  }
  return missing.length === 0;
}

function part(variable, names, debianPackage) {
  return { variable, names, debianPackage };
}

function missingParts() {
  return Object.values(engines)
    .flat()
    .filter((each) => !isPresent(each));
}

/** A path that was given is meant: when nothing runnable is there, the engine is missing, whatever else is installed. */
function isPresent({ variable, names }) {
  const given = process.env[variable];
  if (given) {
    return isExecutable(given);
  }
  return folders().some((folder) => names.some((name) => isExecutable(join(folder, name))));
}

function describe({ variable, names }) {
  return process.env[variable] ? `${variable} names nothing that runs` : names[0];
}

function folders() {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const architectures = existsSync('/usr/lib')
    ? readdirSync('/usr/lib').filter((name) => name.includes('-linux-'))
    : [];
  return [...onPath, ...libraries, ...architectures.map((name) => join('/usr/lib', name))];
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    // A folder may be entered, which counts as executable too: /usr/lib/chromium is one.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Ubuntu is left out on purpose: its `chromium` is a snap, which a container cannot run. */
function isDebianRoot() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return process.getuid?.() === 0 && /^ID=debian$/m.test(release);
}

function installWithApt(packages) {
  console.log(`Installing ${packages.join(', ')} (once, about half a minute) …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status, stderr, error } = spawnSync('apt-get', ['-qq', ...step], { env: environment, encoding: 'utf8' });
    if (status !== 0) {
      console.log(`apt-get ${step[0]} did not work: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`);
      return;
    }
  }
}
