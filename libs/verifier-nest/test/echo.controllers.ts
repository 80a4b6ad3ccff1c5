import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { Controller, Get, Post } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod } from '@nestjs/microservices';
import { map, of, reduce, type Observable } from 'rxjs';
import { Caller, Public, RequireClient, RequireScope, StreamPolicy } from '../src/index.ts';

/** Which handlers ran. */
export const handled: string[] = [];

@Controller('stock')
export class StockHttpController {
  @Get()
  @RequireScope('stock:read')
  list(@Caller() caller: Caller): string {
    return caller.clientId;
  }

  @Post()
  @RequireScope('stock:reserve')
  reserve(): string {
    handled.push('reserve');
    return 'reserved';
  }

  @Get('billing')
  @RequireClient('billing', 'audit')
  billing(@Caller() caller: Caller): string {
    return caller.clientId;
  }

  @Get('open')
  @Public()
  open(@Caller() caller: Caller | undefined): string {
    return caller?.clientId ?? 'nobody';
  }
}

@Controller('reports')
@RequireScope('stock:read')
export class ReportsController {
  @Get()
  all(): string {
    return 'all';
  }

  @Get('secret')
  @RequireScope('stock:audit')
  secret(): string {
    return 'secret';
  }

  @Get('help')
  @Public()
  help(): string {
    return 'help';
  }
}

/** All four kinds of the echo service, in Nest's own styles. */
@Controller()
export class EchoController {
  @GrpcMethod('Echo', 'Unary')
  @RequireScope('stock:read')
  unary(_request: string, _metadata: unknown, _call: unknown): string {
    handled.push('Unary');
    return 'unary';
  }

  @GrpcMethod('Echo', 'ServerStream')
  @RequireScope('stock:read')
  serverStream(): Observable<string> {
    handled.push('ServerStream');
    return of('server', 'stream');
  }

  @GrpcStreamMethod('Echo', 'ClientStream')
  @RequireScope('stock:read')
  clientStream(requests: Observable<string>): Observable<string> {
    handled.push('ClientStream');
    return requests.pipe(reduce((all, each) => all + each, ''));
  }

  @RequireScope('stock:read')
  @GrpcStreamMethod('Echo', 'Bidi')
  bidi(requests: Observable<string>): Observable<string> {
    handled.push('Bidi');
    return requests.pipe(map((each) => each.toUpperCase()));
  }
}

/** The streams that a handler drives itself. */
@Controller()
export class StreamCallController {
  @GrpcStreamCall('echo.v1.Echo', 'ClientStream')
  @RequireScope('stock:read')
  clientStream(call: ServerReadableStream<string, string>, respond: sendUnaryData<string>): void {
    handled.push('ClientStream');
    call.on('data', () => undefined).on('end', () => respond(null, 'client stream'));
  }

  @GrpcStreamCall('echo.v1.Echo', 'Bidi')
  @RequireScope('stock:read')
  bidi(call: ServerDuplexStream<string, string>): void {
    handled.push('Bidi');
    call.on('data', (each: string) => call.write(each)).on('end', () => call.end());
  }
}

@Controller()
export class PolicyController {
  @GrpcMethod('Echo', 'Unary')
  @Public()
  unary(_request: string): string {
    return 'open';
  }

  @GrpcStreamMethod('Echo', 'Bidi')
  @RequireScope('stock:read')
  bidi(requests: Observable<string>): Observable<string> {
    handled.push('Bidi');
    return requests;
  }

  @GrpcStreamMethod('Echo', 'ClientStream')
  @RequireScope('stock:read')
  @StreamPolicy('at-open')
  clientStream(requests: Observable<string>): Observable<string> {
    handled.push('ClientStream');
    return requests;
  }
}
