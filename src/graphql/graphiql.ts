import type { JsonValue } from '../json/json-value.ts';
import { EXAMPLE_TABS, type ExampleCase } from './example-tabs.ts';

/** The page at GET /graphql. */
export type RenderPage = () => Promise<string> | string;

/** What makes the examples run as they stand: the demo's case and a token for it. Null where there is no demo. */
export type LoadExample = () => Promise<(ExampleCase & { readonly token: string }) | null>;

/** GraphiQL, bundled: it loads nothing from elsewhere. */
export function createGraphiqlPage(loadExample: LoadExample): RenderPage {
  return async () => {
    // Nine megabytes of JavaScript, 80 of memory: loaded when somebody asks for the page, which most servers never see.
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    const example = await loadExample();
    const headers = JSON.stringify({ authorization: `Bearer ${example?.token ?? '<token>'}` }, null, 2);
    const tabs = EXAMPLE_TABS.map((tab) => ({
      query: tab.query,
      variables: JSON.stringify(tab.variables(example), null, 2),
    }));
    const options = {
      title: 'casegraph',
      subscriptionsProtocol: 'SSE' as const,
      headers,
      // The token of a demo is gone with its data folder; a stored one would only mislead.
      shouldPersistHeaders: false,
      defaultTabs: tabs.map((tab) => ({ ...tab, headers })),
    };
    const prologue = `<style>${STEADY_TABS}</style><script>(${REFRESH_EXAMPLES})(${scriptSafe(tabs)});</script>`;
    // The library writes the options into its script as they are.
    return renderGraphiQL(options)
      .replace(JSON.stringify(options), () => scriptSafe(options))
      .replace('<div id="root">', (root) => prologue + root);
  };
}

/** GraphiQL animates the order of tabs, and a tab that jumps away under the mouse swallows the first click on it. */
const STEADY_TABS = '.graphiql-tab { transform: none !important; }';

/**
 * Runs in the browser, before GraphiQL reads what it has stored there: an example that is still as we wrote it gets the
 * variables of today, since the case may have been saved, or the demo begun afresh, since the last visit.
 */
const REFRESH_EXAMPLES = `function (examples) {
  const names = { tabs: 'graphiql:tabState', query: 'graphiql:query', variables: 'graphiql:variables' };
  let state = { tabs: examples, activeTabIndex: 0 };
  try {
    const stored = JSON.parse(localStorage.getItem(names.tabs));
    for (const tab of stored.tabs) {
      const example = examples.find((example) => example.query === tab.query);
      if (example) tab.variables = example.variables;
    }
    localStorage.setItem(names.tabs, JSON.stringify(stored));
    state = stored;
  } catch {
    localStorage.removeItem(names.tabs);
  }
  // The address names what was shown here last; another window may have stored its own tab as the active one.
  const query = new URLSearchParams(location.search).get('query') ?? state.tabs[state.activeTabIndex]?.query;
  const shown = state.tabs.find((tab) => tab.query === query);
  localStorage.setItem(names.query, query ?? '');
  localStorage.setItem(names.variables, shown?.variables ?? '');
}`;

/** JSON that can stand in a script of a page: a text with "</script>" in it must not end the script. */
function scriptSafe(value: JsonValue): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
