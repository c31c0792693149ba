/** One measured row. Every ratio is better-is-higher: times, bytes and commands are inverted. */
export interface Row {
  readonly bench: string
  readonly case: string
  readonly unit: string
  readonly ours: number
  readonly peerName: string | null
  readonly peer: number | null
  readonly ratio: number | null
  readonly floor: number | null
  readonly floorRatio: number | null
}

/** A row of something where more is better. */
export function rateRow(
  bench: string,
  name: string,
  unit: string,
  ours: number,
  than: { readonly floor?: number; readonly peerName?: string; readonly peer?: number },
): Row {
  const { floor, peerName, peer } = than
  return {
    bench,
    case: name,
    unit,
    ours,
    peerName: peerName ?? null,
    peer: peer ?? null,
    ratio: peer === undefined ? null : ours / peer,
    floor: floor ?? null,
    floorRatio: floor === undefined ? null : ours / floor,
  }
}

/** The middle of several measurements; the machine is noisy and one is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const COLUMNS = ['bench', 'case', 'unit', 'ours', 'peerName', 'peer', 'ratio', 'floor', 'floorRatio'] as const

/** The rows as a table for people. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    COLUMNS as readonly string[],
    ...rows.map((row) => COLUMNS.map((column) => cellOf(row[column]))),
  ]
  const widths = COLUMNS.map((_column, index) => Math.max(...cells.map((line) => line[index]!.length)))
  return cells
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cellOf(value: string | number | null): string {
  if (value === null) return '-'
  if (typeof value === 'string') return value
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}
