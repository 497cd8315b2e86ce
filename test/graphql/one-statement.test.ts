import fc from 'fast-check';
import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType, isObjectType } from 'graphql';
import { expect } from 'vitest';
import { fieldInSql } from '../../src/graphql/one-statement/field-in-sql.ts';
import { schema } from '../../src/schema/index.ts';
import { openCase, sampleHelper } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { unlimitedTest as base, type World } from '../support/fixtures.ts';
import { upsertInvoices } from '../support/invoices.ts';
import { startTestServer } from '../support/server.ts';
import { statementsOf } from '../support/statements.ts';

interface Office {
  readonly admin: TestClient;
  readonly callers: Readonly<Record<string, TestClient>>;
  readonly caseIds: readonly string[];
}

const test = base.extend<{ office: Office }>({
  office: async ({ world }, use) => use(await furnish(world)),
});

/** Cases with versions, invoices and lines, and somebody of every kind who looks at them. */
async function furnish(world: World): Promise<Office> {
  const org = await world.org();
  const admin = await org.member('admin', { email: 'admin@example.com' });
  const assessor = await org.member('assessor');
  const cases: { readonly databaseId: string }[] = [];
  for (const [index, plate] of ['1234567', '12345678', '12345', '7654321'].entries()) {
    const client = index === 3 ? assessor : admin;
    cases.push(
      await openCase(client, { plate, helper: { ...sampleHelper(), meta: { plate } }, ownerName: `"שם" \\ ${index}` }),
    );
  }
  const caseId = cases[0]!.databaseId;
  const save = `mutation ($id: ID!, $helper: JSON!) { caseHelperSaveFull(input: { caseId: $id, expectedVersion: 1, helper: $helper, label: "two" }) { ok } }`;
  await admin.data(save, {
    id: caseId,
    helper: { a: [1, { b: null }], 'c/d': 'e~', '': 0.1, meta: { plate: '1234567' } },
  });
  await admin.data('mutation ($input: FilesUpsertInput!) { filesUpsert(input: $input) { ok } }', {
    input: {
      caseId,
      files: [{ filename: 'a "b".pdf', category: 'licence', sizeBytes: 12 }, { filename: 'תמונה.jpg' }],
    },
  });
  const key = await org.apiKey();
  for (const client of [admin, key])
    for (const number of ['1', '2', '3'])
      await upsertInvoices(client, {
        caseId,
        invoices: [
          {
            invoiceNumber: `${client === key ? 'k' : 'a'}${number}`,
            supplierName: 'ספק "א"',
            totalAmount: '1234.5',
            issueDate: '2026-01-31',
            metadata: { a: 1.1 },
            lines: [
              {
                lineNumber: 1,
                description: 'line\n"1"',
                quantity: '1.500',
                unitPrice: '10',
                lineTotal: '15.00',
                discountPercent: '2.5',
              },
              { lineNumber: 2, quantity: '100', metadata: {} },
            ],
          },
        ],
      });
  return {
    admin,
    callers: {
      admin,
      assessor,
      assistant: await org.member('assistant'),
      key,
      service: await world.service({ 'x-org-id': org.id }),
    },
    caseIds: cases.map((one) => one.databaseId),
  };
}

/** The transaction in which a call asked for cases. */
const ofTheCall = (text: string) => /from public\.(cases|case_helper)/.test(text);
const ONE_STATEMENT = [expect.stringMatching(/set_config.*read_only/s), expect.stringMatching(/^select/)];

/** A field that only its resolver answers: beside it, all of a query is left to the resolvers. */
const RESOLVED = 'resolved: __schema { __typename }';

/** Both ways to answer a selection, in full. */
async function answerBothWays(client: TestClient, selection: string) {
  const declared = [
    ['$yes', '$yes: Boolean = true'],
    ['$two', '$two: Int = 2'],
  ].flatMap(([name, declaration]) => (selection.includes(name!) ? [declaration] : []));
  const head = declared.length > 0 ? `query (${declared.join(', ')})` : 'query';
  const bySql = await client.send(`${head} { ${selection} }`);
  const byResolvers = await client.send(`${head} { ${selection} ${RESOLVED} }`);
  if (byResolvers.data) delete byResolvers.data.resolved;
  const told = ({ data, errors }: typeof bySql) => ({
    // As text: the members have the order of the document in both.
    data: JSON.stringify(data),
    errors: errors?.map(({ extensions: { requestId: _, ...extensions }, ...error }) => ({
      ...error,
      extensions,
      locations: null,
    })),
  });
  return { bySql: told(bySql), byResolvers: told(byResolvers) };
}

/** Arguments worth trying, by the names of type and field. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'Query.case': ['(plate: "12-345-67")', '(plate: "7654321")', '(plate: "99999")'],
  'Query.caseHelperGetCurrent': ['(plate: "1234567")', '(plate: "12345")'],
  'Query.cases': [
    '',
    '(first: 2)',
    '(first: $two, orderBy: [{ field: PLATE, direction: ASC }])',
    '(filter: { search: "שם", isActive: true })',
    '(filter: { status: [CLOSED] })',
  ],
  'Case.helper': [
    '',
    '(version: 1)',
    '(version: $two)',
    '(version: 9)',
    '(at: "2026-01-01T00:00:00Z")',
    '(at: "2999-01-01T00:00:00Z")',
  ],
  'Case.helperVersions': ['', '(first: 1)'],
  'Case.invoices': ['', '(first: 2)', '(status: ["PENDING"], supplier: "ספק")', '(invoiceType: null)'],
  'Case.files': ['', '(category: "licence")'],
  'Invoice.lines': ['', '(first: 1)'],
  'CaseHelper.helperJson': [
    '(pointer: "/a")',
    '(pointer: "/a/1/b")',
    '(pointer: "/c~1d")',
    '(pointer: "/")',
    '(pointer: "/meta")',
    '(pointer: "/none")',
  ],
};
const ROOTS = ['case', 'cases', 'caseHelperGetCurrent'];

/** Writes selections of what SQL can answer; `choose` decides, a number below its argument each time. */
class Writer {
  constructor(readonly choose: (below: number) => number) {}

  query(): string {
    const type = schema.getQueryType()!;
    return this.some(ROOTS)
      .map((name, index) => `r${index}: ${this.field(type, type.getFields()[name]!, 0)}`)
      .join(' ');
  }

  private some<T>(all: readonly T[]): T[] {
    const first = this.choose(all.length);
    return all.filter((_, index) => index === first || this.choose(3) === 0);
  }

  private field(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number): string {
    const choices = ARGUMENTS[`${type.name}.${field.name}`] ?? [''];
    const of = getNamedType(field.type);
    const inner = isObjectType(of) ? ` { ${this.selection(of, depth + 1)} }` : '';
    return `${field.name}${choices[this.choose(choices.length)]}${inner}`;
  }

  selection(type: GraphQLObjectType, depth: number): string {
    const isOfConnection = /(Connection|Edge|PageInfo)$/.test(type.name);
    const fields = Object.values(type.getFields()).filter(
      (field) => (isOfConnection || fieldInSql(type, field)) && (depth < 6 || isLeafType(getNamedType(field.type))),
    );
    const written = this.some(fields).map((field, index) => {
      const text = this.field(type, field, depth);
      if (this.choose(8) === 0) return `... @include(if: $yes) { a${index}: ${text} }`;
      return this.choose(8) === 0 ? `... on ${type.name} { b${index}: ${text} }` : `f${index}: ${text}`;
    });
    return ['__typename', ...written].join(' ');
  }
}

test('a query of such fields alone is one statement in one round trip, and one other field makes it the resolvers’', async ({
  office,
}) => {
  const { admin, caseIds } = office;
  const selection = `case(id: "${caseIds[0]}") { plate helper { helperJson } invoices { nodes { lines { nodes { lineTotal } } } } }`;
  const ask = (query: string) => statementsOf(() => admin.data(query), ofTheCall);
  expect(await ask(`{ ${selection} }`)).toEqual(ONE_STATEMENT);
  expect((await ask(`{ ${selection} ${RESOLVED} }`)).length).toBeGreaterThan(ONE_STATEMENT.length);
});

test('whoever wants an answer in another form is given the same text, and an answer over the limit is refused', async ({
  office,
  db,
}) => {
  const { admin, caseIds } = office;
  const query = `{ case(id: "${caseIds[1]}") { ownerName helper { helperJson } } again: case(id: "${caseIds[0]}") { ownerName } }`;
  const data = await admin.data(query);
  expect(data).toEqual({
    case: { ownerName: '"שם" \\ 1', helper: { helperJson: { ...sampleHelper(), meta: { plate: '12345678' } } } },
    again: { ownerName: '"שם" \\ 0' },
  });
  for (const headers of [{ 'x-cost': '1' }, { accept: 'application/json;q=0.5, application/graphql-response+json' }])
    expect(await admin.data(query, {}, headers)).toEqual(data);
  const stream = await fetch(`${admin.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${admin.token}`,
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query }),
  });
  const told = /^data: (.*)$/m.exec(await stream.text())![1]!;
  expect(JSON.parse(told)).toEqual({ data });
  const many = Array.from(
    { length: 8 },
    (_, index) => `c${index}: case(id: "${caseIds[1]}") { helper { helperJson } }`,
  );
  const small = await startTestServer(db, { environment: { LIMIT_RESPONSE_BYTES: '65536' } });
  const refused = await new TestClient(small.url, admin.token).send(`{ ${many} }`);
  await small.stop();
  expect(refused).toMatchObject({ data: undefined, errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
});

test('generated queries are answered alike by one statement and by the resolvers, for everybody', async ({
  office,
}) => {
  const names = Object.keys(office.callers);
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.array(fc.nat(999), { minLength: 5, maxLength: 60 }),
      async (name, tape) => {
        let at = 0;
        const writer = new Writer((below) => (tape[at++ % tape.length]! + at) % below);
        const { bySql, byResolvers } = await answerBothWays(office.callers[name]!, writer.query());
        expect(bySql).toEqual(byResolvers);
        if (!bySql.errors) answered++;
      },
    ),
    { numRuns: 100 },
  );
  expect(answered).toBeGreaterThan(50);
});

test('every field that SQL answers is among those that are compared', () => {
  const reached = new Set<string>();
  const visit = (type: GraphQLObjectType) => {
    if (reached.has(type.name)) return;
    reached.add(type.name);
    for (const field of Object.values(type.getFields())) {
      const of = getNamedType(field.type);
      if (isObjectType(of) && (fieldInSql(type, field) || /(Connection|Edge)$/.test(type.name))) visit(of);
    }
  };
  for (const name of ROOTS) visit(getNamedType(schema.getQueryType()!.getFields()[name]!.type) as GraphQLObjectType);
  const answered = Object.values(schema.getQueryType()!.getFields()).filter((field) => field.extensions.inSql);
  expect(answered.map((field) => field.name).sort()).toEqual([...ROOTS].sort());
  for (const type of ['Case', 'CaseFile', 'CaseHelper', 'Invoice', 'InvoiceLine', 'Actor', 'PageInfo'])
    expect(reached).toContain(type);
});
