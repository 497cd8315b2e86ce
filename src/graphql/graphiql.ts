import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { EXAMPLE_TABS, type ExampleCase } from './example-tabs.ts';

/** The page at GET /graphql. */
export type RenderPage = () => Promise<string> | string;

/** What makes the examples run as they stand: the demo's case and a token for it. Null where there is no demo. */
export type LoadExample = () => Promise<(ExampleCase & { readonly token: string }) | null>;

/** GraphiQL, bundled: it loads nothing from elsewhere. */
export function createGraphiqlPage(loadExample: LoadExample): RenderPage {
  return async () => {
    const example = await loadExample();
    const headers = JSON.stringify({ authorization: example ? `Bearer ${example.token}` : 'Bearer <token>' }, null, 2);
    return renderGraphiQL({
      title: 'casegraph',
      subscriptionsProtocol: 'SSE',
      headers,
      defaultHeaders: headers,
      // The token of a demo is gone with its data folder; a stored one would only mislead.
      shouldPersistHeaders: false,
      defaultTabs: EXAMPLE_TABS.map((tab) => ({
        headers,
        query: tab.query,
        variables: scriptSafe(tab.variables(example)),
      })),
    });
  };
}

/** JSON that can stand in a script of a page: a text with "</script>" in it must not end the script. */
function scriptSafe(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
