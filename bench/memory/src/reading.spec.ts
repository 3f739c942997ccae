import { drift, figure } from './reading.js';

const METRICS = `# HELP process_resident_memory_bytes Resident memory size in bytes.
process_resident_memory_bytes{service="order-fulfillment-worker"} 123456
nodejs_heap_size_used_bytes 7.5e+7
`;

describe('a figure', () => {
  it('is found with and without labels', () => {
    expect(figure(METRICS, 'process_resident_memory_bytes')).toBe(123_456);
    expect(figure(METRICS, 'nodejs_heap_size_used_bytes')).toBe(75_000_000);
  });

  it('that is not there is an error', () => {
    expect(() => figure(METRICS, 'process_resident')).toThrow('The worker shows no process_resident.');
  });
});

describe('the drift', () => {
  const reading = (lines: number, heapBytes: number) => ({ lines, heapBytes, residentBytes: 1 });

  it('counts from the moment when the worker is warm, not from its start', () => {
    const { least, most, last } = drift([reading(1, 10), reading(100, 50), reading(200, 55), reading(300, 45), reading(400, 50)], 'heapBytes', 100);
    expect([least, most, last].map((change) => change.toFixed(2))).toEqual(['-0.10', '0.10', '0.00']);
  });
});
