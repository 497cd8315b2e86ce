/** A limit as an operator sees it. */
interface Limit {
  /** The environment variable that sets it. */
  readonly variable: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** 0 switches it off. */
  readonly zeroIsOff?: true;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SECOND_MS = 1_000;

/**
 * Every limit that an operator can set, in the order in which a request meets them. They hold alike for HTTP, event streams
 * and WebSockets. The defaults let pass whatever an office does in one day, several times over, and stop what nobody means.
 */
const TABLE = {
  // The server.
  connections: { variable: 'LIMIT_CONNECTIONS', default: 20_000, min: 1, max: 1_000_000 },
  headerBytes: { variable: 'LIMIT_HEADER_BYTES', default: 16 * KIB, min: 4 * KIB, max: MIB },
  headersMs: { variable: 'LIMIT_HEADERS_MS', default: 10 * SECOND_MS, min: 100, max: 300 * SECOND_MS },
  requestMs: { variable: 'LIMIT_REQUEST_MS', default: 30 * SECOND_MS, min: 100, max: 600 * SECOND_MS },
  // A helper of 5 MiB and what may stand around it; a larger helper within this is refused by name.
  bodyBytes: { variable: 'LIMIT_BODY_BYTES', default: 12 * MIB, min: 64 * KIB, max: 256 * MIB },

  // A document. Our own largest has 3 KiB, 500 tokens, 9 levels and 3 aliases; GraphiQL asks for the schema in 19 levels.
  documentBytes: { variable: 'LIMIT_DOCUMENT_BYTES', default: 64 * KIB, min: KIB, max: MIB },
  documentTokens: { variable: 'LIMIT_DOCUMENT_TOKENS', default: 4_000, min: 100, max: 100_000 },
  documentDepth: { variable: 'LIMIT_DOCUMENT_DEPTH', default: 15, min: 3, max: 50 },
  documentAliases: { variable: 'LIMIT_DOCUMENT_ALIASES', default: 100, min: 1, max: 10_000 },
  documentRootFields: { variable: 'LIMIT_DOCUMENT_ROOT_FIELDS', default: 25, min: 1, max: 1_000 },
  documentDirectives: { variable: 'LIMIT_DOCUMENT_DIRECTIVES', default: 50, min: 1, max: 10_000 },
  cost: { variable: 'LIMIT_COST', default: 1_000_000, min: 1_000, max: 1_000_000_000, zeroIsOff: true },

  // A caller, and an address, on one instance of the server.
  costPerMinute: {
    variable: 'LIMIT_COST_PER_MINUTE',
    default: 10_000_000,
    min: 1_000,
    max: 1_000_000_000_000,
    zeroIsOff: true,
  },
  costPerMinuteOfAddress: {
    variable: 'LIMIT_COST_PER_MINUTE_OF_ADDRESS',
    default: 1_000_000,
    min: 1_000,
    max: 1_000_000_000_000,
    zeroIsOff: true,
  },
  failedSignIns: { variable: 'LIMIT_FAILED_SIGN_INS', default: 60, min: 1, max: 1_000_000, zeroIsOff: true },
  operationsOfCaller: {
    variable: 'LIMIT_OPERATIONS_OF_CALLER',
    default: 250,
    min: 1,
    max: 1_000_000,
    zeroIsOff: true,
  },

  // What is under way.
  executionMs: { variable: 'LIMIT_EXECUTION_MS', default: 30 * SECOND_MS, min: 50, max: 600 * SECOND_MS },
  statementMs: { variable: 'LIMIT_STATEMENT_MS', default: 8 * SECOND_MS, min: 50, max: 600 * SECOND_MS },
  responseBytes: { variable: 'LIMIT_RESPONSE_BYTES', default: 32 * MIB, min: 64 * KIB, max: 512 * MIB },

  // Sockets and subscriptions.
  sockets: { variable: 'LIMIT_SOCKETS', default: 10_000, min: 1, max: 1_000_000, zeroIsOff: true },
  socketsOfAddress: { variable: 'SOCKETS_PER_ADDRESS', default: 2_000, min: 1, max: 1_000_000, zeroIsOff: true },
  socketsOfCaller: { variable: 'LIMIT_SOCKETS_OF_CALLER', default: 200, min: 1, max: 1_000_000, zeroIsOff: true },
  socketInitMs: { variable: 'LIMIT_SOCKET_INIT_MS', default: 5 * SECOND_MS, min: 100, max: 60 * SECOND_MS },
  // Documents and variables of a subscription are small; helpers come by HTTP.
  messageBytes: { variable: 'LIMIT_MESSAGE_BYTES', default: 256 * KIB, min: 4 * KIB, max: 256 * MIB },
  messagesPerSecond: {
    variable: 'LIMIT_MESSAGES_PER_SECOND',
    default: 250,
    min: 1,
    max: 1_000_000,
    zeroIsOff: true,
  },
  operationsOfSocket: { variable: 'LIMIT_OPERATIONS_OF_SOCKET', default: 100, min: 1, max: 100_000, zeroIsOff: true },
  operationsPerSecond: {
    variable: 'LIMIT_OPERATIONS_PER_SECOND',
    default: 100,
    min: 1,
    max: 1_000_000,
    zeroIsOff: true,
  },
  // On sockets and event streams together.
  subscriptionsOfCaller: {
    variable: 'LIMIT_SUBSCRIPTIONS_OF_CALLER',
    default: 1_000,
    min: 1,
    max: 1_000_000,
    zeroIsOff: true,
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof TABLE;

/** The limits in force, each in the unit its name ends with; 0 for one that is switched off. */
export type Limits = Readonly<Record<LimitName, number>>;

export const LIMITS: Readonly<Record<LimitName, Limit>> = TABLE;

const names = Object.keys(LIMITS) as LimitName[];

export const DEFAULT_LIMITS = pickLimits((limit) => limit.default);

export function pickLimits(read: (limit: Limit) => number): Limits {
  return Object.fromEntries(names.map((name) => [name, read(LIMITS[name])])) as Record<LimitName, number>;
}
