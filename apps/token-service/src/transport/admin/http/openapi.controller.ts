import { Controller, Get } from '@nestjs/common';
import { Public } from '@mintmark/verifier-nest';
import { openApiDocument } from './openapi.ts';

@Controller('admin/v1')
export class OpenApiController {
  readonly #document = openApiDocument();

  /** Says what can be asked, to anyone; holds nothing of this installation. */
  @Get('openapi.json')
  @Public()
  document(): Readonly<Record<string, unknown>> {
    return this.#document;
  }
}
