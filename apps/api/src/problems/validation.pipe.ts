import { StandardSchemaValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProblemError, type ProblemDetail } from './problem.js';

/** Checks every argument that has a schema, and names each wrong field. */
export class ValidationPipe implements PipeTransform {
  private readonly body = new StandardSchemaValidationPipe({ exceptionFactory: (issues) => wrongFields(issues, (path) => ({ pointer: pointer(path) })) });
  private readonly rest = new StandardSchemaValidationPipe({ exceptionFactory: (issues) => wrongFields(issues, (path) => ({ parameter: path.join('.') })) });

  transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return (metadata.type === 'body' ? this.body : this.rest).transform(value, metadata);
  }
}

function wrongFields(issues: readonly StandardSchemaV1.Issue[], where: (path: string[]) => Partial<ProblemDetail>): ProblemError {
  const errors = issues.map(({ path = [], message }) => ({ ...where(path.map(key)), detail: message }));
  return new ProblemError('invalid_request', 'Some fields do not have the right form: see errors.', errors);
}

function key(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}

function pointer(path: readonly string[]): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
