import { type ExecutionResult, GraphQLError } from 'graphql';
import { expect, test, vi } from 'vitest';
import { printResult } from '../../src/graphql/print-result.ts';
import { SharedResults } from '../../src/graphql/shared-results.ts';

const result = (text: string): ExecutionResult => ({ data: { text } });

test('an event is made once for all who ask for the same of it at once, and for who comes after', async () => {
  const shared = new SharedResults();
  const make = vi.fn(async () => result('a'));
  const event = {};
  const [first, second] = await Promise.all([shared.get(event, 'k', make), shared.get(event, 'k', make)]);
  const third = await shared.get(event, 'k', make);
  expect(make).toHaveBeenCalledTimes(1);
  expect(second).toBe(first);
  expect(third).toBe(first);
});

test('another selection, another audience and another event are made anew', async () => {
  const shared = new SharedResults();
  const make = vi.fn(async () => result('a'));
  const event = {};
  await shared.get(event, 'k', make);
  await shared.get(event, 'other', make);
  await shared.get({}, 'k', make);
  expect(make).toHaveBeenCalledTimes(3);
});

test('errors are of who met them: the others ask for themselves, and so does who comes after', async () => {
  const shared = new SharedResults();
  const event = {};
  const refused = { errors: [new GraphQLError('not yours')] };
  const [first, second] = await Promise.all([
    shared.get(event, 'k', async () => refused),
    shared.get(event, 'k', async () => result('mine')),
  ]);
  expect(first).toBe(refused);
  expect(second).toEqual(result('mine'));
  expect(await shared.get(event, 'k', async () => result('later'))).toEqual(result('later'));
});

test('a failure is of who met it, and the next attempt is a new one', async () => {
  const shared = new SharedResults();
  const event = {};
  const failing = shared.get(event, 'k', async () => Promise.reject(new Error('outage')));
  const other = shared.get(event, 'k', async () => result('mine'));
  await expect(failing).rejects.toThrow('outage');
  expect(await other).toEqual(result('mine'));
  expect(await shared.get(event, 'k', async () => result('again'))).toEqual(result('again'));
});

test('what is kept is bounded: large results of older events are made again', async () => {
  const shared = new SharedResults();
  const [older, newer] = [{}, {}];
  const large = async () => result('x'.repeat(10 * 1024 * 1024));
  await shared.get(older, 'k', large);
  await shared.get(newer, 'k', large);
  const make = vi.fn(async () => result('small'));
  await shared.get(newer, 'k', make);
  expect(make).not.toHaveBeenCalled();
  await shared.get(older, 'k', make);
  expect(make).toHaveBeenCalledTimes(1);
});

test('a result is printed once, however many it is sent to', () => {
  const toJSON = vi.fn(() => 'text');
  const sent = { data: { field: { toJSON } } } as unknown as ExecutionResult;
  expect([printResult(sent), printResult(sent)]).toEqual(['{"data":{"field":"text"}}', '{"data":{"field":"text"}}']);
  expect(toJSON).toHaveBeenCalledTimes(1);
});
