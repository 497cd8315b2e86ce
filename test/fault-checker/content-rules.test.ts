import { opened, ready, received } from './story.ts';
import { testTellings } from './telling.ts';

testTellings(
  'content',
  ['I6'],
  [
    {
      what: 'another content is delivered than the version has',
      change: (story) => {
        story.delivery(2, 3).hash = 'A';
      },
      breaks: ['contentDiffers'],
    },
    {
      what: 'something else is delivered than was logged',
      change: (story) => {
        story.delivery(1, 4).kind = 'DELETED';
      },
      breaks: ['entryDiffers'],
    },
    {
      what: 'a restore has another content than the version it brought back',
      change: (story) => {
        story.final.versions[2]!.hash = 'AB';
        for (const sub of [2, 3]) story.delivery(sub, 5).hash = 'AB';
      },
      breaks: ['restoreDiffers'],
    },
  ],
);

testTellings(
  'who hears of it',
  ['I7'],
  [
    {
      what: 'a foreigner is turned away',
      change: (story) => story.add(opened(4, { orgId: 'theirs', caseId: 'case', mayOnlySee: [] })),
      breaks: [],
    },
    {
      what: 'a change of another organisation is delivered',
      change: (story) => {
        Object.assign(story.delivery(1, 4), { caseId: 'canary', entity: 'cases' });
      },
      breaks: ['foreignDelivered'],
    },
    {
      what: 'a change is delivered to who may not see the case',
      change: (story) => story.add(opened(4, { mayOnlySee: ['own'] }), ready(4, 4), received(4, 5, { version: 3 })),
      breaks: ['unseenDelivered'],
    },
    {
      what: 'who sees some cases gets what is of them, and what is of none',
      change: (story) => {
        story.final.orgs[0]!.head = 6;
        story.final.log.push({ ...story.final.log[0]!, seq: 6, caseId: null, entity: 'user_orgs' });
        const joined = { caseId: null, entity: 'user_orgs' };
        story.add(received(1, 6, joined));
        story.add(
          opened(4, { mayOnlySee: ['case'], after: 4 }),
          received(4, 5, { version: 3 }),
          received(4, 6, joined),
        );
      },
      breaks: [],
    },
    {
      what: 'who lost access is sent what came before',
      change: (story) => {
        story.removeDelivery(1, 5);
        story.add({ type: 'revoked', sub: 1, at: 100 }, received(1, 5, { version: 3, recordedAt: 100 }));
      },
      breaks: [],
    },
    {
      what: 'who lost access is sent what came after',
      change: (story) => {
        story.removeDelivery(1, 5);
        story.add({ type: 'revoked', sub: 1, at: 100 }, received(1, 5, { version: 3, recordedAt: 101 }));
      },
      breaks: ['afterRevocation'],
    },
    {
      what: 'who lost access is owed nothing more',
      change: (story) => {
        story.removeDelivery(1, 5);
        story.add({ type: 'revoked', sub: 1, at: 100 });
      },
      breaks: [],
    },
    {
      what: 'a save is found in a case of another organisation',
      change: (story) => {
        story.intent(2).orgId = 'theirs';
        story.final.keys[1]!.orgId = 'theirs';
      },
      breaks: ['foreignWritten'],
    },
    {
      what: 'a case is in the logs of two organisations',
      change: (story) => {
        story.final.log[5]!.caseId = 'case';
      },
      breaks: ['foreignLogged'],
    },
  ],
);
