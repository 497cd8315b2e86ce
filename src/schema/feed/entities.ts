import type { PrismaClient } from '../../db/generated/prisma/client.ts';
import type { Scope } from '../../db/scope.ts';
import type { LogEntry } from '../../subscriptions/feed-log.ts';
import { encodeGlobalId } from '../ids.ts';

interface Entity {
  readonly typename: string;
  readonly find: (scope: Scope, id: string) => Promise<object | null>;
}

/** Models whose rows are found by their id alone, for a node. */
type Model = {
  [Name in keyof PrismaClient]: PrismaClient[Name] extends { findUnique: unknown } ? Name : never;
}[keyof PrismaClient];

/** @param omit columns that are not for clients, or too large to be read unasked */
function entity(typename: string, model: Model, omit: Record<string, true> = {}): Entity {
  return {
    typename,
    find: (scope, id) => {
      const rows = scope.prisma[model] as unknown as { findUnique(query: object): Promise<object | null> };
      return rows.findUnique({ where: { id }, omit });
    },
  };
}

/**
 * Table → GraphQL type and loader. A table that is not listed has no type: its changes are told by table and id alone.
 * A sibling domain adds its lines here.
 */
const ENTITIES: Record<string, Entity> = {
  cases: { typename: 'Case', find: (scope, id) => scope.prisma.case.findUnique({ where: { id, kind: 'damage' } }) },
  case_helper: entity('CaseHelper', 'caseHelper', { helperJson: true }),
  case_collaborators: entity('CaseCollaborator', 'caseCollaborator'),
  docs: entity('CaseFile', 'doc'),
  images: entity('Image', 'image'),
  reports: entity('Report', 'report'),
  onedrive_sync: entity('OnedriveSync', 'onedriveSync'),
  parts_search_sessions: entity('PartsSearchSession', 'partsSearchSession'),
  parts_search_results: entity('PartsSearchResult', 'partsSearchResult'),
  parts_required: entity('PartRequired', 'partRequired'),
  selected_parts: entity('SelectedPart', 'selectedPart'),
  invoices: entity('Invoice', 'invoice'),
  invoice_lines: entity('InvoiceLine', 'invoiceLine'),
  invoice_line_assignments: entity('InvoiceLineAssignment', 'invoiceLineAssignment'),
  vehicle_details: entity('VehicleDetails', 'vehicleDetails'),
  levi_reports: entity('LeviReport', 'leviReport'),
  kb_docs: entity('KbDoc', 'kbDoc'),
  reminders: entity('Reminder', 'reminder'),
  helper_sync_log: entity('HelperSyncEntry', 'helperSyncLog'),
  dev_test_cases: entity('DevTestCase', 'devTestCase'),
  feature_flags: entity('FeatureFlag', 'featureFlag'),
  orgs: entity('Organisation', 'org'),
  user_orgs: entity('Member', 'userOrg'),
  org_invitations: entity('Invitation', 'orgInvitation', { codeHash: true }),
  api_keys: entity('ApiKey', 'apiKey', { keyHash: true }),
};

/** The global id of a row where its table has a type, else its UUID. */
export function globalIdOf(table: string, id: string): string {
  const entity = ENTITIES[table];
  return entity ? encodeGlobalId(entity.typename, id) : id;
}

/** The row an entry is about, as it is now; null when it is gone, stands for several, or has no type. */
export async function findEntityNode(
  scope: Scope,
  entry: Pick<LogEntry, 'entity' | 'entityId'>,
): Promise<object | null> {
  const entity = ENTITIES[entry.entity];
  if (!entity || !entry.entityId) return null;
  const row = await entity.find(scope, entry.entityId);
  return row && { ...row, __typename: entity.typename };
}
