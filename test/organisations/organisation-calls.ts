import type { TestClient } from '../support/client.ts';

const ANSWERS: Record<string, string> = {
  apiKeyCreate: `key apiKey { id databaseId name prefix state permissions operations writablePointers strictStatus expiresAt revokedAt createdBy { kind id } }`,
  apiKeyUpdate: 'apiKey { id name state strictStatus expiresAt }',
  apiKeyRotate:
    'key apiKey { id databaseId name prefix permissions operations writablePointers strictStatus expiresAt } replaced { id state expiresAt }',
  apiKeyRevoke: 'apiKey { id state revokedAt }',
  memberInvite: 'code invitation { id databaseId role note state expiresAt createdBy { id } }',
  invitationAccept: 'member { id userId role user { id name } } org { databaseId name }',
  invitationRevoke: 'invitation { id state revokedAt }',
  memberUpdate: 'member { id userId role }',
  memberRemove: 'member { id }',
  orgUpdate: 'org { databaseId access timeZone ingestPointers }',
  profileUpdate: 'viewer { actor { name } }',
  caseShare: 'case { id } collaborator { id userId role user { name } }',
  caseUnshare: 'case { id } collaborator { id }',
};

/** The document of a mutation, with all of its answer that tests look at. */
export function documentOf(mutation: string): string {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${mutation}(input: $input) {
    ok outcome cursor userErrors { code message field } idempotency { replayed } ${ANSWERS[mutation]} } }`;
}

/** Calls a mutation and answers its payload, refused or not. */
export async function call(
  client: TestClient,
  mutation: string,
  input: Record<string, unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
): Promise<any> {
  return (await client.data(documentOf(mutation), { input }))[mutation];
}

/** The code of the first refusal; null for a call that was not refused. */
export async function refusalOf(
  client: TestClient,
  mutation: string,
  input: Record<string, unknown>,
): Promise<string | null> {
  return (await call(client, mutation, input)).userErrors[0]?.code ?? null;
}
