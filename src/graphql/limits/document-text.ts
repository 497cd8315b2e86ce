import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { isWithin } from '../../db/byte-string.ts';
import { RequestError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';

/**
 * Brackets within brackets: selections, and values, which hold a helper of 64 levels where somebody writes one into the
 * document. The parser and the rules of validation recurse, and may recurse no deeper than this.
 */
const MAX_NESTING = 120;

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Refuses a document by its text, before it is parsed: bytes, then tokens, then nesting. Texts that were parsed are kept, so
 * this is done once for each.
 * @throws RequestError QUERY_TOO_COMPLEX
 */
export function assertReadableDocument(text: string, limits: Limits): void {
  if (!isWithin(text, limits.documentBytes))
    throw tooComplex(
      `The document is larger than ${limits.documentBytes} bytes. Send values as variables, and fewer operations at once.`,
    );
  const lexer = new Lexer(new Source(text));
  let nesting = 0;
  let tokens = 0;
  try {
    for (;;) {
      const { kind } = lexer.advance();
      if (kind === TokenKind.EOF) return;
      tokens += 1;
      if (tokens > limits.documentTokens)
        throw tooComplex(
          `The document has more than ${limits.documentTokens} tokens. Ask for less at once; send values as variables.`,
        );
      if (OPENING.has(kind)) nesting += 1;
      else if (CLOSING.has(kind)) nesting -= 1;
      if (nesting > MAX_NESTING)
        throw tooComplex(
          `The document nests brackets more than ${MAX_NESTING} deep. Send deep values as variables; follow fewer fields into each other.`,
        );
    }
  } catch (error) {
    // What is no GraphQL is for the parser to say.
    if (!(error instanceof GraphQLError)) throw error;
  }
}

export function tooComplex(message: string): RequestError {
  return new RequestError('QUERY_TOO_COMPLEX', message);
}
