import pg from 'pg';

/** What pg keeps to itself and a pipeline has to know: what its Client calls on a Query, and what a Query calls on a Connection. */
interface Query extends pg.Query {
  name: string | undefined;
  text: string;
  _result: pg.QueryResult & { _types: unknown };
  /** Why a row could not be read. */
  _canceledDueToError: Error | false;
  prepare(connection: Connection): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
}

interface Connection extends pg.Connection {
  /** Texts of statements that have been sent to be parsed and are not known to be, by name. */
  readonly submittedNamedStatements: Record<string, string | undefined>;
}

type Callback = (error: Error | null, result?: pg.QueryResult) => void;

const PgQuery = pg.Query as unknown as new (config: pg.QueryConfig, callback: Callback) => Query;

/**
 * Prepared statements that travel in one piece and are answered in one. What pg calls a pipeline ends each statement with
 * a Sync, at which PostgreSQL sends what it has and, unless a transaction was begun, commits. Here there is one Sync, after
 * the last: without a `begin` among them they are one transaction by that. None is run after the first that fails.
 *
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class Pipeline extends PgQuery {
  readonly statements: readonly pg.QueryConfig[];
  /** Hears of each statement that is answered, by its place. */
  onAnswer: ((place: number) => void) | null = null;
  /** Hears of the statement that failed; those after it were not run. */
  onFailure: ((place: number, error: { readonly code?: unknown }) => void) | null = null;
  readonly #queries: readonly Query[];
  #at = 0;

  private constructor(statements: readonly pg.QueryConfig[], callback: Callback) {
    super({ text: '' }, callback);
    this.statements = statements;
    this.#queries = statements.map((statement) => new PgQuery(statement, () => undefined));
    this.#turnTo(0);
  }

  /** @throws what the first statement failed with that did */
  static run(connection: pg.ClientBase, statements: readonly pg.QueryConfig[]): Promise<pg.QueryResult[]> {
    return new Promise((resolve, reject) => {
      const pipeline = new Pipeline(statements, (error) => {
        if (error) reject(error);
        else resolve(pipeline.#queries.map(({ _result }) => _result));
      });
      connection.query(pipeline);
    });
  }

  override submit = (connection: pg.Connection): void => {
    const { stream } = connection;
    // Each message would be a write of its own to the socket otherwise.
    stream.cork();
    try {
      const unsynced = Object.create(connection, { sync: { value: () => undefined } }) as Connection;
      for (const query of this.#queries) {
        query._result._types ??= this._result._types;
        query.prepare(unsynced);
      }
      connection.sync();
    } finally {
      stream.uncork();
    }
  };

  override handleRowDescription(message: unknown): void {
    this.#queries[this.#at]!.handleRowDescription(message);
  }

  override handleDataRow(message: unknown): void {
    const query = this.#queries[this.#at]!;
    query.handleDataRow(message);
    this._canceledDueToError ||= query._canceledDueToError;
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    this.#queries[this.#at]!.handleCommandComplete(message, connection);
    this.onAnswer?.(this.#at);
    this.#turnTo(this.#at + 1);
  }

  override handleError(error: Error & { readonly code?: unknown }, connection: Connection): void {
    // Those after it were never parsed.
    for (const { name } of this.#queries.slice(this.#at)) if (name) delete connection.submittedNamedStatements[name];
    this.onFailure?.(this.#at, error);
    super.handleError(error, connection);
  }

  /** Client keeps account of what has been parsed by the name and the text of the query that is being answered. */
  #turnTo(place: number): void {
    this.#at = place;
    this.name = this.#queries[place]?.name;
    this.text = this.#queries[place]?.text ?? '';
  }
}
