import { randomUUID } from 'node:crypto';
import { encodeGlobalId } from '../../src/schema/ids.ts';
import { writeCursor } from '../../src/subscriptions/cursor.ts';
import { FOREIGN_PLATE, type ForeignOrg } from './foreign-org.ts';

/** What a call names: things of a foreign organisation, or things that are nowhere. */
export interface Names {
  readonly caseId: string;
  readonly helperId: string;
  readonly userId: string;
  readonly orgId: string;
  readonly plate: string;
  readonly word: string;
  readonly cursor: string;
  /** Of a membership, an invitation and an API key. */
  readonly memberId: string;
  readonly invitationId: string;
  readonly apiKeyId: string;
  readonly invoiceId: string;
}

export const NOWHERE: Names = {
  caseId: randomUUID(),
  helperId: encodeGlobalId('CaseHelper', randomUUID()),
  userId: randomUUID(),
  orgId: randomUUID(),
  plate: '66644422',
  word: 'nowhere-word',
  cursor: writeCursor({ epoch: randomUUID(), orgId: randomUUID(), seq: 1 }),
  memberId: randomUUID(),
  invitationId: randomUUID(),
  apiKeyId: randomUUID(),
  invoiceId: randomUUID(),
};

export function namesOf(foreign: ForeignOrg): Names {
  return {
    caseId: foreign.case.databaseId,
    helperId: foreign.helperId,
    userId: foreign.admin.userId,
    orgId: foreign.org.id,
    plate: FOREIGN_PLATE,
    word: 'canary-client',
    cursor: foreign.cursor,
    memberId: foreign.memberId,
    invitationId: foreign.invitationId,
    apiKeyId: foreign.apiKeyId,
    invoiceId: foreign.invoiceId,
  };
}
