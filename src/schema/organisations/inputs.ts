import { builder } from '../builder.ts';
import { keyField } from '../input-fields.ts';
import { MemberRoleEnum } from './member.ts';
import { OrgAccessEnum } from './organisation.ts';

const USER_ID = 'UUID of the person, in place of the id of the membership.';

export const MemberInviteInput = builder.inputType('MemberInviteInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    role: t.field({ type: MemberRoleEnum, required: true }),
    note: t.string({ description: 'For the administrators: whom it is meant for.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Within 90 days. Without it the code is good for 7 days.' }),
  }),
});

export const InvitationAcceptInput = builder.inputType('InvitationAcceptInput', {
  fields: (t) => ({ code: t.string({ required: true, description: 'As it was handed over: cgi_ and what follows.' }) }),
});

export const InvitationRevokeInput = builder.inputType('InvitationRevokeInput', {
  fields: (t) => ({ idempotencyKey: keyField(t), id: t.id({ required: true }) }),
});

export const MemberUpdateInput = builder.inputType('MemberUpdateInput', {
  description: 'Exactly one of id and userId.',
  fields: (t) => ({
    idempotencyKey: keyField(t),
    id: t.id(),
    userId: t.field({ type: 'UUID', description: USER_ID }),
    role: t.field({ type: MemberRoleEnum, required: true }),
  }),
});

export const MemberRemoveInput = builder.inputType('MemberRemoveInput', {
  description: 'Exactly one of id and userId.',
  fields: (t) => ({
    idempotencyKey: keyField(t),
    id: t.id(),
    userId: t.field({ type: 'UUID', description: USER_ID }),
  }),
});

export const OrgUpdateInput = builder.inputType('OrgUpdateInput', {
  description: 'Fields that are null or not sent leave what is there alone.',
  fields: (t) => ({
    idempotencyKey: keyField(t),
    access: t.field({ type: OrgAccessEnum }),
    timeZone: t.string({ description: 'Name of the IANA database, as Asia/Jerusalem.' }),
    ingestPointers: t.stringList({
      description:
        'JSON Pointers of the helper at or below which data from outside may be put, by whomever. Replaces the whole list.',
    }),
  }),
});

export const ProfileUpdateInput = builder.inputType('ProfileUpdateInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    name: t.string({ required: true, description: 'Under which your colleagues see you.' }),
  }),
});
