import { acknowledged, heartbeat, opened, ready, received, resync } from './story.ts';
import { testTellings } from './telling.ts';

testTellings(
  'what subscribers are owed, in which order; and the log they are told of',
  ['I4', 'I5', 'I10'],
  [
    {
      what: 'one in the middle is left out',
      change: (story) => story.removeDelivery(1, 3),
      breaks: ['deliveryMissing'],
    },
    { what: 'a version is left out', change: (story) => story.removeDelivery(2, 3), breaks: ['deliveryMissing'] },
    { what: 'the last never comes', change: (story) => story.removeDelivery(1, 5), breaks: ['deliveryPending'] },
    { what: 'the latest never comes', change: (story) => story.removeDelivery(3, 5), breaks: ['deliveryPending'] },
    {
      what: 'what a resync skips is not owed',
      change: (story) => {
        story.events[story.events.indexOf(story.delivery(1, 3))] = resync(1, 3);
      },
      breaks: [],
    },
    {
      what: 'a heartbeat says that there is nothing more, and there is',
      change: (story) => {
        story.events[story.events.indexOf(story.delivery(2, 3))] = heartbeat(2, 4);
      },
      breaks: ['deliveryMissing'],
    },
    { what: 'a heartbeat at the end', change: (story) => story.add(heartbeat(1, 5), heartbeat(2, 5)), breaks: [] },
    {
      what: 'one comes twice in a connection',
      change: (story) => story.add(received(1, 5, { version: 3 })),
      breaks: ['deliveryTwice'],
    },
    {
      what: 'one comes again in the next connection',
      change: (story) => story.add(opened(1, { after: 4, connection: 2 }), ready(1, 4), received(1, 5, { version: 3 })),
      breaks: [],
    },
    {
      what: 'one comes after a later one',
      change: (story) => {
        const [third, fourth] = [story.delivery(1, 3), story.delivery(1, 4)];
        const at = story.events.indexOf(third);
        story.events.splice(story.events.indexOf(fourth), 1);
        story.events.splice(at, 0, fourth);
      },
      breaks: ['deliveryMissing', 'deliveryDisordered'],
    },
    {
      what: 'a subscriber is never told where it starts',
      change: (story) => story.add(opened(4)),
      breaks: ['neverStarted'],
    },
    {
      what: 'a subscriber is told a position that there is not',
      change: (story) => story.add(opened(4, { after: 9 }), ready(4, 9)),
      breaks: ['positionUnlogged'],
    },
    {
      what: 'a position is missing',
      change: (story) => {
        story.final.log.splice(0, 1);
        story.removeDelivery(1, 1);
      },
      breaks: ['deliveryMissing', 'logNotDense'],
    },
    {
      what: 'a log that was trimmed begins where it says',
      change: (story) => {
        story.final.log.splice(0, 2);
        story.final.orgs[0]!.minSeq = 3;
      },
      breaks: [],
    },
    {
      what: 'the head is not the last entry',
      change: (story) => {
        story.final.orgs[1]!.head = 2;
      },
      breaks: ['logNotDense'],
    },
    {
      what: 'an organisation has no head',
      change: (story) => void story.final.orgs.pop(),
      breaks: ['headUnknown'],
    },
    {
      what: 'versions are logged out of order',
      change: (story) => {
        story.final.log[1]!.version = 2;
        story.final.log[2]!.version = 1;
        story.delivery(1, 2).version = 2;
        story.delivery(1, 3).version = 1;
        const [first, second] = [story.delivery(2, 2), story.delivery(2, 3)];
        first.seq = 3;
        second.seq = 2;
      },
      breaks: ['logDisordered'],
    },
    {
      what: 'a version has no entry',
      change: (story) => {
        story.final.log[4]!.entity = 'cases';
        story.delivery(1, 5).entity = 'cases';
      },
      breaks: ['versionUnlogged'],
    },
    {
      what: 'an entry has no version',
      change: (story) => {
        story.final.log[3] = { ...story.final.log[4]!, seq: 4, version: 9 };
        story.end(3, acknowledged(3, null, 'UNCHANGED'));
        Object.assign(story.delivery(1, 4), { entity: 'case_helper', version: 9 });
      },
      breaks: ['logDisordered', 'entryWithoutVersion'],
    },
    {
      what: 'an acknowledged bulk write has no entry',
      change: (story) => {
        story.final.log[3]!.entity = 'cases';
        story.delivery(1, 4).entity = 'cases';
      },
      breaks: ['bulkUnlogged'],
    },
  ],
);
