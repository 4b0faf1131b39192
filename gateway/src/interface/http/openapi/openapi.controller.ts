import { Controller, Get, Header } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../operation.js';

/** The machine-readable description of the API. */
export class OpenApiText {
  constructor(readonly json: string) {}
}

@Controller('openapi.json')
export class OpenApiController {
  readonly #text: OpenApiText;

  constructor(text: OpenApiText) {
    this.#text = text;
  }

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @Operation({
    id: 'getOpenApi',
    summary: 'This document',
    access: 'public',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
  })
  get(): string {
    return this.#text.json;
  }
}
