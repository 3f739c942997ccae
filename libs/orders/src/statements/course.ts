/** The course run of a product's details, for grouping and filtering. As much of it as an index takes; null where there is none. */
export function courseOf(details: string): string {
  return `left((${details}) ->> 'courseId', 255)`;
}
