import { z } from 'zod';

/** No part is a dot or two: proxies would take it for a step in a path. */
const PART = String.raw`(?!\.{1,2}(?:[+/]|$))[\p{L}\p{N}_.~:-]+`;
const COURSE_KEY = new RegExp(String.raw`^(?:course-v1:${PART}\+${PART}\+${PART}|${PART}/${PART}/${PART})$`, 'u');

/** The key of a course run in a path or a query, as the enrollment fulfiller takes it: `course-v1:org+course+run`, or the older `org/course/run`. */
export const CourseRunKey = z.string().max(255, 'must have at most 255 characters').regex(COURSE_KEY, 'must be the key of a course run, such as course-v1:AcmeX+BIO1+2026');
