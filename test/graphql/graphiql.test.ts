import { get } from 'node:http';
import { runInNewContext } from 'node:vm';
import { parse } from 'graphql';
import { describe, expect, test as plainTest } from 'vitest';
import { createGraphiqlPage } from '../../src/graphql/graphiql.ts';
import { type Running, test as siteTest } from '../process/site.ts';
import { TestClient } from '../support/client.ts';
import { openEventSource } from '../support/sse.ts';

interface Tab {
  readonly query: string;
  readonly variables: string;
  readonly headers: string;
}

const test = siteTest.extend<{ $file: { running: Running } }>({
  running: [
    async ({ site }, use) => {
      const running = await site.start();
      await use(running);
      running.signalGroup('SIGINT');
      await running.ended;
    },
    { scope: 'file' },
  ],
});

const TABS = ['Cases', 'Save', 'Conflict', 'Watch', 'Patch', 'Invoices', 'Boards'];

describe('the page of a server with the demo', () => {
  test('its tabs run as they stand: cases, save twice, conflict, watch, patch, invoices, boards', {
    timeout: 60_000,
  }, async ({ running }) => {
    const tabs = tabsOf(await loadPage(running.url));
    expect(tabs.map(nameOf)).toEqual(TABS);
    const [cases, save, conflict, watch, patch, invoices, boards] = tabs as [Tab, Tab, Tab, Tab, Tab, Tab, Tab];

    const found = await run(running, cases);
    expect(found.cases).toMatchObject({ totalCount: 1, nodes: [{ plateDisplay: '900-12-345', version: 1 }] });
    expect(found.cases.nodes[0].helper.garage).toMatchObject({ name: expect.any(String) });

    const stream = openEventSource(clientOf(running, watch), watch.query, JSON.parse(watch.variables));
    expect(await stream.event()).toMatchObject({ __typename: 'FeedReady', currentVersion: 1 });

    const changedPaths = ['/manual_notes'];
    expect((await run(running, save)).caseHelperSaveFull).toMatchObject({
      outcome: 'UPDATED',
      helper: { version: 2, changedPaths },
    });
    expect((await run(running, save)).caseHelperSaveFull).toMatchObject({
      outcome: 'UNCHANGED',
      helper: { version: 2 },
    });
    expect((await run(running, conflict)).caseHelperSaveFull).toMatchObject({
      outcome: 'CONFLICT',
      conflict: { expectedVersion: 0, currentVersion: 2, current: { version: 2 } },
    });

    expect(await stream.event()).toMatchObject({
      __typename: 'HelperVersionSaved',
      version: 2,
      previousVersion: 1,
      changedPaths,
    });
    stream.stop();

    const patched = async () => (await run(running, patch)).caseHelperPatch;
    expect(await patched()).toMatchObject({ outcome: 'UPDATED', helper: { version: 3, trigger: 'PATCH' } });
    expect(await patched()).toMatchObject({ outcome: 'UNCHANGED', helper: { version: 3 } });
    const invoiced = async () => (await run(running, invoices)).invoicesUpsert;
    expect(await invoiced()).toMatchObject({
      outcome: 'CREATED',
      items: [{ invoice: { linesTotal: '1450.00', warnings: [{ code: 'LINES_MISMATCH' }] } }],
    });
    expect((await invoiced()).outcome).toBe('UNCHANGED');
    expect(await run(running, boards)).toMatchObject({
      officeCounts: { activeCases: 1 },
      caseCounts: { total: 1 },
      systemHealth: { errors: 0, feed: { listening: true } },
      cases: {
        nodes: [
          { timeline: { nodes: expect.arrayContaining([expect.objectContaining({ type: 'INVOICE_CREATED' })]) } },
        ],
      },
    });
  });

  test('a helper that looks like markup neither ends its script nor changes on its way', async ({ running }) => {
    const before = await loadPage(running.url);
    const [, save] = tabsOf(before) as [Tab, Tab];
    const variables = JSON.parse(save.variables);
    const awkward = '</script><script>alert(1)</script> $& $1 <!-- \u2028 \\u003c';
    variables.input.helper = { ...variables.input.helper, awkward };
    await run(running, { ...save, variables: JSON.stringify(variables) });

    const page = await loadPage(running.url);
    const [, again] = tabsOf(page) as [Tab, Tab];
    expect(JSON.parse(again.variables).input.helper.awkward).toBe(awkward);
    expect(countScripts(page)).toBe(countScripts(before));
  });

  test('it may load nothing from elsewhere, and names nothing elsewhere to load', async ({ running }) => {
    const response = await fetch(`${running.url}/graphql`, { headers: { accept: 'text/html' } });
    const policy = response.headers.get('content-security-policy')!.split(/; */);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy.filter((rule) => /https?:|wss?:|\*/.test(rule))).toEqual([]);

    const page = await response.text();
    const markup = page.replace(/<script[^>]*>.*?<\/script>/gs, '');
    const loaded = [
      ...markup.matchAll(/(?:(?<![\w-])(?:src|href)\s*=\s*["']?|url\(\s*["']?|@import\s+["']?)([^"')\s>]*)/g),
    ];
    expect(loaded.map(([, address]) => address!).filter((address) => !/^(data:|#|$)/.test(address))).toEqual([]);
    expect(page.match(/<script[^>]*\ssrc/g)).toBeNull();
  });

  test('who comes under a name that is not of this machine gets no token and no helper', async ({ running }) => {
    const token = running.userToken;
    const own = await loadPageAs(running.url, `127.0.0.1:${new URL(running.url).port}`);
    // Compared as truths: nine megabytes of page in a failure's message help nobody.
    expect(own.includes(token)).toBe(true);
    for (const host of ['casegraph.example.com', '127.0.0.1.example.com', 'localhost.example.com:4000']) {
      const page = await loadPageAs(running.url, host);
      expect(page.includes(token), host).toBe(false);
      expect(tabsOf(page)[0]!.headers, host).toContain('Bearer <token>');
      expect(JSON.parse(tabsOf(page)[1]!.variables).input, host).toMatchObject({ caseId: '<id of a case>' });
    }
  });

  test('a server that serves the network shows its token to nobody', async ({ site, running }) => {
    expect(running.userToken).not.toBe('');
    const open = await site.start({ HOST: '0.0.0.0' });
    const page = await loadPageAs(open.url.replace('0.0.0.0', '127.0.0.1'), 'localhost');
    expect(tabsOf(page)[0]!.headers).toContain('Bearer <token>');
    open.signalGroup('SIGINT');
    await open.ended;
  });
});

plainTest('without a demo the tabs show where token and case belong', async () => {
  const tabs = tabsOf(await createGraphiqlPage(async () => null)());
  expect(tabs.map(nameOf)).toEqual(TABS);
  for (const tab of tabs) expect(JSON.parse(tab.headers)).toEqual({ authorization: 'Bearer <token>' });
  expect(tabs.map((tab) => JSON.parse(tab.variables))).toMatchObject([
    { search: '' },
    { input: { caseId: '<id of a case>', expectedVersion: 0 } },
    { input: { caseId: '<id of a case>', expectedVersion: 0 } },
    { caseId: '<id of a case>', afterVersion: 0 },
    { input: { caseId: '<id of a case>' } },
    { input: { caseId: '<id of a case>' } },
    {},
  ]);
});

describe('what the browser has kept from the last visit', () => {
  const load = (version: number) =>
    createGraphiqlPage(async () => ({ token: 'token', caseId: 'case', version, helper: { plate: '1' } }))();
  const NAMES = { tabs: 'graphiql:tabState', query: 'graphiql:query', variables: 'graphiql:variables' };

  plainTest('examples get the variables of today, what the user wrote stays', async () => {
    const [cases, save] = tabsOf(await load(1)) as [Tab, Tab];
    const own = { query: 'query Own { viewer { role } }', variables: '{"mine":true}' };
    const page = await load(7);
    const kept = visit(page, {
      [NAMES.tabs]: JSON.stringify({ tabs: [cases, save, own], activeTabIndex: 1 }),
    });
    const fresh = tabsOf(page)[1]!.variables;
    expect(JSON.parse(kept[NAMES.tabs]!).tabs.map((tab: Tab) => tab.variables)).toEqual([
      cases.variables,
      fresh,
      own.variables,
    ]);
    expect(JSON.parse(fresh).input.expectedVersion).toBe(7);
    expect(kept[NAMES.query]).toBe(save.query);
    expect(kept[NAMES.variables]).toBe(fresh);
  });

  plainTest('the tab that the address names is shown, whatever another window has made active', async () => {
    const page = await load(1);
    const tabs = tabsOf(page);
    const kept = visit(page, { [NAMES.tabs]: JSON.stringify({ tabs, activeTabIndex: 3 }) }, tabs[1]!.query);
    expect(kept[NAMES.query]).toBe(tabs[1]!.query);
    expect(kept[NAMES.variables]).toBe(tabs[1]!.variables);
  });

  plainTest.for([['nothing'], ['garbage', '{'], ['another shape', '{"tabs":1}']])(
    '%s: the first example is shown, with its variables',
    async ([, stored]) => {
      const page = await load(1);
      const kept = visit(page, stored ? { [NAMES.tabs]: stored } : {});
      const [cases] = tabsOf(page) as [Tab];
      expect(kept).toEqual({ [NAMES.query]: cases.query, [NAMES.variables]: cases.variables });
    },
  );
});

async function loadPage(url: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
  expect(response.status).toBe(200);
  return response.text();
}

/** fetch sends the host of the address; a page of another site that had its name point here would send that name. */
function loadPageAs(url: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${url}/graphql`, { headers: { accept: 'text/html', host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

/** The tabs as the page hands them to GraphiQL. */
function tabsOf(page: string): Tab[] {
  const options = /renderYogaGraphiQL\(\s*window\.document\.querySelector\('#root'\),\s*(\{.*?\}),\s*\);\s*<\/script>/s;
  return (JSON.parse(options.exec(page)![1]!) as { defaultTabs: Tab[] }).defaultTabs;
}

/** GraphiQL titles a tab by the name of its operation. */
function nameOf(tab: Tab): string | undefined {
  const [definition] = parse(tab.query).definitions;
  return definition?.kind === 'OperationDefinition' ? definition.name?.value : undefined;
}

function countScripts(page: string): number {
  return page.split('<script').length - 1;
}

/** Runs the page's own first script as a browser would, and answers what is stored then. */
function visit(page: string, stored: Record<string, string>, query?: string): Record<string, string> {
  const kept = new Map(Object.entries(stored));
  const localStorage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  };
  const search = query === undefined ? '' : `?${new URLSearchParams({ query })}`;
  const script = /<body.*?<script>(.*?)<\/script>/s.exec(page)![1]!;
  runInNewContext(script, { localStorage, URLSearchParams, location: { search } });
  return Object.fromEntries(kept);
}

function clientOf(running: Running, tab: Tab): TestClient {
  const { authorization } = JSON.parse(tab.headers) as { authorization: string };
  return new TestClient(running.url, null, { authorization });
}

function run(running: Running, tab: Tab) {
  return clientOf(running, tab).data(tab.query, JSON.parse(tab.variables));
}
