import { readFileSync } from 'node:fs';
import { sampleHelper } from './cases.ts';

/** What earlier steps have made, for later ones to name. */
export interface MakeState {
  readonly colleagueId: string;
  caseId: string;
  invoiceId: string;
  lineId: string;
}

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`./make/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>;

interface Step {
  readonly input: (state: MakeState) => Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: answers are of every shape
  readonly keep?: (answer: any, state: MakeState) => void;
}

const ofCase = (more: Record<string, unknown>): Step => ({
  input: ({ caseId }) => ({ caseId, source: 'MAKE', ...more }),
});
const assign: Step = {
  input: ({ caseId, lineId }) => ({ caseId, assignments: [{ lineId, damageCenterCode: CENTRE }] }),
};
const none: Step = { input: () => ({}) };

const CENTRE = (sampleHelper() as unknown as { centers: { Id: string }[] }).centers[0]!.Id;

/** A day of an office: an input for every operation that has a blueprint, in an order in which each can succeed. */
export const MAKE_DAY: Readonly<Record<string, Step>> = {
  'case.upsert': {
    input: () => ({ plate: '900-12-345', ownerName: 'ישראלה ישראלי', source: 'MAKE' }),
    keep: (answer, state) => {
      state.caseId = answer.case.databaseId;
    },
  },
  'case_helper.save_full': ofCase({ helper: sampleHelper(), expectedVersion: 0 }),
  'case_helper.ingest': ofCase({ pointer: '/vehicle', data: sample('open-case.vehicle-record') }),
  'case_helper.patch': ofCase({ expectedVersion: 2, mergePatch: { manual_notes: 'from Make' } }),
  'case_helper.restore_latest': ofCase({ expectedVersion: 3, version: 1, reason: 'undo' }),
  'case_helper.get_current': { input: () => ({ plate: '900-12-345' }) },
  'case_helper.diff': ofRead({ fromVersion: 1, toVersion: 3 }),
  'case_helper.blame': ofRead({ pointers: '["/manual_notes"]' }),
  'files.upsert': ofCase({ files: [{ filename: 'licence.pdf', onedriveFileId: '01ABC' }] }),
  'images.upsert': ofCase({ images: [{ originalKey: 'originals/1.jpg', displayOrder: 1 }] }),
  'reports.upsert': ofCase({ reports: [{ reportType: 'EXPERTISE', storageKey: 'reports/1.pdf' }] }),
  'onedrive_sync.upsert': ofCase({ syncs: [{ fileType: 'REPORT', supabasePath: 'reports/1.pdf' }] }),
  'parts_results.bulk_upsert': ofCase({ results: [{ supplier: 'web', results: sample('parts-search.web') }] }),
  'parts_required.bulk_upsert': ofCase({
    parts: [{ damageCenterCode: CENTRE, partNumber: 'EX-1', unitPrice: '10.50' }],
  }),
  'selected_parts.bulk_upsert': ofCase({ parts: [{ dataSource: 'WEB', partName: 'bumper', supplier: 'web' }] }),
  'invoices.upsert': {
    input: ({ caseId }) => ({ caseId, invoices: [{ ocr: sample('invoice.ocr') }] }),
    keep: (answer, state) => {
      state.invoiceId = answer.items[0].invoice.databaseId;
    },
  },
  'invoice_lines.bulk_upsert': {
    input: ({ invoiceId }) => ({ invoiceId, lines: [{ lineNumber: 9, description: 'towing', lineTotal: '100.00' }] }),
    keep: (answer, state) => {
      state.lineId = answer.items[0].line.databaseId;
    },
  },
  'invoice_line_assignments.propose': assign,
  'invoice_line_assignments.assign': assign,
  'invoice_line_assignments.accept': assign,
  'invoice_line_assignments.reject': {
    input: ({ caseId, lineId }) => ({ caseId, assignments: [{ lineId, damageCenterCode: CENTRE }] }),
  },
  'levi_reports.upsert': ofCase({ reports: [{ reportId: 'L1', rawResponse: sample('levi-report.ocr') }] }),
  'vehicle_details.upsert': ofCase({ details: { rawData: sample('open-case.vehicle-record') } }),
  'reminders.upsert': ofCase({ reminders: [{ title: 'Call the garage', dueAt: '2026-12-01T08:00:00Z' }] }),
  'helper_sync.log_add': ofCase({ entries: [{ syncDirection: 'TO_SUPABASE', syncStatus: 'SUCCESS' }] }),
  'system_logs.add': {
    input: () => ({ logs: [{ logLevel: 'ERROR', component: 'make', message: 'a module failed' }] }),
  },
  'kb.add': { input: () => ({ title: 'מוסכים', body: 'רשימת המוסכים שבהסדר', tags: ['garages'] }) },
  'kb.search': { input: () => ({ query: 'מוסכים' }) },
  'case.share': { input: ({ caseId, colleagueId }) => ({ caseId, userId: colleagueId }) },
  'case.unshare': { input: ({ caseId, colleagueId }) => ({ caseId, userId: colleagueId }) },
  'case.get': { input: () => ({ plate: '90012345' }) },
  'case.counts': { input: () => ({ groupBy: 'STATUS' }) },
  'cases.list': { input: () => ({ filter: '{"search": "ישראלי"}', first: 10 }) },
  'invoices.list': none,
  'reminders.list': none,
  'onedrive_syncs.list': none,
  'helper_sync.log': none,
  'system_logs.list': none,
  'feature_flags.list': none,
  'office.counts': none,
  'system.health': none,
  'feed.page': ofRead({ first: 10 }),
};

function ofRead(more: Record<string, unknown>): Step {
  return { input: ({ caseId }) => ({ caseId, ...more }) };
}
