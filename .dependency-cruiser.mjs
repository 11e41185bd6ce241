/** The arrows that CONTRIBUTING draws, and no circle anywhere; type imports count. */
export default {
  forbidden: [
    { name: 'no-import-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'widget-stands-alone',
      comment: 'What partners install depends on lit and on nothing of ours.',
      severity: 'error',
      from: { path: '^widget/src' },
      to: { path: '^(bff|demo|test)/|^node_modules/(?!lit|@lit)' },
    },
    {
      name: 'bff-takes-the-contract-and-nothing-else',
      severity: 'error',
      from: { path: '^bff/' },
      to: { path: '^(widget/(?!src/contract\\.ts)|demo/|test/)' },
    },
    {
      name: 'simulator-imports-nothing-of-ours',
      comment: 'It must be able to disagree with us.',
      severity: 'error',
      from: { path: '^demo/simulator/' },
      to: { path: '^(widget|bff|test|demo/(?!simulator))/?' },
    },
    {
      name: 'partner-server-imports-nothing-of-ours',
      comment: 'It is what a partner would write: HTTP and a JWT library.',
      severity: 'error',
      from: { path: '^demo/partner/' },
      to: { path: '^(widget|bff|test|demo/(?!partner))/?' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^(widget|bff|demo)/' },
      to: { path: '^test/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^node:' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What frameworks compile: their own tools check it, with their own packages.
    exclude: { path: '(^|/)dist/|^widget/describe/frameworks/|^demo/examples/|^test/server-rendered/projects/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['@atto-connect/source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
