import { validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { listOperations } from '../../src/http/gateway/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { operationName } from '../../src/schema/operation-names.ts';

const operations = listOperations(schema);
const byField = new Map([...operations.values()].map((operation) => [operation.field.name, operation]));
const mutations = Object.keys(schema.getMutationType()!.getFields());
const queries = Object.keys(schema.getQueryType()!.getFields()).filter((name) => !['node', 'nodes'].includes(name));

describe('every root field has a route', () => {
  test.for([...mutations, ...queries])('%s', (field) => {
    expect(
      byField.get(field)?.name,
      `no subject of SUBJECTS in src/schema/operation-names.ts begins ${field}: add the first words of it that say what it is about`,
    ).toBeDefined();
  });

  test('and no two have the same name', () => {
    expect(operations.size).toBe(byField.size);
    expect(byField.size).toBe(mutations.length + queries.length);
  });
});

test('the names are those the gateway has always had', () => {
  const names = {
    caseUpsert: 'case.upsert',
    caseHelperSaveFull: 'case_helper.save_full',
    caseHelperGetCurrent: 'case_helper.get_current',
    caseHelperRestoreLatest: 'case_helper.restore_latest',
    filesUpsert: 'files.upsert',
    partsResultsBulkUpsert: 'parts_results.bulk_upsert',
    partsRequiredBulkUpsert: 'parts_required.bulk_upsert',
    invoicesUpsert: 'invoices.upsert',
    invoiceLinesBulkUpsert: 'invoice_lines.bulk_upsert',
    kbAdd: 'kb.add',
    kbSearch: 'kb.search',
    caseHelperPatch: 'case_helper.patch',
    caseHelperIngest: 'case_helper.ingest',
    caseHelperDiff: 'case_helper.diff',
    caseHelperBlame: 'case_helper.blame',
    case: 'case.get',
    cases: 'cases.list',
    feedPage: 'feed.page',
    viewer: 'viewer.get',
  };
  for (const [field, name] of Object.entries(names)) expect(operationName(field), field).toBe(name);
});

test('a subject is whole words: a field that only begins with its letters is another', () => {
  expect(operationName('casework')).toBeNull();
  expect(operationName('kbAdd')).toBe('kb.add');
  expect(operationName('kbadd')).toBeNull();
});

describe('the stored document of each', () => {
  test.for([...operations.values()].map((operation) => [operation.name, operation] as const))(
    '%s is valid',
    ([, { document }]) => {
      expect(validate(schema, document)).toEqual([]);
    },
  );

  test('every mutation takes its body as its one argument, input', () => {
    for (const { kind, field } of operations.values())
      if (kind === 'write')
        expect(
          field.args.map(({ name }) => name),
          field.name,
        ).toEqual(['input']);
  });
});
