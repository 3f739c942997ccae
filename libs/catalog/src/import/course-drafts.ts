import { z } from 'zod';
import type { CatalogProblem } from '../catalog.errors.js';
import type { CourseDraft, ModeDraft } from '../courses/course.js';
import type { Column } from './columns.js';
import type { StagedRow } from './import-staging.statements.js';
import type { CellProblem } from './row-problems.js';

/** What holds for courses whose rows do not say. */
export interface DraftDefaults {
  readonly partner?: string | undefined;
  /** Who grants the credit of modes `credit`. */
  readonly creditProvider?: string | undefined;
}

/** A course as its rows want it, and which row each of its modes comes from. */
export interface StagedCourse {
  readonly draft: CourseDraft;
  /** In the order of the draft's modes. */
  readonly lines: readonly number[];
}

const instant = z.iso.datetime().transform((text) => new Date(text)).nullable().optional();
const sku = z.string().nullable().optional();

/** A draft as it was staged: JSON that we have written ourselves. */
const StagedDraft = z.object({
  priceMinor: z.number(),
  currency: z.string(),
  availableFrom: instant,
  expires: instant,
  sku: z.string().optional(),
  bulkSku: z.string().optional(),
  creditProvider: z.string().optional(),
  androidSku: sku,
  iosSku: sku,
});

/** Builds courses from good rows, which stand in the order of the courses. */
export function stagedCourses(rows: readonly StagedRow[], defaults: DraftDefaults): StagedCourse[] {
  return [...Map.groupBy(rows, ({ course_id: id }) => id)].map(([id, ofCourse]) => {
    const name = firstTold(ofCourse, 'course_name') ?? firstTold(ofCourse, 'known_name') ?? id;
    const partner = firstTold(ofCourse, 'partner') ?? defaults.partner;
    const modes = ofCourse.map((row) => modeOf(row, defaults));
    return { draft: { id, partner, name, verificationDeadline: deadlineOf(ofCourse), modes }, lines: ofCourse.map(({ line }) => line) };
  });
}

/** Null when rows say that there is none, undefined when no row says anything. */
function deadlineOf(rows: readonly StagedRow[]): Date | null | undefined {
  if (!rows.some(({ deadline_told: told }) => told)) return undefined;
  return firstTold(rows, 'verification_deadline');
}

function firstTold<Key extends keyof StagedRow>(rows: readonly StagedRow[], key: Key): StagedRow[Key] | null {
  return rows.find((row) => row[key] !== null)?.[key] ?? null;
}

function modeOf({ mode, draft, known_provider: known }: StagedRow, { creditProvider: byDefault }: DraftDefaults): ModeDraft {
  const staged = StagedDraft.parse(draft);
  const creditProvider = staged.creditProvider ?? (mode === 'credit' && known === null ? byDefault : undefined);
  return { ...staged, mode, creditProvider };
}

const COLUMN_OF_FIELD: ReadonlyMap<string, Column> = new Map([
  ['sku', 'sku'],
  ['priceMinor', 'price'],
  ['currency', 'currency'],
  ['availableFrom', 'starts'],
  ['expires', 'expires'],
  ['creditProvider', 'credit_provider'],
  ['bulkSku', 'bulk_sku'],
  ['androidSku', 'android_sku'],
  ['iosSku', 'ios_sku'],
]);
const COLUMN_OF_COURSE_FIELD: ReadonlyMap<string, Column> = new Map([
  ['/id', 'course_id'],
  ['/name', 'course_name'],
  ['/partner', 'partner'],
  ['/verificationDeadline', 'verification_deadline'],
]);
const MODE_POINTER = /^\/modes\/(\d+)(?:\/(\w+))?/;

/** Where in the source a problem of the draft stands; what is wrong with the course itself stands in its first row. */
export function cellProblem({ pointer = '', detail }: CatalogProblem, { lines }: StagedCourse): CellProblem {
  const [, index, field] = MODE_POINTER.exec(pointer) ?? [];
  const line = lines[Number(index ?? 0)] ?? lines[0] ?? 0;
  if (index !== undefined) return { line, column: COLUMN_OF_FIELD.get(field ?? '') ?? 'mode', message: detail };
  return { line, column: COLUMN_OF_COURSE_FIELD.get(pointer) ?? null, message: detail };
}
