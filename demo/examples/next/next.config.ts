import type { NextConfig } from 'next';

const config: NextConfig = {
  // Here a folder above has a lock file too, which Next would take for the project's; one that stands alone needs no such line.
  turbopack: { root: import.meta.dirname },
};

export default config;
