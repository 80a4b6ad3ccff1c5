// Builds the workspaces, then runs one TypeScript file of scripts/ or test/ (Node strips its types).
// With --source first nothing is built: our own packages are then read as source, as the tests read them.
import './node-version.js';
import { spawn } from 'node:child_process';
import { build } from './build-workspaces.js';

const fromSource = process.argv[2] === '--source';
const [file, ...args] = process.argv.slice(fromSource ? 3 : 2);
const failed = fromSource ? 0 : build();
if (failed) process.exit(failed);

const options = ['--disable-warning=ExperimentalWarning', ...(fromSource ? ['--conditions=@mintmark/source'] : [])];
const child = spawn(process.execPath, [...options, file, ...args], { stdio: 'inherit' });
// The child shares the terminal and gets Ctrl-C itself; this process only outlives it to pass on how it ended.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
