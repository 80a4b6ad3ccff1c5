/**
 * A thread beside the one that speaks to the token. That one may stand still in a call of the library when the service dies, and
 * would never hear of it: a process that is logged into the token must not outlive the service.
 */
import { workerData } from 'node:worker_threads';

const PARENT = workerData as number;
const LOOK_EVERY_MS = 500;

setInterval(() => {
  if (process.ppid !== PARENT) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
