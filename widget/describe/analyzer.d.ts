declare module '@custom-elements-manifest/analyzer/cli.js' {
  /** The analyzer's command line, which has no types of its own. @returns the manifest */
  export function cli(options: { argv: string[]; cwd: string; noWrite: true }): Promise<unknown>;
}
