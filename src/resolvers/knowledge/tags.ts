import { Refusal } from '../../errors.ts';

const MAX_TAG_LENGTH = 100;

/** Tags as they are kept: without blanks around them, each once, empty ones left out. @throws Refusal VALIDATION_FAILED */
export function readTags(
  tags: readonly string[] | null | undefined,
  maxTags: number,
  field: readonly string[],
): string[] {
  const kept = [...new Set((tags ?? []).map((tag) => tag.trim()))].filter((tag) => tag !== '');
  const fits = kept.every((tag) => tag.length <= MAX_TAG_LENGTH && !tag.includes('\0') && tag.isWellFormed());
  if (fits && kept.length <= maxTags) return kept;
  throw new Refusal(
    'VALIDATION_FAILED',
    `At most ${maxTags} tags of at most ${MAX_TAG_LENGTH} characters each, without U+0000 and halves of surrogate pairs.`,
    field,
  );
}

/** @throws Refusal VALIDATION_FAILED */
export function readLang(lang: string | null | undefined, field: readonly string[]): string | null {
  if (lang == null) return null;
  const code = lang.trim().toLowerCase();
  if (/^[a-z]{2,3}$/.test(code)) return code;
  throw new Refusal('VALIDATION_FAILED', 'A language is its code of two or three letters, as he or en.', field);
}
