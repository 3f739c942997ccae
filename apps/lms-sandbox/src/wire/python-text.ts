/** How the LMS writes a value into a sentence: Python's `str()`. Lists and objects come out as JSON, which differs in quotes only. */
export function pythonText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}
