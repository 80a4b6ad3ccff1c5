import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in the process's log; its chatter at start is of use to nobody but a debugger. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...parameters: unknown[]): void {
    this.#write('debug', message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.#write('error', message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.#write('warn', message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.#write('debug', message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.#write('trace', message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.#write('fatal', message, parameters);
  }

  /** The last parameter is the part of Nest that speaks. */
  #write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, parameters: unknown[]): void {
    const context = { context: parameters.at(-1) };
    if (message instanceof Error) this.#logger[level]({ ...context, err: message }, message.message);
    else this.#logger[level](context, typeof message === 'string' ? message : JSON.stringify(message));
  }
}
