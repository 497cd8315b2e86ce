// The domains of the product, in the order their fields appear.
import './scalars.ts';
import './viewer/viewer.ts';
import './cases/case.ts';
import './cases/queries.ts';
import './cases/mutations.ts';
import './feed/queries.ts';
import './feed/subscriptions.ts';
import { builder } from './builder.ts';

/** The whole API. */
export const schema = builder.toSchema();
