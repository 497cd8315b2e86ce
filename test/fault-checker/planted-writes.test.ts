import { KEEPS_NO_KEYS, RESTORE_REWINDS, WRITES_EVERYTHING } from './faulty-databases.ts';
import { keepsKeyThenWrites, sendWithoutComparing, writesThenKeepsKey } from './faulty-writes.ts';
import { testPlanted } from './planted.ts';

testPlanted('each bug planted in how writes are made is found', [
  {
    bug: 'no idempotency key is kept',
    plant: { alter: KEEPS_NO_KEYS },
    breaks: ['I1 ackedMissing', 'I1 ackedKeyMissing', 'I2 nobodysVersion', 'I2 refusedButWritten', 'I3 tokenDropped'],
  },
  {
    bug: 'an idempotency key is kept before its write, in a transaction of its own',
    plant: { sendTwice: keepsKeyThenWrites },
    breaks: ['I1 ackedMissing'],
  },
  {
    bug: 'an idempotency key is kept after its write, in a transaction of its own',
    plant: { sendTwice: writesThenKeepsKey },
    breaks: ['I1 ackedMissing', 'I2 nobodysVersion', 'I3 expectationMissed', 'I3 tokenDropped'],
  },
  {
    bug: 'a save does not compare the version it was made from',
    plant: { send: sendWithoutComparing },
    breaks: ['I3 expectationMissed', 'I3 tokenDropped'],
  },
  {
    bug: 'a restore rewinds',
    plant: { alter: RESTORE_REWINDS },
    breaks: [
      'I1 ackedMissing',
      'I3 expectationMissed',
      'I5 logDisordered',
      'I5 positionUnlogged',
      'I6 contentDiffers',
      'I10 entryWithoutVersion',
    ],
  },
  {
    bug: 'policies let everybody write everything',
    plant: { alter: WRITES_EVERYTHING },
    breaks: ['I7 foreignDelivered', 'I7 unseenDelivered', 'I7 foreignWritten'],
  },
]);
