import { expect, test } from 'vitest';
import { acknowledged, opened, ready, received, refused, Story } from './story.ts';

test('the story in which everything is right breaks no rule, and is counted', () => {
  const story = new Story();
  story.add(opened(1, { after: 4, connection: 2 }), ready(1, 4), received(1, 5, { version: 3 }));
  expect(story.judge()).toEqual({
    violations: [],
    counts: {
      acked: 4,
      refused: 0,
      unknown: 0,
      deliveries: 10,
      duplicatesOnWire: 1,
      resyncs: 0,
      lost: 0,
      duplicated: 0,
      disordered: 0,
    },
  });
});

test('what is counted as lost, duplicated and disordered is how often, not how many rules', () => {
  const story = new Story();
  story.removeDelivery(1, 2);
  story.removeDelivery(1, 3);
  story.add(received(1, 5, { version: 3 }));
  expect(story.judge().counts).toMatchObject({ lost: 2, duplicated: 1, disordered: 0 });
});

test('a history that ends what it never began, or twice, is none', () => {
  const story = new Story();
  story.add(acknowledged(9, 1));
  expect(() => story.judge()).toThrow('write 9');
  const twice = new Story();
  twice.add(refused(1));
  expect(() => twice.judge()).toThrow('twice');
});
