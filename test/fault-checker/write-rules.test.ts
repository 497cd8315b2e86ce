import { acknowledged, invoke, received, refused, unknown } from './story.ts';
import { testTellings } from './telling.ts';

testTellings(
  'what writers are told and what is there',
  ['I1', 'I2'],
  [
    {
      what: 'a save is told a version that another wrote',
      change: (story) => {
        story.add(invoke(5, { expectedVersion: null, token: 'c' }), acknowledged(5, 2));
        story.key(5);
      },
      breaks: ['ackedMissing'],
    },
    {
      what: 'a save that said it changed nothing is not in the version it was told',
      change: (story) => {
        story.add(invoke(5, { token: 'c' }), acknowledged(5, 3, 'UNCHANGED'));
        story.key(5);
      },
      breaks: ['ackedMissing'],
    },
    {
      what: 'a restore is told a version that was saved',
      change: (story) => story.end(4, acknowledged(4, 2)),
      breaks: ['ackedMissing', 'nobodysVersion', 'expectationMissed'],
    },
    {
      what: 'a restore of what was so already writes nothing',
      change: (story) => {
        story.add(invoke(5, { kind: 'restore', expectedVersion: 3, restores: 1 }), acknowledged(5, 3, 'UNCHANGED'));
        story.key(5);
      },
      breaks: [],
    },
    {
      what: 'a restore that writes nothing need not be told a version',
      change: (story) => {
        story.add(invoke(5, { kind: 'restore', expectedVersion: 3, restores: 1 }), acknowledged(5, null, 'UNCHANGED'));
        story.key(5);
      },
      breaks: [],
    },
    {
      what: 'a save that said it changed nothing is nowhere',
      change: (story) => {
        story.add(invoke(5, { token: 'c' }), acknowledged(5, null, 'UNCHANGED'));
        story.key(5);
      },
      breaks: ['ackedMissing'],
    },
    {
      what: 'a save is told no version',
      change: (story) => story.end(2, acknowledged(2, null, 'MERGED')),
      breaks: ['ackedMissing', 'expectationMissed'],
    },
    {
      what: 'an acknowledged key is gone',
      change: (story) => void story.final.keys.pop(),
      breaks: ['ackedKeyMissing'],
    },
    {
      what: 'a write without a key needs none',
      change: (story) => {
        story.intent(4).key = null;
        story.final.keys.pop();
      },
      breaks: [],
    },
    {
      what: 'a token comes again after a restore took it away: the save was run twice',
      change: (story) => story.version(['a', 'b']),
      breaks: ['writtenTwice'],
    },
    {
      what: 'a version brings nothing new',
      change: (story) => story.version(['a']),
      breaks: ['nobodysVersion'],
    },
    {
      what: 'versions made before the first token are the preparation',
      change: (story) => {
        for (const version of story.final.versions) version.tokens = [];
        for (const op of [1, 2]) story.intent(op).token = null;
      },
      breaks: [],
    },
    {
      what: 'the parts of one write are logged under two requests',
      change: (story) => {
        story.final.log.push({ ...story.final.log[3]!, seq: 6, requestId: 'again' });
        story.final.orgs[0]!.head = 6;
        story.add(received(1, 6, { entity: 'parts_required' }));
      },
      breaks: ['writtenTwice'],
    },
    {
      what: 'the parts of one write make two entries of one request',
      change: (story) => {
        story.final.log.push({ ...story.final.log[3]!, seq: 6 });
        story.final.orgs[0]!.head = 6;
        story.add(received(1, 6, { entity: 'parts_required' }));
      },
      breaks: [],
    },
    {
      what: 'a key is kept twice for one operation',
      change: (story) => story.key(4),
      breaks: ['keyTwice'],
    },
    { what: 'a refused save is there', change: (story) => story.end(2, refused(2)), breaks: ['refusedButWritten'] },
    {
      what: 'a refused save is not there',
      change: (story) => story.add(invoke(5, { expectedVersion: 1, token: 'c' }), refused(5)),
      breaks: [],
    },
    {
      what: 'an unknown save is there, with its key',
      change: (story) => story.end(2, unknown(2)),
      breaks: [],
    },
    {
      what: 'an unknown save is neither there nor its key',
      change: (story) => story.add(invoke(5, { token: 'c' }), unknown(5)),
      breaks: [],
    },
    {
      what: 'an unknown restore may be there',
      change: (story) => story.end(4, unknown(4)),
      breaks: [],
    },
    {
      what: 'the key of an unknown save is kept, the save is not there',
      change: (story) => {
        story.add(invoke(5, { token: 'c' }), unknown(5));
        story.key(5);
      },
      breaks: ['keyWithoutWrite'],
    },
    {
      what: 'an unknown save is there, its key is not',
      change: (story) => {
        story.end(2, unknown(2));
        story.final.keys.splice(1, 1);
      },
      breaks: ['writeWithoutKey'],
    },
  ],
);

testTellings(
  'versions of a case',
  ['I3'],
  [
    {
      what: 'a number is missing',
      change: (story) => {
        story.final.versions[2]!.version = 4;
        story.final.log[4]!.version = 4;
        story.final.currentVersions.case = 4;
        story.end(4, acknowledged(4, 4));
        for (const sub of [1, 2, 3]) story.delivery(sub, 5).version = 4;
      },
      breaks: ['versionsNotDense', 'expectationMissed', 'deliveryMissing', 'logDisordered'],
    },
    {
      what: 'the current version is not the newest',
      change: (story) => {
        story.final.currentVersions.case = 2;
      },
      breaks: ['versionsNotDense', 'positionUnlogged'],
    },
    {
      what: 'a save is acknowledged on top of a version it had not seen',
      change: (story) => {
        story.intent(2).expectedVersion = 0;
      },
      breaks: ['expectationMissed'],
    },
    {
      what: 'a merged save is on top of a version it had not seen',
      change: (story) => {
        story.intent(2).expectedVersion = 0;
        story.end(2, acknowledged(2, 2, 'MERGED'));
      },
      breaks: [],
    },
    {
      what: 'a merged save is before the version it had seen',
      change: (story) => {
        story.intent(2).expectedVersion = 2;
        story.end(2, acknowledged(2, 2, 'MERGED'));
      },
      breaks: ['expectationMissed'],
    },
    {
      what: 'a save loses what was saved before it',
      change: (story) => {
        story.final.versions[1]!.tokens = ['b'];
      },
      breaks: ['tokenDropped'],
    },
    {
      what: 'a save that says it overwrites does',
      change: (story) => {
        story.final.versions[1]!.tokens = ['b'];
        story.intent(2).expectedVersion = null;
      },
      breaks: [],
    },
    {
      what: 'a version has the order of the one before it changed',
      change: (story) => {
        story.version(['a', 'c']);
        story.version(['c', 'a', 'd']);
        story.add(invoke(5, { expectedVersion: 3, token: 'c' }), acknowledged(5, 4));
        story.add(invoke(6, { expectedVersion: 4, token: 'd' }), acknowledged(6, 5));
        story.key(5);
        story.key(6);
      },
      breaks: ['tokenMoved'],
    },
    {
      what: 'a merge puts its own before what others saved',
      change: (story) => {
        story.final.versions[1]!.tokens = ['b', 'a'];
        story.end(2, acknowledged(2, 2, 'MERGED'));
      },
      breaks: [],
    },
    {
      what: 'a version has a token twice',
      change: (story) => {
        story.final.versions[1]!.tokens = ['a', 'b', 'b'];
      },
      breaks: ['tokenTwice'],
    },
  ],
);
