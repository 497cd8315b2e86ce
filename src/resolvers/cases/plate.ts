import { Refusal } from '../../errors.ts';

/** What people put between the digits: dashes of any script, spaces, slashes, and invisible direction marks. */
const SEPARATORS = /[\p{Pd}\p{Zs}\p{Cf}\s/\\]/gu;
const DIGITS = /^[0-9]{5,8}$/;

/** The digits of a plate however it is spelled, or null when it is none. */
export function normalisePlate(plate: string): string | null {
  const digits = plate.replace(SEPARATORS, '');
  return DIGITS.test(digits) ? digits : null;
}

/**
 * The plates that a text from outside states: none where it is no plate. Make has sent "<plate> <plate>" for items it
 * doubled, which states the one.
 */
export function listPlates(text: string): string[] {
  const plate = normalisePlate(text) ?? /^([0-9]{5,8})\1+$/.exec(text.replace(SEPARATORS, '').replaceAll(',', ''))?.[1];
  if (plate) return [plate];
  const plates = text.split(/[\s,;|]+/).map(normalisePlate);
  return plates.every((part) => part !== null) ? plates : [];
}

/** @throws Refusal VALIDATION_FAILED */
export function getPlate(plate: string, field: readonly string[]): string {
  const digits = normalisePlate(plate);
  if (digits) return digits;
  throw new Refusal(
    'VALIDATION_FAILED',
    'A plate has 5 to 8 digits; dashes, spaces and slashes between them are fine.',
    field,
  );
}

/** 12-345-67 for seven digits, 123-45-678 for eight, else the digits. */
export function displayPlate(digits: string): string {
  if (digits.length === 7) return digits.replace(/^(\d{2})(\d{3})(\d{2})$/, '$1-$2-$3');
  if (digits.length === 8) return digits.replace(/^(\d{3})(\d{2})(\d{3})$/, '$1-$2-$3');
  return digits;
}
