import { PrismaPg } from '@prisma/adapter-pg';
import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import type pg from 'pg';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * PrismaPg with its two gaps for the schema engine closed: executeScript would split at every semicolon, and columns
 * of type "char", which the engine reads from the catalogues, are refused (@prisma/adapter-pg 7.10).
 */
export class EngineAdapter extends PrismaPg {
  readonly #runScript: (script: string) => Promise<void>;

  constructor(pool: pg.Pool, runScript: (script: string) => Promise<void>) {
    super(pool);
    this.#runScript = runScript;
  }

  override async connect(): Promise<Adapter> {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw;
    adapter.queryRaw = (query) => queryKnowingChar(adapter, queryRaw, query);
    adapter.executeScript = (script) => this.#runScript(script).catch(failAsDriver);
    return adapter;
  }
}

/** Lets the column pass as text on its way through the adapter, and names it "char" again for the engine. */
async function queryKnowingChar(
  adapter: Adapter,
  queryRaw: Adapter['queryRaw'],
  query: Parameters<Adapter['queryRaw']>[0],
): ReturnType<Adapter['queryRaw']> {
  const charColumns: number[] = [];
  const pool = adapter.underlyingDriver();
  const client = {
    async query(config: pg.QueryArrayConfig) {
      const result = await pool.query(config);
      result.fields.forEach((field, index) => {
        if (field.dataTypeID !== PG_CHAR) return;
        field.dataTypeID = PG_TEXT;
        charColumns.push(index);
      });
      return result;
    },
  };
  const result = await queryRaw.call(Object.create(adapter, { client: { value: client } }), query);
  for (const index of charColumns) result.columnTypes[index] = PRISMA_CHARACTER;
  return result;
}

/** The engine accepts a driver's errors only; this is how the message gets into the migration's logs. */
function failAsDriver(error: Error): never {
  const {
    code = 'XX000',
    severity = 'ERROR',
    detail,
    column,
    hint,
  } = (error.cause ?? error) as Partial<pg.DatabaseError>;
  throw new DriverAdapterError({ kind: 'postgres', code, severity, message: error.message, detail, column, hint });
}

const PG_CHAR = 18;
const PG_TEXT = 25;
const PRISMA_CHARACTER = 6; // ColumnTypeEnum.Character
