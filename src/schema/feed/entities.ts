import type { Scope } from '../../db/scope.ts';
import type { LogEntry } from '../../subscriptions/feed-log.ts';
import { encodeGlobalId } from '../ids.ts';

interface Entity {
  readonly typename: string;
  readonly find: (scope: Scope, id: string) => Promise<object | null>;
}

/**
 * Table → GraphQL type and loader. A table that is not listed has no type: its changes are told by table and id alone.
 * A sibling domain adds its lines here.
 */
const ENTITIES: Record<string, Entity> = {
  cases: { typename: 'Case', find: (scope, id) => scope.prisma.case.findUnique({ where: { id, kind: 'damage' } }) },
  case_helper: {
    typename: 'CaseHelper',
    find: (scope, id) => scope.prisma.caseHelper.findUnique({ where: { id }, omit: { helperJson: true } }),
  },
  docs: { typename: 'CaseFile', find: (scope, id) => scope.prisma.doc.findUnique({ where: { id } }) },
};

/** The global id of a row where its table has a type, else its UUID. */
export function globalIdOf(table: string, id: string): string {
  const entity = ENTITIES[table];
  return entity ? encodeGlobalId(entity.typename, id) : id;
}

export async function findEntityNode(scope: Scope, entry: LogEntry): Promise<object | null> {
  const entity = ENTITIES[entry.entity];
  if (!entity || !entry.entityId) return null;
  const row = await entity.find(scope, entry.entityId);
  return row && { ...row, __typename: entity.typename };
}
