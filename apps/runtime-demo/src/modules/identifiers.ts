/** Not after a dot: a property of that name is something else. */
const IDENTIFIER = /(?<![\p{L}\p{N}_$.])[\p{L}_$][\p{L}\p{N}_$]*/gu

/** The names in a line of code or text, those of properties left out. */
export const identifiersIn = (text: string): ReadonlySet<string> => new Set(text.match(IDENTIFIER))
