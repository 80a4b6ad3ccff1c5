// Builds the workspaces, then runs one TypeScript file of scripts/ or test/ (Node strips its types).
import './node-version.js';
import { spawn } from 'node:child_process';
import { build } from './build-workspaces.js';

const [file, ...args] = process.argv.slice(2);
const failed = build();
if (failed) process.exit(failed);

const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], { stdio: 'inherit' });
// The child shares the terminal and gets Ctrl-C itself; this process only outlives it to pass on how it ended.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
