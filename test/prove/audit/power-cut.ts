// Loaded by the token service before its own code: a disk on which nothing is safe until it is flushed. What a file handle
// appended and did not flush is lost with the process, but for a part of any length, as by a power cut: `kill -9` alone would
// leave it to the operating system, which goes on to write it.
import { randomInt } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What a flush may take at most: long enough to be killed in. */
const FLUSH_MS = 20;

const pending = new WeakMap<FileHandle, Buffer>();
const probe = await open(fileURLToPath(import.meta.url));
const prototype = Object.getPrototypeOf(probe) as FileHandle;
await probe.close();
const appendFile = Object.getOwnPropertyDescriptor(prototype, 'appendFile')?.value as FileHandle['appendFile'];
const datasync = Object.getOwnPropertyDescriptor(prototype, 'datasync')?.value as FileHandle['datasync'];

Object.defineProperties(prototype, {
  appendFile: {
    configurable: true,
    async value(this: FileHandle, bytes: Buffer) {
      const unsafe = Buffer.concat([pending.get(this) ?? Buffer.alloc(0), bytes]);
      const reached = randomInt(unsafe.length + 1);
      pending.set(this, unsafe.subarray(reached));
      await appendFile.call(this, unsafe.subarray(0, reached));
    },
  },
  datasync: {
    configurable: true,
    async value(this: FileHandle) {
      await sleep(randomInt(FLUSH_MS));
      const unsafe = pending.get(this);
      pending.delete(this);
      if (unsafe) await appendFile.call(this, unsafe);
      await datasync.call(this);
    },
  },
});
