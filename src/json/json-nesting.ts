const QUOTE = 34;
const BACKSLASH = 92;
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/** Whether JSON text has containers within containers deeper than this. Of text that is no JSON the answer is either. */
export function nestsDeeperThan(text: string, most: number): boolean {
  // Each level takes a character at least.
  if (text.length <= most) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (isInText) {
      if (character === BACKSLASH) at++;
      else if (character === QUOTE) isInText = false;
    } else if (character === QUOTE) isInText = true;
    else if (OPENING.has(character)) {
      depth++;
      if (depth > most) return true;
    } else if (CLOSING.has(character)) depth--;
  }
  return false;
}
