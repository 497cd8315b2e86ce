import {
  KEEPS_TRANSACTION,
  NUMBERS_WHEN_STAGED,
  RAISE_OLDEST,
  READS_EVERYTHING,
  TELLS_BY_NOTIFY,
  TRIM,
} from './faulty-databases.ts';
import {
  NotificationWatcher,
  OverlappingWatcher,
  readInTransactionOrder,
  TransactionOrderWatcher,
} from './faulty-watchers.ts';
import { testPlanted } from './planted.ts';

testPlanted('each bug planted in how changes are told is found', [
  {
    bug: 'numbers are taken when a change is staged, not at its commit',
    plant: { alter: NUMBERS_WHEN_STAGED },
    breaks: ['I4 deliveryMissing'],
  },
  {
    bug: 'the log is read in the order of transaction ids',
    plant: {
      alter: KEEPS_TRANSACTION,
      watchFeed: (recording, watch, { db }) => new TransactionOrderWatcher(db, recording, watch),
      watchesAlone: true,
      readFinal: readInTransactionOrder,
    },
    breaks: ['I5 logDisordered'],
  },
  {
    bug: 'notifications are believed, and the log is not read',
    plant: {
      alter: TELLS_BY_NOTIFY,
      watchFeed: (recording, watch, { db }) => new NotificationWatcher(db, recording, watch),
    },
    breaks: ['I4 deliveryMissing'],
  },
  {
    bug: 'policies let everybody read everything',
    plant: { alter: READS_EVERYTHING },
    breaks: ['I7 foreignDelivered', 'I7 unseenDelivered'],
  },
  {
    bug: 'a subscriber resumes one too far',
    plant: { habits: { resumesAfter: (mark) => mark + 1 } },
    breaks: ['I4 deliveryMissing'],
  },
  {
    bug: 'a subscriber is told of the same change by what it catches up with and by what it follows',
    plant: {
      watchFeed: (recording, watch, { client, db }) =>
        new OverlappingWatcher(
          () => db.query('update cases set owner_name = $2 where org_id = $1', [watch.orgId, 'read meanwhile']),
          client,
          recording,
          watch,
        ),
    },
    breaks: ['I4 deliveryTwice'],
  },
  {
    bug: 'an event carries the content of the case as it is, not as it was in the event’s version',
    plant: { habits: { readsCurrent: true } },
    breaks: ['I6 contentDiffers'],
  },
  {
    bug: 'the log is cut off, and its oldest entry is not raised',
    plant: { whileAway: (db, orgId) => db.query(TRIM, [orgId]) },
    breaks: ['I4 deliveryMissing', 'I5 logNotDense', 'I6 entryDiffers', 'I10 versionUnlogged', 'I10 bulkUnlogged'],
  },
  {
    bug: 'the log is cut off, and nobody is told to refetch',
    plant: {
      habits: { ignoresResync: true },
      whileAway: async (db, orgId) => {
        await db.query(TRIM, [orgId]);
        await db.query(RAISE_OLDEST, [orgId]);
      },
    },
    breaks: ['I4 deliveryMissing'],
  },
]);
