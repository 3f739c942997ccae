import { DIFFERENCE_KINDS, countOf, type KnownMoney, type PaymentDifference, type ReconciliationSummary } from '#payments';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { moment } from '../command/time.js';

/** What was compared, and what came of it. */
export interface ReconcileOutcome extends ReconciliationSummary {
  readonly processor: string;
  readonly since: Date;
  readonly until: Date;
}

/** Where what is found goes, as it is found. */
export interface ReconcileReport {
  add(processor: string, difference: PaymentDifference): void;
  /** One processor is done. */
  done(outcome: ReconcileOutcome): void;
  end(): void;
}

type Write = (text: string) => unknown;

/** A table shows so many; the summary counts all. */
const MOST_ROWS = 1_000;
const MOST_ADVICE = 20;

/** One line of JSON, written piece by piece: there may be as many differences as there are payments. */
export function jsonReport(write: Write): ReconcileReport {
  const outcomes: ReconcileOutcome[] = [];
  let separator = '{"differences":[';
  const part = (text: string) => {
    write(`${separator}${text}`);
    separator = ',';
  };
  return {
    add: (processor, difference) => part(JSON.stringify({ processor, ...difference })),
    done: (outcome) => void outcomes.push(outcome),
    end: () => {
      if (separator !== ',') write(separator);
      write(`],"runs":${JSON.stringify(outcomes)}}\n`);
    },
  };
}

export function textReport(write: Write, isRepair: boolean): ReconcileReport {
  let rows: PaymentDifference[] = [];
  return {
    add: (_, difference) => void (rows.length < MOST_ROWS && rows.push(difference)),
    done: (outcome) => {
      const total = countOf(outcome.differences) + outcome.settled;
      write(rows.length === 0 ? '' : `${table(COLUMNS, rows)}${total > rows.length ? `... and ${total - rows.length} more: choose a shorter time, or say --json.\n` : ''}\n${adviceOn(rows)}`);
      write(`${printable(summaryLines(outcome, isRepair).join('\n'))}\n`);
      rows = [];
    },
    end: () => undefined,
  };
}

const COLUMNS: Column<PaymentDifference>[] = [
  { title: 'difference', cell: ({ kind }) => inWords(kind) },
  { title: 'order', cell: ({ orderNumber }) => orderNumber },
  { title: 'payment', cell: ({ paymentId }) => paymentId },
  { title: 'at the gateway', cell: ({ reference, captureReference }) => [reference, captureReference].filter((name) => name !== null).join(' ') },
  { title: 'ours (minor units)', cell: ({ ours }) => money(ours) },
  { title: 'theirs', cell: ({ theirs }) => money(theirs) },
  { title: 'repair', cell: ({ repair }) => repair },
];

function money(known: KnownMoney | null): string | null {
  if (known === null) return null;
  const { capturedMinor, refundedMinor, currency } = known;
  return `${capturedMinor} ${currency}${refundedMinor === 0 ? '' : `, ${refundedMinor} back`}`;
}

function inWords(kind: string): string {
  return kind.replaceAll('_', ' ');
}

/** What is to be done about what is left, each sentence once. */
function adviceOn(rows: readonly PaymentDifference[]): string {
  const sentences = [...new Set(rows.filter(({ repair }) => repair !== 'settled').map(({ kind, detail }) => `${inWords(kind)}: ${detail}`))];
  if (sentences.length === 0) return '';
  const rest = sentences.length > MOST_ADVICE ? [`... and ${sentences.length - MOST_ADVICE} more: --json tells them all.`] : [];
  return `${[...sentences.slice(0, MOST_ADVICE), ...rest].map((sentence) => printable(sentence).replaceAll('\n', ' ')).join('\n')}\n\n`;
}

function summaryLines({ processor, since, until, listed, own, readBack, differences, settled, end, failure }: ReconcileOutcome, isRepair: boolean): string[] {
  const left = countOf(differences);
  const byKind = DIFFERENCE_KINDS.flatMap((kind) => (differences[kind] === 0 ? [] : [`${differences[kind]} ${inWords(kind)}`]));
  return [
    `${processor}, ${moment(since)} to ${moment(until)}: ${listed} listed there, ${own} captured here, ${readBack} read back.`,
    `${left === 0 ? 'No difference' : `${left === 1 ? '1 difference' : `${left} differences`}${isRepair ? ' left' : ''}: ${byKind.join(', ')}`}${settled === 0 ? '' : `; ${settled} repaired`}.`,
    ...(end === 'complete' ? [] : [end === 'failed' ? `It was not compared to the end, the gateway could not be asked: ${failure?.detail ?? 'it did not say why.'}` : 'It was interrupted: not everything was compared.']),
    ...(left === 0 || isRepair ? [] : ['Nothing was changed. --repair reads back and writes down what is no doubt; it takes no money and returns none.']),
  ];
}
