import { ORG_ACCESS } from '../../resolvers/organisations/org-update.ts';
import { builder } from '../builder.ts';
import { describedValues } from '../enums.ts';

export const OrgAccessEnum = builder.enumType('OrgAccess', { values: describedValues(ORG_ACCESS) });

export const Organisation = builder.prismaNode('Org', {
  name: 'Organisation',
  description: 'An appraisal office: the tenant. Nothing of one organisation is ever seen by another.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    name: t.exposeString('name'),
    access: t.field({
      type: OrgAccessEnum,
      description: 'Who reaches which cases.',
      select: { access: true },
      resolve: (row) => row.access as keyof typeof ORG_ACCESS,
    }),
    timeZone: t.exposeString('timeZone', {
      description: 'Name of the IANA database, as Asia/Jerusalem. Decides the year in filing ids.',
    }),
    ingestPointers: t.exposeStringList('ingestPointers', {
      description: 'JSON Pointers of the helper at or below which data from outside may be put, by whomever.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});
