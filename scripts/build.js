import './node-version.js';
import { build } from './build-workspaces.js';

process.exitCode = build();
