import { type ExecutionResult, GraphQLError } from 'graphql';
import { expect, test, vi } from 'vitest';
import { printBytes, printResult } from '../../src/graphql/print-result.ts';
import { SharedResults } from '../../src/graphql/shared-results.ts';

const result = (text: string): ExecutionResult => ({ data: { text } });

test('what is being made of an event is found by all who ask for the same of it, and so is what came of it', async () => {
  const shared = new SharedResults();
  const event = {};
  const making = shared.make(event, 'k', async () => result('a'));
  const found = shared.find(event, 'k')!;
  expect(found.result).toBeNull();
  expect(await found.made).toBe(await making);
  expect(shared.find(event, 'k')!.result).toBe(await making);
});

test('another selection, another audience and another event are made anew', async () => {
  const shared = new SharedResults();
  const event = {};
  await shared.make(event, 'k', async () => result('a'));
  expect(shared.find(event, 'other')).toBeUndefined();
  expect(shared.find({}, 'k')).toBeUndefined();
});

test('errors are of who met them: those who waited are given none, and who comes after finds nothing', async () => {
  const shared = new SharedResults();
  const event = {};
  const refused = { errors: [new GraphQLError('not yours')] };
  const making = shared.make(event, 'k', async () => refused);
  const { made } = shared.find(event, 'k')!;
  expect(await making).toBe(refused);
  expect(await made).toBeNull();
  expect(shared.find(event, 'k')).toBeUndefined();
});

test('a failure is of who met it, and forgets nothing that was made after it', async () => {
  const shared = new SharedResults();
  const event = {};
  let fail!: (error: Error) => void;
  const failing = shared.make(event, 'k', () => new Promise((_, reject) => (fail = reject)));
  const { made } = shared.find(event, 'k')!;
  const again = shared.make(event, 'k', async () => result('again'));
  fail(new Error('outage'));
  await expect(failing).rejects.toThrow('outage');
  expect(await made).toBeNull();
  expect(await shared.find(event, 'k')!.made).toBe(await again);
});

test('what is kept is bounded: large results of older events are made again', async () => {
  const shared = new SharedResults();
  const [older, newer] = [{}, {}];
  for (const event of [older, newer]) await shared.make(event, 'k', async () => result('x'.repeat(10 * 1024 * 1024)));
  await shared.find(newer, 'k')!.made;
  expect(shared.find(newer, 'k')!.result).not.toBeNull();
  expect(shared.find(older, 'k')).toBeUndefined();
});

test('a result is printed once, however many it is sent to, as text or in UTF-8', () => {
  const toJSON = vi.fn(() => 'כן');
  const bytes = Buffer.from('{"data":{"field":"כן"}}').toString('latin1');
  for (const first of [printBytes, printResult]) {
    const sent = { data: { field: { toJSON } } } as unknown as ExecutionResult;
    first(sent);
    expect([printResult(sent), printResult(sent)]).toEqual(['{"data":{"field":"כן"}}', '{"data":{"field":"כן"}}']);
    expect([printBytes(sent), printBytes(sent)]).toEqual([bytes, bytes]);
  }
  expect(toJSON).toHaveBeenCalledTimes(2);
});
