import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coalesce } from './client';

describe('coalesce', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('turns a burst into one run now and one run after', async () => {
    const job = vi.fn(async () => {});
    const ask = coalesce(job, 400);
    for (let i = 0; i < 50; i += 1) ask();
    await vi.advanceTimersByTimeAsync(10);
    expect(job).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(job).toHaveBeenCalledTimes(2);
  });

  it('never loses the last call', async () => {
    let seen = 0, latest = 0;
    const ask = coalesce(async () => void (seen = latest), 100);
    for (latest = 1; latest <= 9; latest += 1) {
      ask();
      await vi.advanceTimersByTimeAsync(30);
    }
    latest = 10;
    ask();
    await vi.advanceTimersByTimeAsync(500);
    expect(seen).toBe(10);
  });
});
