import { invitationAccept } from '../../resolvers/organisations/invitation-accept.ts';
import { invitationRevoke } from '../../resolvers/organisations/invitation-revoke.ts';
import { memberInvite } from '../../resolvers/organisations/member-invite.ts';
import { memberRemove } from '../../resolvers/organisations/member-remove.ts';
import { memberUpdate } from '../../resolvers/organisations/member-update.ts';
import { orgUpdate } from '../../resolvers/organisations/org-update.ts';
import { profileUpdate } from '../../resolvers/organisations/profile-update.ts';
import { readId, readOptionalId } from '../ids.ts';
import { writeMutation } from '../write-mutation.ts';
import {
  InvitationAcceptInput,
  InvitationRevokeInput,
  MemberInviteInput,
  MemberRemoveInput,
  MemberUpdateInput,
  OrgUpdateInput,
  ProfileUpdateInput,
} from './inputs.ts';
import {
  InvitationPayload,
  MemberInvitePayload,
  MemberPayload,
  OrgUpdatePayload,
  ProfileUpdatePayload,
} from './payloads.ts';

writeMutation('memberInvite', {
  description:
    'Invites one person: hand over `code`, which is answered this once. Needs member.manage; only an admin invites an admin.',
  input: MemberInviteInput,
  payload: MemberInvitePayload,
  run: memberInvite,
});

writeMutation('invitationAccept', {
  description:
    'Makes you a member of the organisation that the code is of. A code serves one person once; sending your own again changes nothing. NOT_FOUND alike for one that is unknown, used, revoked or expired. EXISTING for who is a member already: the role stays, and the code stays good.',
  input: InvitationAcceptInput,
  payload: MemberPayload,
  run: invitationAccept,
});

writeMutation('invitationRevoke', {
  description: 'Makes the code of an invitation worthless. Revoking twice is no mistake. Needs member.manage.',
  input: InvitationRevokeInput,
  payload: InvitationPayload,
  run: (caller, input) => invitationRevoke(caller, { ...input, id: readId(input.id, 'Invitation', ['input', 'id']) }),
});

writeMutation('memberUpdate', {
  description:
    'Gives a member another role, from his next request on. Needs member.manage; only an admin makes or unmakes an admin, and the last admin stays one.',
  input: MemberUpdateInput,
  payload: MemberPayload,
  run: (caller, input) => memberUpdate(caller, ofMember(input)),
});

writeMutation('memberRemove', {
  description:
    'Ends a membership, and with it shares, drafts and open subscriptions; cases stay. Needs member.manage; only an admin removes an admin, nobody removes himself, and the last admin stays.',
  input: MemberRemoveInput,
  payload: MemberPayload,
  run: (caller, input) => memberRemove(caller, ofMember(input)),
});

writeMutation('orgUpdate', {
  description: 'Changes the settings of the organisation you act for. Needs org.manage.',
  input: OrgUpdateInput,
  payload: OrgUpdatePayload,
  run: orgUpdate,
});

writeMutation('profileUpdate', {
  description: 'Changes the name under which your colleagues see you.',
  input: ProfileUpdateInput,
  payload: ProfileUpdatePayload,
  run: profileUpdate,
});

/** The input with the membership's UUID for whichever id was sent. */
function ofMember<Input extends { id?: string | null | undefined }>(input: Input): Input {
  return { ...input, id: readOptionalId(input.id, 'Member', ['input', 'id']) };
}
