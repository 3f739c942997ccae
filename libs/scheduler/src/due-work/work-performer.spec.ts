import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { DueWorkSources } from './due-work.js';
import { WorkGate } from './work-gate.js';
import { WorkPerformer } from './work-performer.js';

afterEach(() => jest.restoreAllMocks());

it('drops a wake-up for a source that only other processes have, and troubles nobody with it', async () => {
  const told = (['warn', 'error', 'log'] as const).map((level) => jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined));
  const performer = new WorkPerformer(new DueWorkSources([]), new WorkGate(1));
  await performer.perform({ source: 'publications', id: 'course-v1:A+B+C', alone: false });
  expect(told.map(({ mock }) => mock.calls)).toEqual([[], [], []]);
});
