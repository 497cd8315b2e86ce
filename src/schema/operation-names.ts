import type { GraphQLSchema } from 'graphql';

/**
 * What operations are about, as root fields begin; the longest that fits a field is its subject. A field of another
 * subject needs a line here, and has no name until then.
 */
const SUBJECTS = [
  'apiKey',
  'apiKeys',
  'case',
  'caseHelper',
  'cases',
  'devTestCase',
  'devTestCases',
  'featureFlag',
  'featureFlags',
  'feed',
  'file',
  'files',
  'helperSync',
  'image',
  'images',
  'invitation',
  'invitations',
  'invoice',
  'invoiceLine',
  'invoiceLineAssignment',
  'invoiceLineAssignments',
  'invoiceLineAssignments',
  'invoiceLines',
  'invoices',
  'kb',
  'leviReport',
  'leviReports',
  'member',
  'members',
  'office',
  'onedriveSync',
  'onedriveSyncs',
  'org',
  'orgs',
  'partsRequired',
  'partsResults',
  'partsSearch',
  'profile',
  'profiles',
  'reminder',
  'reminders',
  'report',
  'reports',
  'selectedPart',
  'selectedParts',
  'system',
  'systemLog',
  'systemLogs',
  'vehicleDetails',
  'viewer',
] as const;

/**
 * The gateway's name of a root field, as case_helper.save_full of caseHelperSaveFull; null where the table lacks its subject.
 * A field that is all subject reads one or many: case.get, cases.list.
 */
export function operationName(field: string): string | null {
  const subject = SUBJECTS.filter((name) => beginsWithWord(field, name)).sort((a, b) => b.length - a.length)[0];
  if (!subject) return null;
  const verb = field.slice(subject.length) || (subject.endsWith('s') ? 'list' : 'get');
  return `${snakeCase(subject)}.${snakeCase(verb)}`;
}

/** The names of all there is to call. */
export function operationNames(schema: GraphQLSchema): ReadonlySet<string> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
  return new Set(fields.flatMap((field) => operationName(field) ?? []));
}

function beginsWithWord(text: string, word: string): boolean {
  return text.startsWith(word) && !/^[a-z0-9]/.test(text.slice(word.length));
}

function snakeCase(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
