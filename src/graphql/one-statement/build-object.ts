/** Why a query is left to the resolvers: a field without SQL, or more than one statement can do. */
export class NotInSql extends Error {}

/** PostgreSQL's functions take a hundred arguments. */
const MAX_MEMBERS = 50;

/** A JSON object of members `'name', expression`. Names come from GraphQL documents, which allow letters, digits and _. */
export function buildObject(members: readonly string[]): string {
  if (members.length > MAX_MEMBERS) throw new NotInSql();
  return `json_build_object(${members.join(', ')})`;
}
