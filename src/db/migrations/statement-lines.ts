/**
 * The line on which the n-th statement (from 0) of a script begins. Postgres reports a position for syntax errors only;
 * for what fails while running, all we know is how many statements had completed. Used for messages, never to split.
 */
export function lineOfStatement(script: string, index: number): number {
  const start = statementStarts(script)[index];
  return start === undefined ? lineAt(script, script.trimEnd().length) : lineAt(script, start);
}

export function lineAt(script: string, offset: number): number {
  return script.slice(0, offset).split('\n').length;
}

function statementStarts(script: string): number[] {
  const starts: number[] = [];
  let inStatement = false;
  let depth = 0;
  let offset = 0;
  while (offset < script.length) {
    const token = readToken(script, offset);
    if (token.kind === 'blank') {
      // neither begins nor ends a statement
    } else if (token.text === ';' && depth === 0) {
      inStatement = false;
    } else {
      if (!inStatement) starts.push(offset);
      inStatement = true;
      depth = Math.max(0, depth + nesting(token.text, depth));
    }
    offset += token.text.length;
  }
  return starts;
}

/** Semicolons inside parentheses (create rule) and inside `begin atomic … end` do not end a statement. */
function nesting(text: string, depth: number): number {
  if (text === '(' || /^begin\s+atomic$/i.test(text)) return 1;
  if (text === ')') return -1;
  if (depth > 0 && /^case$/i.test(text)) return 1;
  if (depth > 0 && /^end$/i.test(text)) return -1;
  return 0;
}

function readToken(script: string, offset: number): { kind: 'blank' | 'text'; text: string } {
  if (script.startsWith('/*', offset)) return { kind: 'blank', text: readBlockComment(script, offset) };
  for (const [kind, pattern] of tokenPatterns) {
    pattern.lastIndex = offset;
    const text = pattern.exec(script)?.[0];
    if (text) return { kind, text };
  }
  return { kind: 'text', text: script.charAt(offset) };
}

/** Block comments nest in Postgres. */
function readBlockComment(script: string, offset: number): string {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = offset;
  let open = 0;
  for (let mark = marks.exec(script); mark; mark = marks.exec(script)) {
    open += mark[0] === '/*' ? 1 : -1;
    if (open === 0) return script.slice(offset, marks.lastIndex);
  }
  return script.slice(offset);
}

const tokenPatterns: ['blank' | 'text', RegExp][] = [
  ['blank', /\s+/y],
  ['blank', /--[^\n]*/y],
  ['text', /e'(?:[^'\\]|\\.|'')*'/isy],
  ['text', /'(?:[^']|'')*'/y],
  ['text', /"(?:[^"]|"")*"/y],
  ['text', /\$((?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$.*?\$\1\$/isy],
  ['text', /begin\s+atomic\b/iy],
  ['text', /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy],
];
