const NEW_STYLE = /^course-v1:([\w\-~.:]+)\+([\w\-~.:]+)\+([\w\-~.:]+)$/;
const OLD_STYLE = /^([\w\-~.]+)\/([\w\-~.]+)\/([\w\-~.]+)$/;

/** Whether this reads as a course run's key: `course-v1:org+course+run`, or the older `org/course/run`. */
export function isCourseKey(text: string): boolean {
  return NEW_STYLE.test(text) || OLD_STYLE.test(text);
}

/** The organization a course run belongs to, or an empty string where the key does not parse. */
export function organizationOf(courseId: string): string {
  return (NEW_STYLE.exec(courseId) ?? OLD_STYLE.exec(courseId))?.[1] ?? '';
}
