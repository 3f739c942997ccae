import { closeSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, openLog } from './log-file.js';

const KEPT_LENGTH = 1_000_000;

/** A line of JSON with an `event`, by which a program says how far it is. */
export type ProgramEvent = Readonly<Record<string, unknown>>;

/** What a program writes: kept in part, copied to a log, and searched for events. */
export class ProgramOutput {
  private readonly events = new Map<string, ProgramEvent>();
  private readonly waiting = new Set<() => void>();
  private readonly log: number | null;
  private kept = '';
  private unfinishedLine = '';
  private closed = false;

  constructor(logFile?: string) {
    this.log = logFile === undefined ? null : openLog(logFile);
  }

  /** At least the last million characters. */
  get text(): string {
    return this.kept;
  }

  get lastLines(): string {
    return lastLines(this.kept, 8);
  }

  /** Takes what may be anything: stderr. */
  addText(chunk: string): void {
    this.kept += chunk;
    if (this.kept.length > 2 * KEPT_LENGTH) this.kept = this.kept.slice(-KEPT_LENGTH);
    if (this.log !== null && !this.closed) writeSync(this.log, chunk);
  }

  /** Takes what may hold events: stdout. */
  addLines(chunk: string): void {
    this.addText(chunk);
    const lines = (this.unfinishedLine + chunk).split('\n');
    this.unfinishedLine = lines.pop() ?? '';
    for (const event of lines.map(parseEvent)) if (event !== null) this.events.set(String(event['event']), event);
    this.wake();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.log !== null) closeSync(this.log);
    this.wake();
  }

  /** Waits for an event of that name; null when the output closes first or the limit passes. */
  async event(name: string, limitMs: number): Promise<ProgramEvent | null> {
    const endsAtMs = performance.now() + limitMs;
    for (;;) {
      const seen = this.events.get(name);
      if (seen !== undefined) return seen;
      const leftMs = endsAtMs - performance.now();
      if (this.closed || leftMs <= 0) return null;
      await this.somethingNew(leftMs);
    }
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private async somethingNew(limitMs: number): Promise<void> {
    const timer = new AbortController();
    const woken = new Promise<void>((resolve) => this.waiting.add(resolve));
    await Promise.race([woken, sleep(limitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}

function parseEvent(line: string): ProgramEvent | null {
  if (!line.includes('"event"')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value ? { ...value } : null;
  } catch {
    return null;
  }
}
