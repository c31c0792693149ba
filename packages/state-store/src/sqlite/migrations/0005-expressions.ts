// What the views of 0005 are written with; as little to be edited as they are.

/** Whether JSON text is free of escapes that no text of SQL can hold. */
const harmless = (json: string): string => {
  const text = `replace(${json}, '\\\\', '')`
  return `(instr(${text}, '\\u0000') = 0 and ${text} not glob '*\\u[dD][89a-fA-F]*')`
}

/** A payload as JSON, or null. */
export const jsonOf = (text: string): string =>
  `case when json_valid(${text}) and ${harmless(text)} then ${text} end`

/** A field of valid JSON as text, or null. */
export const textOf = (json: string, field: string): string =>
  `case when json_type(${json}, '$.${field}') = 'text' and ${harmless(`(${json} -> '$.${field}')`)}
    then ${json} ->> '$.${field}' end`

/** A field of any payload as text, or null. */
export const partOf = (text: string, field: string): string =>
  `case when json_valid(${text}) then ${textOf(text, field)} end`

/** A field of valid JSON as a whole number, or null. */
export const wholeOf = (json: string, field: string): string =>
  `case when json_type(${json}, '$.${field}') in ('integer', 'real')
    and ${json} ->> '$.${field}' between -9007199254740991 and 9007199254740991
    then cast(${json} ->> '$.${field}' as integer) end`

const lastRollback = (upTo: string): string => `(
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= ${upTo}
      )`

const BACK_TO = `min(coalesce(${wholeOf('b.meta', 'toVersion')}, 0), b.version - 1)`

/**
 * Whether the entry `e` is on the line of its run `r`: goes from the tip from rollback to rollback, each to the version
 * that it names.
 */
export const ON_LINE = `(r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, ${lastRollback('r.version')}
      union all
      select ${BACK_TO}, ${lastRollback(BACK_TO)}
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  ))`

export const INHERITED = '(e.version <= coalesce(r.parent_version, 0))'

/** The place of the nearest rank: ceil(n * share / 100). */
const rank = (share: number): string => `(measured * ${share} + 99) / 100`

/** The value at the nearest rank, for a group that has a row for each place. */
export const percentile = (share: number): string =>
  `max(case when place = ${rank(share)} then duration_ms end)`

/** The same over a window, where places begin with 1 also if nothing was measured. */
export const percentileOver = (share: number): string =>
  `nth_value(value, max(1, ${rank(share)})) over sorted`

export const lastEntry = (what: string, kinds: string): string =>
  `(select ${what} from entry e where e.run_no = r.no and e.version = r.version and e.kind in (${kinds}))`
