/**
 * The statements a careful developer writes by hand, one an operation; rights are row level security's. A cursor holds time
 * and id of the row it stands for.
 */
const FIRST_PAGE = `k.org_id = (select private.acting_org(null)) and k.kind = 'damage'`;
const afterCursor = (after: string | null) =>
  after ? `${FIRST_PAGE} and (k.created_at, k.id) < ($1::timestamptz, $2::uuid)` : FIRST_PAGE;

export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export function helperStatement(caseId: string): Statement {
  return {
    name: 'helper',
    text: 'select version, helper_json::text as body from public.case_helper where case_id = $1 and is_current',
    values: [caseId],
  };
}

export function caseStatement(caseId: string): Statement {
  return {
    name: 'case4',
    text: 'select plate, owner_name as "ownerName", status, version from public.cases where id = $1',
    values: [caseId],
  };
}

/** One row: the page as JSON text, and where it ends. */
export function listStatement(after: string | null): Statement {
  return page(
    'list50',
    50,
    after,
    `'plate', k.plate, 'ownerName', k.owner_name, 'status', k.status, 'version', k.version, 'filingId', k.filing_id, 'inspectionLocation', k.inspection_location`,
  );
}

export function treeStatement(after: string | null): Statement {
  return page(
    'tree20',
    20,
    after,
    `'plate', k.plate, 'ownerName', k.owner_name, 'status', k.status, 'invoices', (
       select coalesce(json_agg(json_build_object('invoiceNumber', i.invoice_number, 'supplierName', i.supplier_name, 'totalAmount', i.total_amount::text, 'lines', (
         select coalesce(json_agg(json_build_object('lineNumber', l.line_number, 'description', l.description, 'quantity', l.quantity::text,
           'lineTotal', l.line_total::text) order by l.line_number), '[]')
         from public.invoice_lines l where l.org_id = i.org_id and l.case_id = i.case_id and l.invoice_id = i.id)) order by i.created_at desc, i.id desc), '[]')
       from public.invoices i where i.org_id = k.org_id and i.case_id = k.id)`,
  );
}

/** `fields` are of the rows of the page alone: they are built after the row too many has been cut off. */
function page(name: string, size: number, after: string | null, fields: string): Statement {
  return {
    name: after ? `${name}_after` : name,
    text: `with page as materialized (
        select k.*, row_number() over (order by k.created_at desc, k.id desc) as place from public.cases k
        where ${afterCursor(after)} order by k.created_at desc, k.id desc limit ${size + 1})
      select (select json_agg(json_build_object(${fields}) order by k.place) from page k where k.place <= ${size})::text as cases,
        (select count(*) > ${size} from page) as "hasNextPage",
        (select to_json(k.created_at) #>> '{}' || '|' || k.id from page k where k.place <= ${size} order by k.place desc limit 1) as "endCursor"`,
    values: after ? after.split('|') : [],
  };
}

export function saveStatement(input: {
  caseId: string;
  expectedVersion: number;
  helper: string;
  idempotencyKey: string;
}): Statement {
  return {
    name: 'save',
    text: 'select outcome, version, replayed from bench.save_helper($1, $2, $3, $4)',
    values: [input.caseId, input.expectedVersion, input.helper, input.idempotencyKey],
  };
}

export function linesStatement(invoiceId: string, lines: string): Statement {
  return { name: 'lines', text: 'select updated, created from bench.save_lines($1, $2)', values: [invoiceId, lines] };
}
