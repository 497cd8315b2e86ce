import { parseArgs } from 'node:util';
import { z } from 'zod';
import { signToken } from '../auth/jwt.ts';
import { ensureMember, MEMBER_ROLES } from '../resolvers/organisations/ensure-member.ts';
import { withEmbeddedAdmin } from './embedded-admin.ts';
import { runCommand } from './run-command.ts';

const USAGE = `Usage:
  npm run -s token -- --role service_role
  npm run -s token -- --role authenticated --email a@example.com [--org NAME] [--member-role ${MEMBER_ROLES.join('|')}]
Both take --expires-in SECONDS (default 30 days).`;

const DEFAULT_LIFETIME_S = 30 * 24 * 3600;

const options = z.discriminatedUnion('role', [
  z.object({ role: z.literal('service_role'), 'expires-in': z.coerce.number().int() }),
  z.object({
    role: z.literal('authenticated'),
    email: z.email(),
    org: z.string().min(1).max(200).optional(),
    'member-role': z.enum(MEMBER_ROLES).optional(),
    'expires-in': z.coerce.number().int(),
  }),
]);

runCommand(async () => {
  const given = readOptions();
  return withEmbeddedAdmin(async (admin, secret) => {
    if (given.role === 'service_role') return signToken(secret, { role: 'service_role' }, given['expires-in']);
    const { userId } = await ensureMember(admin, {
      email: given.email,
      orgName: given.org ?? null,
      role: given['member-role'] ?? null,
    });
    return signToken(secret, { role: 'authenticated', userId, email: given.email }, given['expires-in']);
  });
});

function readOptions(): z.infer<typeof options> {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: { role: text, email: text, org: text, 'member-role': text, 'expires-in': text },
    });
    return options.parse({ 'expires-in': DEFAULT_LIFETIME_S, ...values });
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n')
        : (error as Error).message;
    throw new Error(`${why}\n\n${USAGE}`);
  }
}
