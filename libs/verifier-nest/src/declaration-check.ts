import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { accessTo } from './access.ts';
import { handlersOf } from './handlers.ts';

/**
 * Stops the start of an application in which a handler says nothing about who may call it. Done while providers are made,
 * before any listener opens.
 */
@Injectable()
export class DeclarationCheck {
  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    const silent = handlersOf(modules).filter(({ method, controller }) => !accessTo(method, controller));
    if (silent.length > 0) throw new Error(explain(silent.map(({ name }) => name)));
  }
}

function explain(names: readonly string[]): string {
  return [
    'Handlers that declare no access, and are therefore open to nobody:',
    ...names.map((name) => `  ${name}`),
    "Put @RequireScope('…'), @RequireClient('…') or @Public() on each of them, or on its class.",
  ].join('\n');
}
