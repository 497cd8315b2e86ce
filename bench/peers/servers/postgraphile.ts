// PostGraphile 5 as its documentation sets it up: its own preset, schema public, row level security by the settings of each
// request. Development aids are off; plans and parsed documents are kept as it does by itself.
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { claimsOf, IDENTITY, settings } from '../identified-pool.ts';

const preset: GraphileConfig.Preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: settings.databaseUrl,
      schemas: ['public', 'bench'],
      poolConfig: { max: settings.poolMax },
    }),
  ],
  grafast: {
    explain: false,
    context: (request) => ({
      pgSettings: { ...IDENTITY, 'request.jwt.claims': claimsOf(request.node?.req.headers.authorization) },
    }),
  },
  grafserv: {
    port: settings.port,
    graphiql: false,
    watch: false,
    maxRequestLength: 16_000_000,
    maskError: (error) => error,
  },
};

const server = createServer();
const instance = postgraphile(preset).createServ(grafserv);
await instance.addTo(server);
server.listen(settings.port, '127.0.0.1');
