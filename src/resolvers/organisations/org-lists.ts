import { NEWEST_FIRST, OLDEST_FIRST, type RowList } from '../list-rows.ts';

const PARENT = ['org_id'] as const;

export const MEMBERS: RowList = { table: 'public.user_orgs', parent: PARENT, order: OLDEST_FIRST };
export const INVITATIONS: RowList = { table: 'public.org_invitations', parent: PARENT, order: NEWEST_FIRST };
export const API_KEYS: RowList = { table: 'public.api_keys', parent: PARENT, order: NEWEST_FIRST };
