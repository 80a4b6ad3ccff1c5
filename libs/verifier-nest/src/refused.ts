import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { StatusObject } from '@grpc/grpc-js';
import type { Refusal } from '@mintmark/verifier-http';

/** A refusal over HTTP; Nest's own filter sends status and body, the guard has set the headers. */
export class HttpRefusedException extends HttpException {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super({ ...refusal.body }, refusal.status);
    this.refusal = refusal;
  }
}

/** A refusal over gRPC: a finished status, so that it means the same under any filter that knows RpcException. */
export class RpcRefusedException extends RpcException {
  readonly status: StatusObject;

  constructor(status: StatusObject) {
    super(status);
    this.status = status;
  }
}
