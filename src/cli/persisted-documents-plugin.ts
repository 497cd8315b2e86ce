import { createHash } from 'node:crypto';
import type { PluginFunction } from '@graphql-codegen/plugin-helpers';
import { concatAST, type DocumentNode, print, separateOperations } from 'graphql';

/**
 * A plugin of graphql-codegen: each operation with the fragments it uses, by the SHA-256 of its text in hex. It is what
 * PERSISTED_DOCUMENTS reads.
 */
export const plugin: PluginFunction = (_, documents) => {
  const all = concatAST(documents.map(({ document }) => document as DocumentNode));
  const texts = Object.values(separateOperations(all)).map(print);
  const entries = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
};
