import { ListenError } from '@mintmark/service-nest';
import { pino } from 'pino';
import { readSettings, SettingsError, type Settings } from './config/settings.ts';
import { startConsumerService, type ConsumerService } from './modules/consumer-service.ts';

async function main(): Promise<void> {
  const settings: Settings = readSettings(process.env);
  const logger = pino({ level: settings.logLevel, base: { service: 'consumer-service' } });
  const service = await startConsumerService(settings, logger);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Once: a second signal ends the process at once.
    process.once(signal, () => {
      logger.info({ signal }, 'stopping');
      stop(service, () => logger.info('stopped'));
    });
  }
  // Whoever started this waits for the line, whatever the level is.
  logger.child({}, { level: 'info' }).info({ http: service.http, grpc: service.grpc }, 'ready');
}

function stop(service: ConsumerService, stopped: () => void): void {
  service.stop().then(() => {
    stopped();
    process.exit(0);
  }, fail);
}

/** What the operator can mend is one message; the rest keeps its stack. */
function fail(error: unknown): never {
  const known = error instanceof SettingsError || error instanceof ListenError;
  process.stderr.write(known ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
