import { join } from 'node:path';
import { HOST_SOCKET } from '@mintmark/admin-client';
import type { Context } from './context.ts';

/** Of the running service on this host. */
export function hostSocket({ terminal }: Context, dataDir: string | undefined): string {
  return join(dataDir ?? (terminal.env['MINTMARK_DATA_DIR'] || '.mintmark'), HOST_SOCKET);
}
