import { parentPort, workerData } from 'node:worker_threads';
import type { DeclarationFile } from '../core/model/declaration.ts';
import type { DeclarationSupport } from '../core/registry/declaration/declaration-support.ts';
import { readDeclaration } from '../core/registry/declaration/read-declaration.ts';

// What a DeclarationThread runs.
const { file, support } = workerData as { file: DeclarationFile; support: DeclarationSupport };
parentPort?.postMessage(readDeclaration(file, support));
