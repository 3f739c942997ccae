/** A time as SQL: so many milliseconds from now, by the database's clock; null where the parameter is null. */
export function inMs(parameter: `$${number}`): string {
  return `now() + ${parameter}::float8 * interval '1 millisecond'`;
}
