/** How npm is called: it tells scripts where it is itself; going through the shell is only for a run without npm. */
export function npmCommand(...args) {
  const npm = process.env.npm_execpath;
  return npm
    ? { file: process.execPath, args: [npm, ...args], shell: false }
    : { file: 'npm', args, shell: process.platform === 'win32' };
}
