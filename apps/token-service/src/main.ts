import 'reflect-metadata';
import { pino, type Logger } from 'pino';
import { formatAddress } from '@mintmark/service-nest';
import { loadConfig } from './config/load-config.ts';
import { explainStartFailure } from './modules/start-failure.ts';
import { startTokenService, type TokenService } from './modules/token-service.ts';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = pino({ name: 'token-service', level: config.logLevel });
  const service = await startTokenService(config, logger);
  const { http, grpc, management, mtlsHttp, mtlsGrpc } = service.addresses;
  // Whoever started this waits for the line, whatever the level is.
  logger.child({}, { level: 'info' }).info(
    {
      issuer: config.issuer,
      http: formatAddress(http),
      grpc: formatAddress(grpc),
      management: formatAddress(management),
      ...(mtlsHttp && { mtlsHttp: formatAddress(mtlsHttp) }),
      ...(mtlsGrpc && { mtlsGrpc: formatAddress(mtlsGrpc) }),
    },
    'ready',
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop(service, { logger, signal }));
}

async function stop(service: TokenService, { logger, signal }: { logger: Logger; signal: string }): Promise<void> {
  logger.info({ signal }, 'stopping');
  await service.stop();
  logger.info('stopped');
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exit(1);
});
