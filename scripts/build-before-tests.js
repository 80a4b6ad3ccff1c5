import { build } from './build-workspaces.js';

/** Once, before any test starts a service as a process: builds at the same time would read each other's half-written files. */
export default function buildOnce() {
  if (build() !== 0) throw new Error('the workspaces do not compile');
}
