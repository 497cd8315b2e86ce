import type { JsonValue } from '../../json/json-value.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { stampFields } from '../stamp-fields.ts';

export const VehicleDetails = builder.prismaNode('VehicleDetails', {
  description: 'What the registry and others say of the vehicle of a case.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    vin: t.exposeString('vin', { nullable: true, description: 'Chassis number.' }),
    manufacturer: t.exposeString('manufacturer', { nullable: true }),
    model: t.exposeString('model', { nullable: true }),
    year: t.exposeInt('year', { nullable: true, description: 'Year of manufacture.' }),
    engineSize: t.exposeInt('engineSize', { nullable: true, description: 'In cubic centimetres.' }),
    color: t.exposeString('color', { nullable: true }),
    rawData: t.field({
      type: 'JSON',
      nullable: true,
      description: "The registry's answer, as it came.",
      select: { rawData: true },
      resolve: (row) => row.rawData as JsonValue,
    }),
    enrichedData: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What others have added to it.',
      select: { enrichedData: true },
      resolve: (row) => row.enrichedData as JsonValue,
    }),
    ...stampFields(t),
    case: t.relation('case', { type: Case }),
  }),
});

builder.prismaObjectField(Case, 'vehicleDetails', (t) =>
  t.relation('vehicleDetails', {
    type: VehicleDetails,
    nullable: true,
    description: 'What the registry says of the vehicle; null until it has been asked.',
  }),
);
