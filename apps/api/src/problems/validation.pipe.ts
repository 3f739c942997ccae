import { StandardSchemaValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProblemError, type ProblemDetail } from './problem.js';

/** Nest's pipe would drop keys such as `constructor` before the schema can refuse them. */
class StrictPipe extends StandardSchemaValidationPipe {
  protected override stripProtoKeys(): void {
    return;
  }
}

/** Checks every argument that has a schema, and names each wrong field. */
export class ValidationPipe implements PipeTransform {
  private readonly body = pipe((path) => ({ pointer: pointer(path) }));
  private readonly query = pipe((path) => ({ parameter: path.join('.') }));

  transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body') return this.body.transform(value, metadata);
    const { data } = metadata;
    return data === undefined ? this.query.transform(value, metadata) : pipe(() => ({ parameter: data })).transform(value, metadata);
  }
}

type Where = (path: readonly string[]) => Partial<ProblemDetail>;

function pipe(where: Where): StandardSchemaValidationPipe {
  return new StrictPipe({ exceptionFactory: (issues) => new ProblemError('invalid_request', 'Some fields do not have the right form: see errors.', wrongFields(issues, where)) });
}

function wrongFields(issues: readonly StandardSchemaV1.Issue[], where: Where): ProblemDetail[] {
  return issues.flatMap((issue) => {
    const path = (issue.path ?? []).map(key);
    const unknownKeys = unrecognized(issue);
    if (unknownKeys.length === 0) return [{ ...where(path), detail: issue.message }];
    return unknownKeys.map((name) => ({ ...where([...path, name]), detail: `is unknown here: "${name}"` }));
  });
}

/** The keys that a strict zod object does not know: zod names them all in one issue. */
function unrecognized(issue: StandardSchemaV1.Issue): string[] {
  return 'code' in issue && issue.code === 'unrecognized_keys' && 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : [];
}

function key(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}

function pointer(path: readonly string[]): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
