import { INDIAN_LANGUAGES } from "./gsm7-indian.ts";

/** What a language puts in place of characters of the default alphabet and of its extension table. */
export interface LanguageTables {
  readonly locking?: ReadonlyMap<number, string>;
  readonly single?: ReadonlyMap<number, string>;
}

/** Codes as hex, characters as they are: `04€ 07ı`. */
function table(entries: string): ReadonlyMap<number, string> {
  return new Map(entries.split(" ").map((entry) => [Number.parseInt(entry.slice(0, 2), 16), entry.slice(2)]));
}

/** National language locking shift tables, where they differ from the default alphabet (3GPP TS 23.038, A.3). */
const LOCKING: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [1, table("04€ 07ı 0bĞ 0cğ 1cŞ 1dş 40İ 60ç")],
  [
    3,
    table(
      "04ê 06ú 07í 08ó 09ç 0bÔ 0cô 0eÁ 0fá 12ª 13Ç 14À 15∞ 16^ 17\\ 18€ 19Ó 1a| 1cÂ 1dâ 1eÊ 24º 40Í 5bÃ 5cÕ 5dÚ 60~ 7bã 7cõ 7d`",
    ),
  ],
]);

/** National language single shift tables, where they differ from the extension table (23.038, A.2). */
const SINGLE: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [1, table("47Ğ 49İ 53Ş 63ç 67ğ 69ı 73ş")],
  [2, table("09ç 41Á 49Í 4fÓ 55Ú 61á 69í 6fó 75ú")],
  [
    3,
    table(
      "05ê 09ç 0bÔ 0cô 0eÁ 0fá 12Φ 13Γ 15Ω 16Π 17Ψ 18Σ 19Θ 1fÊ 41À 49Í 4fÓ 55Ú 5bÃ 5cÕ 61Â 69í 6fó 75ú 7bã 7cõ 7fâ",
    ),
  ],
]);

/** Tables of the Indian languages, made when the first message needs them. */
const made = new Map<string, ReadonlyMap<number, string>>();

function indianTable(language: number, kind: "locking" | "single"): ReadonlyMap<number, string> | undefined {
  const source = INDIAN_LANGUAGES[language]?.[kind];
  if (source === undefined) return undefined;
  const key = `${language} ${kind}`;
  const known = made.get(key);
  if (known) return known;
  const codes = source.trim().split(/\s+/);
  const entries = codes.flatMap((code, at): [number, string][] =>
    code === "." ? [] : [[at, String.fromCodePoint(Number.parseInt(code, 16))]],
  );
  const table = new Map(entries);
  made.set(key, table);
  return table;
}

/** Tables of the languages that a header names, 1 to 13; of any other the default ones stay in force, as 23.038 asks. */
export function languageTables(locking: number | undefined, single: number | undefined): LanguageTables {
  const first = locking === undefined ? undefined : (LOCKING.get(locking) ?? indianTable(locking, "locking"));
  const second = single === undefined ? undefined : (SINGLE.get(single) ?? indianTable(single, "single"));
  return { ...(first && { locking: first }), ...(second && { single: second }) };
}
