import { message, type LmsAnswer } from '../wire/lms-answer.js';
import { pythonText } from '../wire/python-text.js';
import type { Attribute } from '../world/world.schema.js';
import { MESSAGES } from './enrollment.messages.js';
import type { AttributeRequest } from './enrollment.request.js';

const PARTS = ['namespace', 'name', 'value'] as const;
const REQUIRED: Readonly<Record<string, string>> = { credit: 'credit:provider_id' };

export type AttributesReading = { readonly attributes: readonly Attribute[] | null } | { readonly refusal: LmsAnswer };

/** Attributes as they will be stored, or the refusal that comes after the enrollment was saved. None at all are null. */
export function checkAttributes(requested: readonly AttributeRequest[] | null): AttributesReading {
  for (const attribute of requested ?? []) {
    const missing = PARTS.find((part) => attribute[part] === undefined);
    if (missing !== undefined) return { refusal: badAttribute(MESSAGES.badAttribute(missing)) };
  }
  return { attributes: requested?.map(toAttribute) ?? null };
}

/** The attribute that the mode demands and a list that is not empty lacks. An empty list, or none, is let through. */
export function missingAttribute(mode: string | null, requested: readonly AttributeRequest[] | null): string | null {
  const required = mode === null ? undefined : REQUIRED[mode];
  if (required === undefined || requested === null || requested.length === 0) return null;
  const given = requested.map((attribute) => `${pythonText(attribute['namespace'])}:${pythonText(attribute['name'])}`);
  return given.includes(required) ? null : required;
}

function toAttribute(requested: AttributeRequest): Attribute {
  return { namespace: pythonText(requested['namespace']), name: pythonText(requested['name']), value: pythonText(requested['value']) };
}

function badAttribute(sentence: string): LmsAnswer {
  return message(400, sentence, { localizedMessage: sentence });
}
