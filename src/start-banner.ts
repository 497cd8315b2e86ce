import type { RunningServer } from './server.ts';

/** What the terminal shows once the server serves. */
export function startBanner({ url, demo, dataDir }: RunningServer): string {
  const lines = [
    'casegraph serves.',
    '',
    `  GraphiQL       ${url}/graphql`,
    `  HTTP for Make  ${url}/gateway`,
    ...(demo
      ? [
          ...(demo.serviceToken ? [`  Service token  ${demo.serviceToken}`] : []),
          `  User token     ${demo.userToken}`,
          `                 (${demo.userEmail}, admin of the demo organisation)`,
        ]
      : []),
    ...(dataDir ? [`  Data           ${dataDir}`] : ['  Data           in the database of DATABASE_URL']),
    `  Next step      ${demo ? 'Open GraphiQL: its tabs hold examples that run as they stand.' : `Check ${url}/ready, then send a query with a token of your sign-in.`}`,
    '                 Ctrl-C stops.',
  ];
  return `\n${lines.join('\n')}\n\n`;
}
