import { dirname } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // Here all examples share one installation, a folder above; a project of its own does not need this.
  turbopack: { root: dirname(import.meta.dirname) },
};

export default config;
