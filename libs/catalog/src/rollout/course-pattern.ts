/**
 * Whether the whole course id fits the pattern, case-sensitively. Goes through the id once: each piece between two stars is
 * taken where it comes first, and nothing is tried again, so no pattern can make it slow.
 */
export function fitsPattern(pattern: string, courseId: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return courseId === pattern;
  if (!courseId.startsWith(head) || !courseId.endsWith(tail)) return false;
  const end = courseId.length - tail.length;
  let from = head.length;
  for (const piece of pieces) {
    const found = courseId.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= end;
}
