import { casegraph } from './casegraph.ts';
import { floor } from './floor.ts';
import { handWrittenGraphql } from './hand-written-graphql.ts';
import type { Peer } from './peer.ts';
import { postgraphile } from './postgraphile.ts';

export const peers = {
  casegraph,
  postgraphile,
  apollo: handWrittenGraphql,
  mercurius: handWrittenGraphql,
  floor,
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;
