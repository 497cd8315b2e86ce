import { afterEach, expect, test, vi } from 'vitest';
import type { Identity } from '../../src/auth/identity.ts';
import { rememberVerified } from '../../src/auth/verified-tokens.ts';

afterEach(() => void vi.useRealTimers());

const user = (expiresInMs: number): Identity => ({
  kind: 'USER',
  userId: '6513270e-269e-4d37-b2a7-4de452e6b438',
  expiresAt: Date.now() + expiresInMs,
});

test('a signature is looked at once a minute, and never answers for a token that has expired', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const verify = vi.fn(async (token: string) => user(token === 'short' ? 10_000 : 3_600_000));
  const verified = rememberVerified(verify);
  expect(await verified('long')).toEqual(await verified('long'));
  expect(verify).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(59_999);
  await verified('long');
  expect(verify).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  await verified('long');
  expect(verify).toHaveBeenCalledTimes(2);

  await verified('short');
  verify.mockRejectedValueOnce(new Error('expired'));
  vi.advanceTimersByTime(10_000);
  await expect(verified('short')).rejects.toThrow('expired');
});

test('a refusal is not remembered, and neither are more than a thousand tokens', async () => {
  const verify = vi.fn(async () => null as Identity | null);
  const verified = rememberVerified(verify);
  verify.mockRejectedValueOnce(new Error('bad signature'));
  await expect(verified('token')).rejects.toThrow('bad signature');
  expect(await verified('token')).toBeNull();
  for (let index = 0; index < 1_000; index++) await verified(`other ${index}`);
  const before = verify.mock.calls.length;
  await verified('other 999');
  expect(verify).toHaveBeenCalledTimes(before);
  await verified('token');
  expect(verify).toHaveBeenCalledTimes(before + 1);
});
