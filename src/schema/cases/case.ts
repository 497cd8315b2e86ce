import { Refusal } from '../../errors.ts';
import { CASE_STATUSES, type CaseStatus } from '../../resolvers/cases/case-status.ts';
import { displayPlate } from '../../resolvers/cases/plate.ts';
import { builder } from '../builder.ts';
import { describedValues } from '../enums.ts';
import { inSql, rowInSql } from '../in-sql.ts';
import { AnyCase } from './any-case.ts';
import { CaseHelper } from './case-helper.ts';
import { HelperDraft } from './helper-draft.ts';

export const CaseStatusEnum = builder.enumType('CaseStatus', { values: describedValues(CASE_STATUSES) });

export const Case = builder.prismaNode('Case', {
  description: 'A damage case: one damaged vehicle, from opening to final report.',
  interfaces: [AnyCase],
  id: { field: 'id' },
  nullable: true,
  select: { id: true, orgId: true, kind: true },
  findUnique: (id) => ({ id, kind: 'damage' }),
  fields: (t) => ({
    plate: t.string({
      description: 'Digits only; immutable.',
      extensions: inSql((row) => `${row}.plate`),
      select: { plate: true },
      resolve: (row) => row.plate!,
    }),
    plateDisplay: t.string({
      description: '12-345-67 for seven digits, 123-45-678 for eight, else the digits.',
      extensions: inSql((row) => plateDisplay(`${row}.plate`)),
      select: { plate: true },
      resolve: (row) => displayPlate(row.plate!),
    }),
    filingId: t.exposeString('filingId', { nullable: true }),
    ownerName: t.exposeString('ownerName', { nullable: true }),
    inspectionLocation: t.exposeString('inspectionLocation', { nullable: true }),
    status: t.field({
      type: CaseStatusEnum,
      extensions: inSql((row) => `${row}.status`),
      select: { status: true },
      resolve: (row) => row.status as CaseStatus,
    }),
    helper: t.field({
      type: CaseHelper,
      nullable: true,
      description: 'The current helper, or the one of a version or of a moment.',
      args: { version: t.arg.int(), at: t.arg({ type: 'DateTime' }) },
      extensions: rowInSql((name, row, args, param) => {
        const { version, savedAt } = whichHelper(args);
        const belongs = `public.case_helper ${name} where ${name}.org_id = ${row}.org_id and ${name}.case_id = ${row}.id`;
        if (version !== undefined) return `${belongs} and ${name}.version = ${param(version, 'int')}`;
        if (!savedAt) return `${belongs} and ${name}.is_current`;
        const moment = param(savedAt.lte, 'timestamptz');
        return `${belongs} and ${name}.saved_at <= ${moment} order by ${name}.version desc limit 1`;
      }),
      select: (args, _, nestedSelection) => ({
        helpers: nestedSelection({ where: whichHelper(args), orderBy: { version: 'desc' }, take: 1 }),
      }),
      resolve: (row) => row.helpers[0] ?? null,
    }),
    draft: t.field({
      type: HelperDraft,
      nullable: true,
      description: 'Your own autosaved work on this case, if you have any.',
      // RLS leaves no draft but the caller's own.
      select: (_, __, nestedSelection) => ({ drafts: nestedSelection({ take: 1 }) }),
      resolve: (row) => row.drafts[0] ?? null,
    }),
  }),
});

interface HelperChoice {
  readonly version?: number;
  readonly savedAt?: { readonly lte: Date };
  readonly isCurrent?: boolean;
}

function whichHelper(args: { version?: number | null | undefined; at?: Date | null | undefined }): HelperChoice {
  if (args.version != null && args.at != null)
    throw new Refusal('VALIDATION_FAILED', 'Send version or at, not both.', ['at']);
  if (args.version != null) return { version: args.version };
  return args.at ? { savedAt: { lte: args.at } } : { isCurrent: true };
}

/** What displayPlate does, in SQL. */
function plateDisplay(plate: string): string {
  return `case length(${plate}) when 7 then regexp_replace(${plate}, '^(..)(...)(..)$', '\\1-\\2-\\3')
    when 8 then regexp_replace(${plate}, '^(...)(..)(...)$', '\\1-\\2-\\3') else ${plate} end`;
}
