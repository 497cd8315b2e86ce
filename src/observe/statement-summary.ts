const MAX_KEPT = 1_000;
const kept = new Map<string, string>();

/** What a statement does and to which table, as "select case_helper": the most that is told of it. */
export function statementSummary(text: string): string {
  let summary = kept.get(text);
  if (summary === undefined) {
    summary = summarise(text);
    if (kept.size < MAX_KEPT) kept.set(text, summary);
  }
  return summary;
}

function summarise(text: string): string {
  const verb = /^\s*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? 'statement';
  const table = /\b(?:from|into|update)\s+(?:only\s+)?"?(?:\w+"?\s*\.\s*)?"?(\w+)"?/i.exec(text)?.[1];
  return table ? `${verb} ${table}` : verb;
}
