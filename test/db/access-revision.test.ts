import pg from 'pg';
import { expect } from 'vitest';
import { Inbox } from '../support/event-stream.ts';
import { test } from '../support/fixtures.ts';

const CHANGES = {
  'a right is given': "insert into public.role_permissions values ('assistant', 'case.write', 'OWN')",
  'its reach is changed': "update public.role_permissions set reach = 'ORG' where role = 'assistant'",
  'it is taken': "delete from public.role_permissions where role = 'assistant' and permission = 'case.write'",
  'all are taken': 'truncate public.role_permissions',
};

test.for(Object.entries(CHANGES))(
  'when %s, the access revision rises with it and whoever listens is told',
  async ([, change], { db }) => {
    const revision = async () => {
      const [row] = await db.query<{ revision: number }>('select access_revision::int as revision from feed.meta');
      return row!.revision;
    };
    const before = await revision();
    const listener = new pg.Client({ connectionString: db.adminUrl });
    const heard = new Inbox<string | undefined>();
    listener.on('notification', ({ channel, payload }) => heard.put(`${channel} ${payload}`));
    await listener.connect();
    try {
      await listener.query('listen feed');
      await db.query(change);
      expect(await heard.take('the notice')).toBe('feed access');
      expect(await revision()).toBe(before + 1);
    } finally {
      await listener.end();
    }
  },
);
