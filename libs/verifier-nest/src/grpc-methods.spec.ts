import { describe, expect, it } from '@jest/globals';
import { GrpcMethod, GrpcStreamMethod } from '@nestjs/microservices';
import { methodLookup } from './grpc-methods.ts';
import type { Handler } from './handlers.ts';
import { Public, RequireScope, StreamPolicy } from './index.ts';

class Handlers {
  @GrpcMethod('Echo', 'Open')
  @Public()
  open(): void {}

  @GrpcMethod('Echo', 'Closed')
  @RequireScope('stock:read')
  closed(): void {}

  @GrpcStreamMethod('echo.v1.Echo', 'Long')
  @RequireScope('stock:read')
  @StreamPolicy('at-open')
  long(): void {}

  @GrpcMethod('v1.Echo', 'Open')
  @RequireScope('stock:read')
  otherOpen(): void {}
}

const handler = (key: 'open' | 'closed' | 'long' | 'otherOpen'): Handler => ({
  controller: Handlers,
  method: Handlers.prototype[key],
  name: key,
});

describe('the gate over gRPC methods', () => {
  const lookup = methodLookup([handler('open'), handler('closed'), handler('long')], { '/a.B/C': 'public' });

  it('finds a handler by its service, named with its package or without', () => {
    expect(lookup('/echo.v1.Echo/Open')).toBe('public');
    expect(lookup('/echo.v1.Echo/Closed')).toEqual({ scopes: [], stream: 'until-expiry' });
    expect(lookup('/echo.v1.Echo/Long')).toEqual({ scopes: [], stream: 'at-open' });
  });

  it('takes no stream policy from a class that the controller extends', () => {
    @StreamPolicy('at-open')
    class LongController {
      @GrpcStreamMethod('Echo', 'Long')
      @RequireScope('stock:read')
      long(): void {}
    }
    class HeirController extends LongController {}
    const streamOf = (controller: typeof LongController) =>
      methodLookup([{ controller, method: controller.prototype.long, name: 'long' }], {})('/echo.v1.Echo/Long');
    expect(streamOf(LongController)).toMatchObject({ stream: 'at-open' });
    expect(streamOf(HeirController)).toMatchObject({ stream: 'until-expiry' });
  });

  it('knows methods that Nest does not serve only by being told', () => {
    expect(lookup('/a.B/C')).toBe('public');
    expect(lookup('/a.B/D')).toBeUndefined();
  });

  it.each(['/echo.v1.MyEcho/Open', '/Echoes/Open', '/echo.v1.Echo/open', '/echo.v2.Echo/Long', 'Open', ''])(
    'does not take %j for a handler it resembles',
    (path) => {
      expect(lookup(path)).toBeUndefined();
    },
  );

  it('opens nothing where two handlers could be meant', () => {
    expect(methodLookup([handler('open'), handler('otherOpen')], {})('/echo.v1.Echo/Open')).toBeUndefined();
  });
});
