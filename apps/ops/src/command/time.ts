const UNITS = [
  { name: 'days', ms: 86_400_000, from: 2 },
  { name: 'h', ms: 3_600_000, from: 2 },
  { name: 'min', ms: 60_000, from: 2 },
] as const;

/** A span for people, in the largest unit of which there are two or more. The sign is left out. */
export function span(ms: number): string {
  const length = Math.abs(ms);
  const unit = UNITS.find((candidate) => length >= candidate.from * candidate.ms);
  return unit ? `${Math.floor(length / unit.ms)} ${unit.name}` : `${Math.floor(length / 1_000)} s`;
}

/** To the second, in UTC: operators compare it with logs. */
export function moment(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** A moment and how far away it is. */
export function momentFrom(now: Date, at: Date): string {
  const ahead = at.getTime() - now.getTime();
  return `${moment(at)} (${ahead > 0 ? `in ${span(ahead)}` : `${span(ahead)} ago`})`;
}
