import { CaseHelperIterator, DELIVERY_POLICIES } from '../../subscriptions/watch-case-helper.ts';
import { FeedIterator } from '../../subscriptions/watch-feed.ts';
import { builder } from '../builder.ts';
import type { Operation } from '../context.ts';
import { describedValues } from '../enums.ts';
import { readId, readOptionalId } from '../ids.ts';
import { CaseHelperChangeUnion, FeedEventUnion } from './types.ts';

const DeliveryPolicyEnum = builder.enumType('DeliveryPolicy', { values: describedValues(DELIVERY_POLICIES) });

builder.subscriptionFields((t) => ({
  caseHelperChanged: t.field({
    type: CaseHelperChangeUnion,
    description:
      'Versions of one case, in order, none missing. Starts with FeedReady; `afterVersion` replays what was saved since. ALL sends every version; LATEST skips to the newest when the client is slow.',
    args: {
      caseId: t.arg.id({ required: true }),
      afterVersion: t.arg.int({ description: 'The version you have.' }),
      policy: t.arg({ type: DeliveryPolicyEnum, defaultValue: 'ALL' }),
    },
    subscribe: (_, { caseId, afterVersion, policy }, { operation }) =>
      new CaseHelperIterator(partsOf(operation), {
        caseId: readId(caseId, 'Case', ['caseId']),
        afterVersion: afterVersion ?? null,
        policy: policy ?? 'ALL',
      }),
    resolve: (event) => event,
  }),
  feed: t.field({
    type: FeedEventUnion,
    description: 'Every change of the organisation that you may see, or of one case, in order, none missing.',
    args: {
      after: t.arg({ type: 'FeedCursor', description: 'Replays what came after; without it, from now.' }),
      caseId: t.arg.id(),
    },
    subscribe: (_, { after, caseId }, { operation }) =>
      new FeedIterator(partsOf(operation), {
        after: after ?? null,
        caseId: readOptionalId(caseId, 'Case', ['caseId']),
      }),
    resolve: (event) => event,
  }),
}));

function partsOf(operation: Operation) {
  const { database, hub, owner, cutOff } = operation;
  return { database, hub, owner, cutOff };
}
