import { describe, expect, test } from 'vitest';
import { judgeRecovery, readTroubles } from '../fault/checker/recovery.ts';
import { growthPerMinute, judgeRest } from '../fault/checker/rest.ts';
import type { HistoryEvent } from '../fault/history.ts';
import { invoke, received, resync, unknown } from './story.ts';

const FAULT = { name: 'listener killed', beganAt: 1_000, endedAt: 2_000, allowedMs: 10_000 };
const RESTART = { name: 'database restarted', beganAt: 30_000, endedAt: 31_000, allowedMs: 15_000 };

const late = (at: number) => ({ at, what: 'a change came late' });

describe('recovery', () => {
  test.for([
    { what: 'no trouble at all', at: [], took: [0, 0], count: 0 },
    { what: 'trouble while the fault lasts', at: [1_500, 30_500], took: [0, 0], count: 0 },
    {
      what: 'trouble until the time allowed has passed',
      at: [3_000, 12_000, 46_000],
      took: [10_000, 15_000],
      count: 0,
    },
    { what: 'trouble after the time allowed', at: [12_001], took: [10_001, 0], count: 1 },
    { what: 'trouble after the next fault is that fault’s', at: [32_000], took: [0, 1_000], count: 0 },
    { what: 'trouble before any fault', at: [500], took: [0, 0], count: 1 },
  ])('$what', ({ at, took, count }) => {
    const { violations, recoveries } = judgeRecovery([FAULT, RESTART], at.map(late));
    expect(recoveries.map(({ tookMs }) => tookMs)).toEqual(took);
    expect(violations.reduce((sum, violation) => sum + violation.count, 0)).toBe(count);
    for (const violation of violations) expect(violation).toMatchObject({ invariant: 'I12', rule: 'notRecovered' });
  });

  test('trouble is a change that comes two seconds late for the first time, and a write given up', () => {
    const at = (event: HistoryEvent, moment: number) => ({ ...event, at: moment }) as HistoryEvent;
    const history = [
      at(received(1, 1, { recordedAt: 0 }) as HistoryEvent, 1_999),
      at(received(1, 2, { recordedAt: 0 }) as HistoryEvent, 2_000),
      // Again, over another connection.
      at(received(1, 2, { recordedAt: 0 }) as HistoryEvent, 9_000),
      at(received(2, 2, { recordedAt: 0 }) as HistoryEvent, 9_000),
      at(resync(1, 7) as HistoryEvent, 9_000),
      at(received(1, 6, { recordedAt: 0 }) as HistoryEvent, 9_500),
      at(invoke(1) as HistoryEvent, 0),
      at(unknown(1) as HistoryEvent, 10_000),
    ];
    expect([...readTroubles(history, new Set([2]))].map((trouble) => trouble.at)).toEqual([2_000, 10_000]);
  });
});

describe('rest', () => {
  const MB = 1024 ** 2;
  const before = { process: 'server 1', counts: { sockets: 2, waiters: 0 }, rssBytes: 100 * MB };

  test.for([
    { what: 'as before', after: before, count: 0 },
    { what: 'a little more memory', after: { ...before, rssBytes: 180 * MB }, count: 0 },
    { what: 'much more memory', after: { ...before, rssBytes: 181 * MB }, count: 1 },
    { what: 'sockets left', after: { ...before, counts: { sockets: 5, waiters: 0 } }, count: 3 },
    { what: 'one too few', after: { ...before, counts: { sockets: 1, waiters: 0 } }, count: 1 },
    {
      what: 'something that was not there at all',
      after: { ...before, counts: { ...before.counts, timers: 1 } },
      count: 1,
    },
  ])('$what', ({ after, count }) => {
    const violations = judgeRest(before, after);
    expect(violations.reduce((sum, violation) => sum + violation.count, 0)).toBe(count);
    for (const violation of violations) expect(violation).toMatchObject({ invariant: 'I11', rule: 'notAtRest' });
  });

  test('growth is the slope of the line through all readings, a minute', () => {
    const readings = [0, 1, 2, 3].map((minute) => ({ at: minute * 60_000, rssBytes: 50 * MB + minute * MB }));
    expect(growthPerMinute(readings)).toBeCloseTo(MB);
    expect(growthPerMinute(readings.slice(0, 1))).toBe(0);
    expect(growthPerMinute([])).toBe(0);
  });
});
