const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The three forms that RFC 9110, section 5.6.7, asks recipients to accept; the last two are obsolete. */
const FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
]

/**
 * Epoch milliseconds of an HTTP date; `undefined` for anything else. Not `Date.parse`, which takes "5 apples" for a
 * day in May and an obsolete form for local time.
 * @param now tells the century of a year of two digits: at most 50 years ahead, says the RFC
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups as Record<'day' | 'month' | 'year' | 'time', string> | undefined
    if (parts) return timeOf(parts, now)
  }
  return undefined
}

function timeOf(parts: Record<'day' | 'month' | 'year' | 'time', string>, now: number): number | undefined {
  const month = MONTHS.indexOf(parts.month)
  const [hours, minutes, seconds] = parts.time.split(':').map(Number) as [number, number, number]
  const year = parts.year.length === 4 ? Number(parts.year) : fullYear(Number(parts.year), now)
  const day = Number(parts.day)
  const time = Date.UTC(year, month, day, hours, minutes, seconds)
  // Date.UTC turns the 31st of June into the 1st of July; a leap second (60) may run over.
  const real = month >= 0 && new Date(Date.UTC(year, month, day)).getUTCDate() === day
  return real && hours < 24 && minutes < 60 && seconds <= 60 ? time : undefined
}

function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}
