import { detail } from './lms-answer.js';
import type { BodyReading } from './lms-call.js';

/** Reads a body as Django REST framework does. No body at all reads as an empty object. */
export function readBody(text: string, contentType: string | undefined): BodyReading {
  if (text === '') return { value: {} };
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType === 'application/json') return readJson(text);
  if (mediaType === 'application/x-www-form-urlencoded') return { value: Object.fromEntries(new URLSearchParams(text)) };
  return { refusal: detail(415, `Unsupported media type "${contentType ?? ''}" in request.`) };
}

function readJson(text: string): BodyReading {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    // The LMS adds where Python stopped reading, which no client should read.
    return { refusal: detail(400, 'JSON parse error - Expecting value: line 1 column 1 (char 0)') };
  }
}
