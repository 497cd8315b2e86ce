import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { readServiceKeys, type ServiceKey } from './auth/service-keys.ts';
import { defaultDataDir } from './db/embedded/data-dir.ts';
import type { FeedRetention } from './db/feed-retention.ts';
import type { Introspection } from './graphql/limits/guard.ts';
import type { FreeDocuments } from './graphql/limits/persisted-documents.ts';
import { LIMITS, type Limits, pickLimits } from './limits.ts';
import type { TracingOptions } from './observe/tracing.ts';

const url = (protocols: RegExp, example: string) =>
  z.string().refine((value) => URL.canParse(value) && protocols.test(value), `must be a URL such as ${example}`);
const postgresUrl = url(/^postgres(ql)?:/, 'postgresql://user:password@host:5432/database');
const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));

const OWN_AUDIENCE = 'authenticated';
const SERVICE_KEYS_FORM =
  'must read name:sha256,name:sha256 with the SHA-256 of each key in hex; npm run -s service-key -- --name NAME makes one';
/** Whoever is this far behind is still promised every change. */
const MIN_KEEP_ROWS = 10_000;

/** The variables of limits.ts; 0 switches off what can be switched off. */
const limitVariables = Object.fromEntries(
  Object.values(LIMITS).map(({ variable, min, max, zeroIsOff, default: byDefault }) => {
    const allowed = `must be from ${min} to ${max}${zeroIsOff ? ', or 0 for no limit' : ''}`;
    const fits = (value: number) => (value >= min && value <= max) || (value === 0 && zeroIsOff === true);
    return [variable, integer(0, Number.MAX_SAFE_INTEGER).refine(fits, allowed).default(byDefault)] as const;
  }),
);

const environment = z
  .object({
    ...(limitVariables as Record<never, z.ZodType>),
    NODE_ENV: z.string().default('development'),
    PORT: integer(0, 65_535).default(4000),
    HOST: z.string().min(1).default('127.0.0.1'),
    DATA_DIR: z.string().min(1).optional(),
    DATABASE_URL: postgresUrl.optional(),
    DATABASE_DIRECT_URL: postgresUrl.optional(),
    DATABASE_POOL_MAX: integer(2, 200).default(10),
    FEED_KEEP_DAYS: integer(1, 36_500).default(30),
    FEED_KEEP_ROWS: integer(MIN_KEEP_ROWS, 1_000_000_000_000).default(1_000_000),
    JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    JWKS_URL: url(/^https?:/, 'https://project.supabase.co/auth/v1/.well-known/jwks.json').optional(),
    JWT_ISSUER: z.string().min(1).optional(),
    JWT_AUDIENCE: z.string().min(1).default(OWN_AUDIENCE),
    SERVICE_KEYS: z
      .string()
      .transform((list, ctx) => {
        const keys = readServiceKeys(list);
        if (!keys) ctx.addIssue({ code: 'custom', message: SERVICE_KEYS_FORM });
        return keys ?? [];
      })
      .optional(),
    SERVICE_TOKENS: z.enum(['on', 'off']).default('on'),
    METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?:/, 'http://collector.example.com:4318').optional(),
    OTEL_EXPORTER_OTLP_HEADERS: z.string().transform(readHeaders).optional(),
    OTEL_SERVICE_NAME: z.string().min(1).default('casegraph'),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number('must be a number from 0 to 1').min(0).max(1).default(1),
    DRAIN_SECONDS: integer(0, 600).default(1),
    TRUSTED_PROXIES: integer(0, 10).default(0),
    SOCKET_ORIGINS: z.string().transform(readOrigins).optional(),
    INTROSPECTION: z.enum(['on', 'signed-in', 'off']).optional(),
    PERSISTED_DOCUMENTS: z.string().min(1).optional(),
    FREE_DOCUMENTS: z.enum(['all', 'programs', 'nobody']).default('all'),
    GRAPHIQL: z.enum(['on', 'off']).optional(),
    LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  })
  .superRefine((env, ctx) => {
    const fail = (name: string, message: string) => ctx.addIssue({ code: 'custom', path: [name], message });
    if (env.JWT_SECRET && env.JWKS_URL)
      fail('JWKS_URL', 'set JWT_SECRET or JWKS_URL, not both: tokens are verified one way');
    if (env.DATABASE_URL && !env.JWT_SECRET && !env.JWKS_URL)
      fail('JWT_SECRET', 'set JWT_SECRET (HS256) or JWKS_URL beside DATABASE_URL, so that tokens can be verified');
    // Its users and their tokens are made here, and would not pass another sign-in's checks.
    const isForeign = {
      JWKS_URL: env.JWKS_URL,
      JWT_ISSUER: env.JWT_ISSUER,
      JWT_AUDIENCE: env.JWT_AUDIENCE !== OWN_AUDIENCE,
    };
    for (const [name, given] of Object.entries(isForeign))
      if (given && !env.DATABASE_URL)
        fail(name, 'needs DATABASE_URL beside it: the embedded database signs tokens of its own');
    if (env.FREE_DOCUMENTS !== 'all' && !env.PERSISTED_DOCUMENTS)
      fail('FREE_DOCUMENTS', 'needs PERSISTED_DOCUMENTS beside it, with the documents that may be sent');
    const limits = limitsOf(env);
    for (const name of ['costPerMinute', 'costPerMinuteOfAddress'] as const)
      if (limits[name] > 0 && (limits.cost === 0 || limits[name] < limits.cost))
        fail(
          LIMITS[name].variable,
          `must not be less than ${LIMITS.cost.variable}, or an operation that is allowed would never be let in`,
        );
    if (env.DATABASE_DIRECT_URL && !env.DATABASE_URL) fail('DATABASE_DIRECT_URL', 'needs DATABASE_URL beside it');
  });

/** Settings of one server process, read from the environment once. */
export interface Config {
  /** 0 lets the operating system choose. */
  readonly port: number;
  readonly host: string;
  /** Folder of the embedded database and its generated secrets; unused with an external database. */
  readonly dataDir: string;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Where LISTEN works: a direct or session-mode connection. Defaults to databaseUrl. */
  readonly databaseDirectUrl: string | null;
  /** Connections per pool and process. */
  readonly poolMax: number;
  readonly feedRetention: FeedRetention;
  readonly jwtSecret: string | null;
  readonly jwksUrl: string | null;
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string;
  readonly serviceKeys: readonly ServiceKey[];
  /** Whether tokens of the role service_role are taken. */
  readonly serviceTokens: boolean;
  /** What who reads /metrics has to bring; null where there is no /metrics. */
  readonly metricsToken: string | null;
  /** Where spans are sent; null: nothing is traced. */
  readonly tracing: TracingOptions | null;
  /** How long a server that stops goes on serving, while /ready says that it does not. */
  readonly drainMs: number;
  /** NODE_ENV is production: strangers are told less. */
  readonly production: boolean;
  readonly limits: Limits;
  /** Proxies of the operator's own that every request passes. */
  readonly trustedProxies: number;
  /** Origins of pages that may open a WebSocket; null for all. */
  readonly socketOrigins: readonly string[] | null;
  readonly introspection: Introspection;
  /** File of the documents that may be named by their hash. */
  readonly persistedDocuments: string | null;
  readonly freeDocuments: FreeDocuments;
  readonly graphiql: boolean;
  readonly logLevel: string;
}

/** Names of every variable that is read; .env.example is held against it. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(environment.shape);

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** The process's environment, and beneath it what a .env file in `folder` says. A variable set to nothing hides the file's. */
export function readEnvironment(folder = CHECKOUT, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const file = join(folder, '.env');
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...env } : env;
}

/** @throws Error naming each variable that is wrong, and what it should be. */
export function readConfig(env: NodeJS.ProcessEnv = readEnvironment()): Config {
  // An empty variable is an unset one: that is how .env files and container settings write "not set".
  const given = Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment can not be used:\n${lines.join('\n')}`);
  }
  const values = parsed.data;
  const production = values.NODE_ENV === 'production';
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir: values.DATA_DIR ? resolve(values.DATA_DIR) : defaultDataDir(CHECKOUT),
    databaseUrl: values.DATABASE_URL ?? null,
    databaseDirectUrl: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL ?? null,
    poolMax: values.DATABASE_POOL_MAX,
    feedRetention: { keepDays: values.FEED_KEEP_DAYS, keepRows: values.FEED_KEEP_ROWS },
    jwtSecret: values.JWT_SECRET ?? null,
    jwksUrl: values.JWKS_URL ?? null,
    jwtIssuer: values.JWT_ISSUER ?? null,
    jwtAudience: values.JWT_AUDIENCE,
    serviceKeys: values.SERVICE_KEYS ?? [],
    serviceTokens: values.SERVICE_TOKENS === 'on',
    metricsToken: values.METRICS_TOKEN ?? null,
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
          headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
          serviceName: values.OTEL_SERVICE_NAME,
          ratio: values.OTEL_TRACES_SAMPLER_ARG,
        }
      : null,
    drainMs: values.DRAIN_SECONDS * 1_000,
    production,
    limits: limitsOf(values),
    trustedProxies: values.TRUSTED_PROXIES,
    socketOrigins: values.SOCKET_ORIGINS ?? null,
    introspection: values.INTROSPECTION ?? (production ? 'signed-in' : 'on'),
    persistedDocuments: values.PERSISTED_DOCUMENTS ? resolve(values.PERSISTED_DOCUMENTS) : null,
    freeDocuments: values.FREE_DOCUMENTS,
    graphiql: (values.GRAPHIQL ?? (production ? 'off' : 'on')) === 'on',
    logLevel: values.LOG_LEVEL,
  };
}

/** As OpenTelemetry has them: name=value, parted by commas, percent-encoded. */
function readHeaders(list: string, ctx: z.RefinementCtx): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of list.split(',')) {
    const [, name, value] = /^\s*([\w-]+)\s*=\s*((?:[^%]|%[0-7][0-9a-f])*?)\s*$/i.exec(pair) ?? [];
    if (name) headers[name] = decodeURIComponent(value!);
    else
      ctx.addIssue({ code: 'custom', message: 'must read name=value, percent-encoded, or several parted by commas' });
  }
  return headers;
}

function limitsOf(values: Readonly<Record<string, unknown>>): Limits {
  return pickLimits(({ variable }) => values[variable] as number);
}

/** As browsers write them. What is none is said when the variable is read. */
function readOrigins(list: string, ctx: z.RefinementCtx): string[] {
  const origins = list.split(',').map((origin) => origin.trim().replace(/\/$/, ''));
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      ctx.addIssue({ code: 'custom', message: 'must be origins such as https://office.example.com, parted by commas' });
  return origins;
}
