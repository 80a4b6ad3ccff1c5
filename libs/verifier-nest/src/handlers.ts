import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { PATTERN_HANDLER_METADATA, PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { Target } from './access.ts';

/** A method of a controller that Nest calls for a request from outside. */
export interface Handler {
  readonly controller: Target;
  readonly method: Target;
  readonly name: string;
}

/** Every HTTP and message handler of the application. */
export function handlersOf(modules: ModulesContainer): Handler[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? handlersIn(metatype) : []));
}

function handlersIn(controller: Target): Handler[] {
  const prototype = controller.prototype as Record<string, Target>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((key) => ({ controller, method: prototype[key] as Target, name: `${controller.name}.${key}` }))
    .filter(({ method }) => isHandler(method));
}

function isHandler(method: Target): boolean {
  return Reflect.hasMetadata(PATH_METADATA, method) || Reflect.hasMetadata(PATTERN_HANDLER_METADATA, method);
}

/** `service` (with or without its package) and `rpc`, as @GrpcMethod and its kin record them. */
export interface GrpcPattern {
  readonly service: string;
  readonly rpc: string;
}

export function grpcPatternsOf({ method }: Handler): GrpcPattern[] {
  const patterns = (Reflect.getMetadata(PATTERN_METADATA, method) ?? []) as unknown[];
  return patterns.filter((pattern): pattern is GrpcPattern => typeof (pattern as GrpcPattern)?.rpc === 'string');
}
