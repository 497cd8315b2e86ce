import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { EngineAdapter } from './engine-adapter.ts';
import { SESSION_SETTINGS } from './run-script.ts';

interface EngineOptions {
  url: string;
  /** Called with each migration script the engine wants run. */
  runScript?: (script: string) => Promise<void>;
  /** What the engine does, as it does it: "Applying `…`". */
  log?: (message: string) => void;
}

/**
 * Prisma's own schema engine, in this process: no binary, no download. Compiling it costs ~100 ms, so callers find out
 * first whether they need it.
 */
export async function withSchemaEngine<T>(
  options: EngineOptions,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { url, runScript = refuseScript, log = () => {} } = options;
  const glue = await loadEngine();
  // One connection: the engine's advisory lock and search_path belong to a session.
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
  try {
    await pool.query(SESSION_SETTINGS);
    const adapter = bindMigrationAwareSqlAdapterFactory(new EngineAdapter(pool, runScript));
    const engine = await glue.SchemaEngine.new(
      { datamodels: undefined },
      (line: string) => reportProgress(line, log),
      adapter,
    );
    try {
      return await use(engine);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

type Glue = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');
let loading: Promise<Glue> | undefined;

/** Node has it; TypeScript declares it only together with the browser's DOM. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

/** By hand, because the package's entry imports the .wasm file as a module, which Node 20 does not do. */
function loadEngine(): Promise<Glue> {
  loading ??= (async () => {
    const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const gluePath = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const code = await readFile(gluePath.replace(/\.js$/, '.wasm'));
    const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': glue });
    // A panic of the engine surfaces as a bare "unreachable"; this is where it leaves its reason.
    const globals = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } };
    globals.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: (message) => process.stderr.write(`${message}\n`) };
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return glue;
  })();
  return loading;
}

/** The engine tells all it does as JSON lines, most of it of no use to an operator. */
function reportProgress(line: string, log: (message: string) => void): void {
  const { fields } = JSON.parse(line) as { fields?: { message?: string } };
  if (fields?.message?.startsWith('Applying')) log(fields.message);
}

async function refuseScript(): Promise<void> {
  throw new Error('This use of the schema engine runs no scripts.');
}
