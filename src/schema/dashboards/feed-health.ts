import type { FeedHealth } from '../../subscriptions/feed-health.ts';
import { builder } from '../builder.ts';

export const FeedHealthType = builder.objectRef<FeedHealth>('FeedHealth').implement({
  description:
    "How the organisation's change feed stands, and how far the instance that answers is with it. Subscribers read the log themselves, each at its own pace, so what can be said of them is whether they have been told.",
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', description: 'The end of the log.' }),
    entries: t.exposeFloat('entries', {
      description: 'Entries ever written, a whole number: the number of the last one.',
    }),
    lastEntryAt: t.expose('lastEntryAt', { type: 'DateTime', nullable: true }),
    secondsSinceLastEntry: t.exposeFloat('secondsSinceLastEntry', { nullable: true }),
    listening: t.exposeBoolean('listening', {
      description:
        'Whether notices of the database reach this instance. If not, news arrives by polling, up to a second later.',
    }),
    waitingSubscriptions: t.exposeInt('waitingSubscriptions', {
      description: 'Subscriptions of the organisation that wait for news at this instance at this moment.',
    }),
    unheardEntries: t.exposeInt('unheardEntries', {
      nullable: true,
      description:
        'Entries that this instance has not told its waiting subscriptions of yet; null when none waits. More than 0 for more than a few seconds is trouble.',
    }),
    oldestUnheardAt: t.expose('oldestUnheardAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest of those was written.',
    }),
  }),
});
