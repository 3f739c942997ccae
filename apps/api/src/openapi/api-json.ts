import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

/** Documents a JSON answer by its schema. */
export function ApiJson(status: number, schema: z.ZodType, description: string): MethodDecorator {
  return applyDecorators(ApiResponse({ status, description, schema: jsonSchema(schema) }));
}

/** A zod schema as OpenAPI 3.1 takes it: JSON Schema 2020-12, without its `$schema` line. */
export function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  return Object.fromEntries(Object.entries(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })).filter(([key]) => key !== '$schema'));
}
