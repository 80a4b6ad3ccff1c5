#!/usr/bin/env node
// Committed as it is, because npm links no bin whose file is not there yet; builds the workspaces when they never were.
import '../../../scripts/node-version.js';
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  const { build } = await import('../../../scripts/build-workspaces.js');
  const failed = build();
  if (failed) process.exit(failed);
}
await import(main.href);
