import 'reflect-metadata';
import { pino } from 'pino';
import { formatAddress } from '@mintmark/service';
import { loadConfig } from './config/load-config.ts';
import { explainStartFailure } from './modules/start-failure.ts';
import { startTokenService, type TokenService } from './modules/token-service.ts';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = pino({ name: 'token-service', level: config.logLevel });
  const service = await startTokenService(config, logger);
  const { http, grpc, management } = service.addresses;
  logger.info(
    {
      issuer: config.issuer,
      http: formatAddress(http),
      grpc: formatAddress(grpc),
      management: formatAddress(management),
    },
    'ready',
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(service, signal));

  async function stop({ stop: stopService }: TokenService, signal: string): Promise<void> {
    logger.info({ signal }, 'stopping');
    await stopService();
    logger.info('stopped');
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exit(1);
});
