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
  images: { typename: 'Image', find: (scope, id) => scope.prisma.image.findUnique({ where: { id } }) },
  reports: { typename: 'Report', find: (scope, id) => scope.prisma.report.findUnique({ where: { id } }) },
  onedrive_sync: {
    typename: 'OnedriveSync',
    find: (scope, id) => scope.prisma.onedriveSync.findUnique({ where: { id } }),
  },
  reminders: { typename: 'Reminder', find: (scope, id) => scope.prisma.reminder.findUnique({ where: { id } }) },
  helper_sync_log: {
    typename: 'HelperSyncEntry',
    find: (scope, id) => scope.prisma.helperSyncLog.findUnique({ where: { id } }),
  },
  dev_test_cases: {
    typename: 'DevTestCase',
    find: (scope, id) => scope.prisma.devTestCase.findUnique({ where: { id } }),
  },
  feature_flags: {
    typename: 'FeatureFlag',
    find: (scope, id) => scope.prisma.featureFlag.findUnique({ where: { id } }),
  },
  parts_search_sessions: {
    typename: 'PartsSearchSession',
    find: (scope, id) => scope.prisma.partsSearchSession.findUnique({ where: { id } }),
  },
  parts_search_results: {
    typename: 'PartsSearchResult',
    find: (scope, id) => scope.prisma.partsSearchResult.findUnique({ where: { id } }),
  },
  parts_required: {
    typename: 'PartRequired',
    find: (scope, id) => scope.prisma.partRequired.findUnique({ where: { id } }),
  },
  selected_parts: {
    typename: 'SelectedPart',
    find: (scope, id) => scope.prisma.selectedPart.findUnique({ where: { id } }),
  },
  invoices: { typename: 'Invoice', find: (scope, id) => scope.prisma.invoice.findUnique({ where: { id } }) },
  invoice_lines: {
    typename: 'InvoiceLine',
    find: (scope, id) => scope.prisma.invoiceLine.findUnique({ where: { id } }),
  },
  invoice_line_assignments: {
    typename: 'InvoiceLineAssignment',
    find: (scope, id) => scope.prisma.invoiceLineAssignment.findUnique({ where: { id } }),
  },
  vehicle_details: {
    typename: 'VehicleDetails',
    find: (scope, id) => scope.prisma.vehicleDetails.findUnique({ where: { id } }),
  },
  levi_reports: {
    typename: 'LeviReport',
    find: (scope, id) => scope.prisma.leviReport.findUnique({ where: { id } }),
  },
  kb_docs: { typename: 'KbDoc', find: (scope, id) => scope.prisma.kbDoc.findUnique({ where: { id } }) },
  orgs: { typename: 'Organisation', find: (scope, id) => scope.prisma.org.findUnique({ where: { id } }) },
  user_orgs: { typename: 'Member', find: (scope, id) => scope.prisma.userOrg.findUnique({ where: { id } }) },
  org_invitations: {
    typename: 'Invitation',
    find: (scope, id) => scope.prisma.orgInvitation.findUnique({ where: { id }, omit: { codeHash: true } }),
  },
  api_keys: {
    typename: 'ApiKey',
    find: (scope, id) => scope.prisma.apiKey.findUnique({ where: { id }, omit: { keyHash: true } }),
  },
  case_collaborators: {
    typename: 'CaseCollaborator',
    find: (scope, id) => scope.prisma.caseCollaborator.findUnique({ where: { id } }),
  },
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
