import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEMS } from '../problems/problem.js';
import { jsonSchema } from './api-json.js';

const ProblemSchema = z.object({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string().optional(), parameter: z.string().optional(), header: z.string().optional(), code: z.string().optional(), detail: z.string() })).optional(),
  traceId: z.string(),
});

/** Documents the problems (RFC 9457) that a route may answer with, and their codes. */
export function ApiProblems(...statuses: readonly number[]): MethodDecorator {
  return applyDecorators(...statuses.map((status) => ApiResponse({ status, description: codes(status), content: { 'application/problem+json': { schema: jsonSchema(ProblemSchema) } } })));
}

function codes(status: number): string {
  const named = Object.entries(PROBLEMS).filter(([, problem]) => problem.status === status);
  return named.map(([code, { title }]) => `\`${code}\`: ${title}.`).join(' ');
}
